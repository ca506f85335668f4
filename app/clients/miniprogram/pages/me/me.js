import { call } from '../../core/api.js'
import { HOTLINE } from '../../core/fixes.js'
import { moment, money } from '../../core/format.js'
import { fill, word } from '../../core/i18n.js'
import { lookAgain, unread } from '../../core/notices.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    loaded: false,
    /** @type {Record<string, any>} */
    who: {},
    /** @type {{ kind: string, name: string, sum: string, asOf: string }[]} */
    accounts: [],
    /** @type {{ id: string, what: string, sum: string, until: string }[]} */
    holds: [],
    share: '',
    unread: '',
  },
  async onShow() {
    dress(this, texts)
    await this.load()
    await this.tellUnread()
  },
  async tellUnread() {
    await lookAgain('me')
    const count = unread().me
    this.setData({ unread: count > 99 ? '99+' : count ? String(count) : '' })
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  load() {
    return attempt(this, async () => {
      const me = /** @type {Me} */ (await call('GET', '/me'))
      const good = me.insured && !me.suspended
      this.setData({
        loaded: true,
        who: {
          name: me.name,
          certno: me.certno,
          plan: fill(texts, 'plan' + me.insutype),
          region: me.region,
          good,
          state: fill(texts, good ? 'inOrder' : me.suspended ? 'suspended' : 'notInOrder'),
        },
        accounts: me.accounts.map((one) => ({
          kind: one.kind,
          name: fill(texts, one.kind),
          sum: money(one.balance_fen),
          asOf: word('asOf', { at: moment(one.as_of) }),
        })),
        holds: me.holds.map((one) => ({
          id: one.since + one.purpose,
          what: one.what,
          sum: money(one.amount_fen),
          until: one.expires_at ? fill(texts, 'heldUntil', { at: moment(one.expires_at) }) : '',
        })),
        share: money(me.shareable_fen),
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
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go(event.currentTarget.dataset.url)
  },
  ring() {
    wx.makePhoneCall({ phoneNumber: HOTLINE, fail: () => undefined })
  },
})
