/*
 * Reasons as cards, each with what mends it (core/why.wxml draws them):
 *   this.setData({ reasons: reasonCards(found.reasons, { side: 'donor', grant }) })
 *   <template is="why" data="{{reasons, c}}" />       and in the page:  mend(event) { mend(event) }
 */
import { call, refusalOf } from './api.js'
import { fixOf } from './fixes.js'
import { go } from './page.js'
import { word } from './i18n.js'

/**
 * Where the server says on which side of which grant its reader stands, that is believed.
 * @param {{ reason: string, message: string, next_step: string, side?: string | null, grant?: string | null }[]} reasons
 * @param {{ side?: string, grant?: string }} seen
 */
export function reasonCards(reasons, seen) {
  return reasons.map((one) => {
    const known = one.side ? { side: one.side, grant: one.grant || '' } : seen
    return { ...one, fix: fixOf(one.reason, known) }
  })
}

/** Does what the button of a reason says. @param {WechatMiniprogram.TouchEvent} event */
export async function mend(event) {
  const { act, url, phone, text } = event.currentTarget.dataset
  if (act) await done(act)
  else if (url) go(url)
  else if (phone) wx.makePhoneCall({ phoneNumber: phone, fail: () => undefined })
  else wx.setClipboardData({ data: text, success: () => wx.showToast({ title: word('copied') }) })
}

/** The rule that a document stands behind, on the server's page of its region. @param {WechatMiniprogram.TouchEvent} event */
export function readRule(event) {
  go('/pages/rule/rule?page=' + encodeURIComponent(event.currentTarget.dataset.page))
}

/** What needs no page: done in place. @param {string} act  a call that takes nothing */
async function done(act) {
  try {
    await call('POST', act)
    wx.showToast({ title: word('mended') })
    const page = getCurrentPages().pop()
    if (page && page.retry) page.retry()
  } catch (error) {
    wx.showToast({ title: refusalOf(error).message, icon: 'none' })
  }
}
