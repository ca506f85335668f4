import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { day, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { exportTable } from '../../core/table.js'
import { mend } from '../../core/why.js'
import { aidRow, byMonth, moveRows } from './rows.js'
import texts from './texts.js'

const PAGE = 20
/** The server tells an account from the oldest on; people read it from the newest: of a period it is whole. */
const WHOLE = 200
const MOST_PAGES = 25

Page({
  data: {
    ...blank,
    acting: '',
    kind: 'aid',
    /** Of one grant, when it was opened from its card. */
    grant: '',
    name: '',
    loaded: false,
    /** @type {RecordRow[]} */
    rows: [],
    /** The part return that is unfolded. */
    unfolded: '',
    next: '',
    from: '', to: '', fromText: '', toText: '',
    opening: '', closing: '',
  },
  /** Loads that were overtaken by a newer one are thrown away. */
  turn: 0,
  /** The movements that are shown, as they were told. @type {Movement[]} */
  moves: [],
  /** @param {{ kind?: string, grant?: string, name?: string }} query */
  onLoad(query) {
    const { kind, grant = '', name = '' } = query
    this.setData({ kind: kind === 'account' ? 'account' : 'aid', grant, name: decodeURIComponent(name) })
  },
  onShow() {
    dress(this, texts)
    return this.load('')
  },
  onPullDownRefresh() {
    return this.load('').then(() => wx.stopPullDownRefresh())
  },
  onReachBottom() {
    return this.more()
  },
  more() {
    return this.data.next && !this.data.busy ? this.load(this.data.next) : undefined
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load(this.data.rows.length ? this.data.next : '')
  },
  /** @param {string} cursor  '' begins anew */
  load(cursor) {
    const turn = ++this.turn
    return attempt(this, async () => {
      if (this.data.kind === 'aid') {
        const page = await this.aidPage(cursor)
        if (turn !== this.turn) return
        this.setData({ ...page, loaded: true, rows: byMonth(cursor ? this.data.rows.concat(page.rows) : page.rows) })
        return
      }
      const { moves, ...page } = await this.accountPage(cursor)
      if (turn !== this.turn) return
      this.moves = moves
      this.setData({ ...page, loaded: true, rows: byMonth(moveRows(moves, this.data.unfolded).reverse()) })
    })
  },
  /** @param {string} cursor */
  async aidPage(cursor) {
    const found = await call('GET', `/aid/records?limit=${PAGE}&grant=${this.data.grant}&cursor=${cursor}`)
    return { rows: found.items.map(aidRow), next: found.next || '' }
  },
  /** @param {string} cursor */
  async accountPage(cursor) {
    if (!this.data.from) await this.thisYear()
    /** @type {any[]} */
    let items = []
    let found = { opening_fen: 0, closing_fen: 0, next: cursor, items }
    for (let page = 0; page < MOST_PAGES && (page === 0 || found.next); page += 1) {
      found = await call('GET', `/accounts/statement?from=${this.data.from}&to=${this.data.to}&limit=${WHOLE}&cursor=${found.next}`)
      items = items.concat(found.items)
    }
    return {
      moves: items,
      next: '',
      opening: money(found.opening_fen),
      closing: money(found.closing_fen),
    }
  },
  async thisYear() {
    const today = (await call('GET', '/me')).server_time.slice(0, 10)
    this.dates(today.slice(0, 4) + '-01-01', today)
  },
  /** @param {string} from @param {string} to */
  dates(from, to) {
    this.setData({ from, to, fromText: day(from), toText: day(to) })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pickDay(event) {
    const day = event.detail.value
    const { from, to } = this.data
    if (event.currentTarget.dataset.field === 'from') this.dates(day, day > to ? day : to)
    else this.dates(day < from ? day : from, day)
    return this.load('')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ kind: event.currentTarget.dataset.kind, loaded: false, rows: [], next: '' })
    return this.load('')
  },
  export() {
    const { kind, grant, from, to } = this.data
    const path = kind === 'aid' ? `/aid/records?grant=${grant}` : `/accounts/statement?from=${from}&to=${to}`
    return act(this, 'export', () => exportTable(path, fill(texts, kind === 'aid' ? 'exported' : 'moves')))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    const { url, part } = event.currentTarget.dataset
    if (url) go(url)
    if (!part) return
    const unfolded = this.data.unfolded === part ? '' : part
    this.setData({ unfolded, rows: byMonth(moveRows(this.moves, unfolded).reverse()) })
  },
})
