import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { hasConsented } from '../../core/consent.js'
import { day, moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

/** @type {Record<string, string>} */
const CANNOT = { DONOR_SUSPENDED: 'notInOrder', DONOR_NOT_EMPLOYEE_PLAN: 'resident', DONOR_NO_PERSONAL_ACCOUNT: 'noAccount' }

/*
 * A card that a relative has sent (core/invite.js): the very question, and its yes and no. Who has not
 * agreed to the privacy statement or not passed the real-name check does that first and comes back.
 */
Page({
  data: {
    ...blank,
    acting: '',
    token: '',
    kind: '',
    subject: '',
    heading: '',
    what: '',
    note: '',
    cannot: '',
    until: '',
    /** @type {{ label: string, value: string }[]} */
    lines: [],
    done: '',
  },
  askedForConsent: false,
  /** @param {{ token?: string }} query */
  onLoad(query) {
    this.setData({ token: query.token || '' })
  },
  onShow() {
    dress(this, texts)
    if (!hasConsented() && !this.askedForConsent) {
      this.askedForConsent = true
      wx.navigateTo({ url: '/pages/consent/consent' })
      return undefined
    }
    return this.data.done || !this.data.token ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      this.setData({ kind: '' })
      const { token } = this.data
      const found = await call('POST', '/invitations/open', { token })
      this.setData({
        kind: found.kind,
        subject: found.subject,
        heading: fill(texts, 'asks', { name: `${found.other_is} ${found.other}` }),
        what: fill(texts, found.kind),
        note: fill(texts, found.kind + 'Text'),
        until: fill(texts, 'until', { at: moment(found.expires_at) }),
        cannot: found.kind === 'pay' ? cannot(await call('GET', '/me')) : '',
        lines: found.kind === 'grant' ? await lines(found.subject) : [],
      })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  agree() {
    const { kind, subject, token } = this.data
    if (kind === 'pay') {
      wx.navigateTo({ url: `/pages/aid/grant?member=${subject}&card=${token}` })
      return undefined
    }
    return act(this, 'agree', async () => {
      await call('POST', `/${kind === 'grant' ? 'aid' : 'family'}/${subject}/confirm`)
      this.setData({ done: fill(texts, kind + '_done') })
    })
  },
  decline() {
    const { kind, subject, token } = this.data
    return act(this, 'decline', async () => {
      if (!(await sure(fill(texts, 'sure')))) return
      if (kind === 'pay') await call('POST', '/invitations/decline', { token })
      else await call('DELETE', `/${kind === 'grant' ? 'aid' : 'family'}/${subject}`)
      this.setData({ done: fill(texts, 'declined') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go(event.currentTarget.dataset.url)
  },
})

/** Why I can't pay for anybody; '' when I can. @param {Me} me */
function cannot(me) {
  return me.cannot_give ? fill(texts, CANNOT[me.cannot_give] || 'noAccount') : ''
}

/** What the grant that waits for me says. @param {string} id */
async function lines(id) {
  const [rules, grants] = await Promise.all([call('GET', '/rules'), call('GET', '/aid')])
  const grant = grants.find((/** @type {Grant} */ one) => one.id === id)
  if (!grant) return []
  const from = day(grant.starts_on)
  const dates = grant.ends_on ? fill(texts, 'period', { from, to: day(grant.ends_on) }) : fill(texts, 'open', { from })
  const found = [{ label: fill(texts, 'dates'), value: grant.once ? fill(texts, 'once', { dates }) : dates }]
  rules.aid.caps.forEach((/** @type {CapChoice} */ cap) => {
    if (grant[cap.id] !== null) found.push({ label: cap.name, value: money(grant[cap.id]) })
  })
  if (found.length === 1) found.push({ label: fill(texts, 'limits'), value: fill(texts, 'noLimit') })
  return found
}
