import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { HOTLINE } from '../../core/fixes.js'
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    /** @type {{ id: string, number: string, state: string, good: boolean, since: string, report: boolean }[]} */
    cards: [],
    stopped: false,
  },
  onShow() {
    dress(this, texts)
    return this.load()
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  load() {
    return attempt(this, async () => {
      const found = /** @type {Answer.Card[]} */ (await call('GET', '/cards'))
      this.setData({
        loaded: true,
        cards: found.map((one) => ({
          id: one.id,
          number: one.number,
          state: one.state_name,
          good: one.state === 'valid',
          since: fill(texts, 'since', { at: moment(one.since) }),
          report: one.can_report,
        })),
        stopped: found.some((one) => one.state === 'lost'),
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
  async lost(event) {
    const { id, number } = event.currentTarget.dataset
    if (!(await sure(fill(texts, 'lostSure', { number }), fill(texts, 'lostYes')))) return
    await act(this, 'lost' + id, async () => {
      await call('POST', `/cards/${id}/lost`)
      await this.load()
      wx.showToast({ title: fill(texts, 'done') })
    })
  },
  ring() {
    wx.makePhoneCall({ phoneNumber: HOTLINE, fail: () => undefined })
  },
})
