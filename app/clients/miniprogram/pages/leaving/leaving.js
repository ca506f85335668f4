import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { setConsent } from '../../core/consent.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { forgetAll } from '../../core/leaving.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { exportTable } from '../../core/table.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    closed: false,
    agreed: false,
    /** @type {{ what: string, how: string }[]} */
    ends: [],
    waits: '',
  },
  onShow() {
    dress(this, texts)
    if (!this.data.closed) return this.load()
  },
  load() {
    return attempt(this, async () => {
      const found = /** @type {Answer.Ends} */ (await call('GET', '/leaving'))
      this.setData({ loaded: true, ends: linesOf(found), waits: waitsOf(found) })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go(event.currentTarget.dataset.url)
  },
  export() {
    return act(this, 'export', () => exportTable('/own-data', fill(texts, 'file')))
  },
  agree() {
    this.setData({ agreed: !this.data.agreed })
  },
  async close() {
    if (!this.data.agreed || !(await sure(fill(texts, 'sure'), fill(texts, 'close')))) return
    const done = await act(this, 'close', async () => {
      await call('POST', '/leaving', { agreed: true })
      forgetAll()
      setConsent(false)
      this.setData({ closed: true })
    })
    // What was in the way may have come since the page was opened.
    if (!done) await this.load()
  },
  begin() {
    wx.reLaunch({ url: '/pages/consent/consent' })
  },
})

/** What there is of each, and what becomes of it; nothing of what there isn't. @param {Answer.Ends} found */
function linesOf(found) {
  const counted = /** @type {const} */ (['given', 'frozen', 'received', 'stay'])
  const lines = counted.filter((name) => found[name]).map((name) => line(name, { n: found[name] }))
  if (found.shows || found.shown) lines.push(line('ties', { shows: found.shows, shown: found.shown }))
  return [...lines, ...['wallet', 'account', 'notices', 'books', 'login'].map((name) => line(name))]
}

/** @param {string} name @param {Record<string, number>} [values] */
const line = (name, values) => ({ what: fill(texts, name), how: fill(texts, `${name}How`, values) })

/** @param {Answer.Ends} found */
function waitsOf(found) {
  if (found.waits_fen) return fill(texts, 'waits', { sum: money(found.waits_fen) })
  return found.premiums ? fill(texts, 'waitsPremium') : ''
}
