import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { payers } from '../../core/bill.js'
import { capLine } from '../../core/caps.js'
import { moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { exportTable } from '../../core/table.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    who: 'me',
    /** @type {{ id: string, name: string }[]} */
    people: [],
    month: '', monthText: '', earlier: '', earlierText: '', running: true,
    typed: '', search: '', foundText: '',
    /** @type {any[]} */
    rows: [],
    /** @type {Record<string, any>} */
    picture: {},
    cut: false,
  },
  /** Loads that were overtaken by a newer one are thrown away. */
  turn: 0,

  onShow() {
    dress(this, texts)
    return this.load()
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  query() {
    const { who, month, search } = this.data
    return `who=${who}&month=${search ? '' : month}&search=${encodeURIComponent(search)}`
  },
  load() {
    const turn = ++this.turn
    return attempt(this, async () => {
      const found = await call('GET', '/bills?' + this.query())
      if (turn !== this.turn) return
      this.setData({
        loaded: true,
        people: found.people,
        monthText: found.month ? monthOf(found.month) : '',
        earlier: found.earlier || '',
        earlierText: found.earlier ? fill(texts, 'earlier', { month: monthOf(found.earlier) }) : '',
        running: !this.data.month,
        foundText: found.month ? '' : fill(texts, 'found', { n: found.items.length }),
        rows: found.items.map(rowOf),
        picture: pictureOf(found.picture),
        cut: found.cut,
      })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ who: event.currentTarget.dataset.who, month: '', search: '', typed: '', loaded: false })
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  turnTo(event) {
    this.setData({ month: event.currentTarget.dataset.month })
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    this.setData({ typed: event.detail.value })
  },
  find() {
    this.setData({ search: this.data.typed.trim() })
    return this.load()
  },
  clear() {
    this.setData({ search: '', typed: '' })
    return this.load()
  },
  export() {
    const name = fill(texts, 'file', { month: this.data.month })
    return act(this, 'export', () => exportTable('/bills?' + this.query(), name))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go('/pages/records/detail?id=' + event.currentTarget.dataset.id)
  },
})

/** @param {string} month  2026-11 */
function monthOf(month) {
  return fill(texts, 'month', { year: month.slice(0, 4), month: month.slice(5) })
}

/** A bill as a line. @param {any} bill */
function rowOf(bill) {
  const more = bill.more ? fill(texts, 'more', { n: bill.more }) : ''
  return {
    id: bill.setl_id,
    what: bill.what,
    state: bill.what === 'paid' ? '' : fill(texts, bill.what),
    items: [bill.items.join('、'), more].filter(Boolean).join(' '),
    where: bill.institution,
    at: moment(bill.at),
    sum: bill.what === 'returned' ? '' : money(bill.total_fen),
    was: bill.what === 'paid' ? '' : money(bill.was_fen),
    cash: bill.cash_fen ? fill(texts, 'cash', { sum: money(bill.cash_fen) }) : '',
  }
}

/** The month in sums. @param {any} picture */
function pictureOf(picture) {
  const between = (/** @type {any} */ one) => ({ name: one.name, sum: money(one.amount_fen) })
  return {
    total: money(picture.total_fen),
    payers: payers(picture.parts),
    paidBy: picture.paid_by.map(between),
    paidFor: picture.paid_for.map(between),
    caps: picture.caps.map((/** @type {any} */ one) => capLine(one.cap, fill(texts, one.i_pay ? 'iPay' : 'paysMe', { name: one.name }))),
  }
}
