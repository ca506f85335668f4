import { call } from '../../core/api.js'
import { payers } from '../../core/bill.js'
import { moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { mend, reasonCards } from '../../core/why.js'
import texts from './detail-texts.js'

Page({
  data: {
    ...blank,
    loaded: false,
    id: '',
    /** @type {Record<string, any>} */
    bill: {},
    /** @type {any[]} */
    payers: [],
    /** @type {any[]} */
    reasons: [],
    refund: '',
    refundUrl: '',
  },
  /** @param {{ id: string }} query */
  onLoad(query) {
    this.setData({ id: query.id })
  },
  onShow() {
    dress(this, texts)
    return this.load()
  },
  load() {
    return attempt(this, async () => {
      const bill = await call('GET', `/settlements/${this.data.id}`)
      const { refund } = bill
      const text = refund && (refund.state === 'at_counter' ? 'refundCounter' : 'refundReturned')
      this.setData({
        loaded: true,
        bill: { ...bill, whatText: fill(texts, bill.what), when: moment(bill.at), total: money(bill.total_fen) },
        payers: payers(bill.parts),
        reasons: reasonCards(bill.reasons, {}),
        refund: text ? fill(texts, text, { at: moment(refund.at) }) : '',
        refundUrl: refund ? `/pages/records/detail?id=${refund.setl_id}` : '',
      })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    mend(event)
  },
  openRefund() {
    go(this.data.refundUrl)
  },
})
