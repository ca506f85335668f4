/*
 * Questions that travel as cards. A button of the page asks for one; then a sheet (core/invite.wxml) lets
 * it be sent. The card's path holds a sealed token, its title and picture nothing of anybody.
 *
 *   invite: null,
 *   invite…(event) { return invite(this, kind, id) },  closeInvite() { this.setData({ invite: null }) },
 *   onShareAppMessage() { return shared(this) },
 */
import { act } from './act.js'
import { call } from './api.js'
import { moment } from './format.js'
import { word } from './i18n.js'

const CARD = 'pages/card/index'
/** Of the package: without one WeChat would send a picture of the page, with names on it. */
const PICTURE = '/images/card.png'

/**
 * Makes a card and shows the sheet that sends it.
 * @param {AnyPage} page @param {'family' | 'code' | 'grant' | 'pay'} kind @param {string} id  of the binding or grant
 */
export function invite(page, kind, id) {
  return act(page, 'invite' + id, async () => {
    const sent = await call('POST', '/invitations', { kind, id })
    page.setData({
      invite: { id: sent.id, token: sent.token, title: word('card_' + kind), until: word('cardUntil', { at: moment(sent.expires_at) }) },
    })
  })
}

/** What `onShareAppMessage` says: the card of the sheet, else the mini-program's own. @param {AnyPage} page */
export function shared(page) {
  const { invite: card } = page.data
  if (!card) return { title: word('cardPlain'), path: '/pages/codes/codes', imageUrl: PICTURE }
  return { title: card.title, path: `/${CARD}?token=${card.token}`, imageUrl: PICTURE }
}

/** Back to the card that was opened and asked for something first. @returns {boolean} whether there is one */
export function backToCard() {
  const pages = getCurrentPages()
  const at = pages.map((page) => page.route).lastIndexOf(CARD)
  if (at < 0 || at === pages.length - 1) return false
  wx.navigateBack({ delta: pages.length - 1 - at })
  return true
}
