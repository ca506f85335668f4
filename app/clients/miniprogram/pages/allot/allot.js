import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { fenOf, keep } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, sure } from '../../core/page.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    held: '', most: '', wrong: '', amount: '',
    /** @type {Why | null} */
    cannot: null,
  },
  onShow() {
    dress(this, texts)
    return this.load()
  },
  load() {
    return attempt(this, async () => this.show(await call('GET', '/allotted')))
  },
  retry() {
    return this.load()
  },
  /** @param {Allotted} found */
  show(found) {
    this.setData({
      loaded: true,
      held: money(found.held_fen),
      most: fill(texts, 'most', { sum: money(found.most_fen), floor: money(found.floor_fen) }),
      cannot: found.cannot,
    })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
  },
  submit() {
    const fen = fenOf(this.data.amount)
    this.setData({ wrong: Number.isNaN(fen) ? fill(texts, 'wrong') : '' })
    if (this.data.wrong) return undefined
    return act(this, 'submit', async () => {
      if (!(await sure(fill(texts, 'sure', { sum: money(fen) })))) return
      this.show(await call('POST', '/allotted', { amount_fen: fen }))
      this.setData({ amount: '' })
      wx.showToast({ title: fill(texts, 'done') })
    })
  },
})
