import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { payers } from '../../core/bill.js'
import { moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { exportSlip } from '../../core/table.js'
import { mend, readRule, reasonCards } from '../../core/why.js'
import texts from './detail-texts.js'

/** @type {Record<string, string>} */
const LEVELS = { '01': 'levelA', '02': 'levelB', '03': 'levelC' }

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
    /** @type {any[]} */
    items: [],
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
        // What came back is nobody's box any more.
        items: bill.items.map(itemOf).map((/** @type {any} */ one) => (refund || bill.what !== 'paid' ? { ...one, boxes: [] } : one)),
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
  slip() {
    const { id } = this.data
    return act(this, 'slip', () => exportSlip(`/settlements/${id}`, fill(texts, 'slipName', { id })))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  readRule(event) {
    readRule(event)
  },
  again() {
    go(`/pages/preview/preview?bill=${this.data.id}`)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  lookUp(event) {
    go('/pages/medicine/medicine?code=' + encodeURIComponent(event.currentTarget.dataset.code))
  },
  openRefund() {
    go(this.data.refundUrl)
  },
})

/** @param {any} item @param {number} index */
function itemOf(item, index) {
  return {
    key: index,
    name: item.name,
    level: LEVELS[item.level] ? fill(texts, LEVELS[item.level]) : '',
    count: item.count,
    price: item.price,
    sum: money(item.amount_fen),
    boxes: item.trace_codes,
    outside: item.outside_fen ? fill(texts, 'outside', { sum: money(item.outside_fen) }) : '',
  }
}
