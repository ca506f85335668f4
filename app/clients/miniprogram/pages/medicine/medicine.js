import { call } from '../../core/api.js'
import { HOTLINE } from '../../core/fixes.js'
import { numberOf } from '../../core/form.js'
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

/** What a state looks like; its words are the server's. @type {Record<string, string>} */
const TONES = { none: 'info', mine: 'good', other: 'warn', more: 'bad' }
const MARKS = { info: 'ℹ', good: '✓', warn: '!', bad: '✕' }

Page({
  data: {
    ...blank,
    canScan: wx.canIUse('scanCode'),
    code: '',
    /** @type {{ code: string, tone: string, mark: string, says: string, next: string, at: string, bill: string } | null} */
    found: null,
  },
  /** Of two look-ups the newer one counts. */
  turn: 0,
  /** @param {{ code?: string }} query  of a line of a bill, which is looked up at once */
  onLoad(query) {
    this.setData({ code: decodeURIComponent(query.code || '') })
  },
  onShow() {
    dress(this, texts)
    if (this.data.code) return this.look()
  },
  /** What was found is of another code from the first letter on. @param {WechatMiniprogram.Input} event */
  type(event) {
    this.turn++
    this.setData({ code: event.detail.value, found: null, refusal: null, busy: false })
  },
  scan() {
    wx.scanCode({
      scanType: ['qrCode', 'barCode', 'datamatrix'],
      success: ({ result }) => {
        this.setData({ code: result })
        this.look()
      },
      fail: ({ errMsg }) => {
        if (!errMsg.includes('cancel')) wx.showToast({ title: fill(texts, 'notScanned'), icon: 'none' })
      },
    })
  },
  look() {
    const code = numberOf(this.data.code)
    if (!code) return
    const turn = ++this.turn
    this.setData({ found: null })
    return attempt(this, async () => {
      const told = /** @type {Answer.Medicine} */ (await call('GET', `/medicines/${encodeURIComponent(code)}`))
      if (turn !== this.turn) return
      const tone = TONES[told.state]
      this.setData({
        found: {
          code: told.code,
          tone,
          mark: MARKS[/** @type {keyof typeof MARKS} */ (tone)],
          says: told.says,
          next: told.next,
          at: told.sold_at ? moment(told.sold_at) : '',
          bill: told.settlement_id || '',
        },
      })
    })
  },
  retry() {
    return this.look()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  openBill() {
    if (this.data.found) go('/pages/records/detail?id=' + this.data.found.bill)
  },
  ring() {
    wx.makePhoneCall({ phoneNumber: HOTLINE, fail: () => undefined })
  },
})
