import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { drawQr } from '../../core/draw.js'
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress } from '../../core/page.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    /** @type {PrescriptionCard[]} */
    items: [],
    shown: '',
    code: '',
    showing: '',
  },
  /** Puts a code away when its time is over. @type {number} */
  timer: 0,
  onShow() {
    dress(this, texts)
    return this.load()
  },
  onHide() {
    this.hide()
  },
  onUnload() {
    this.hide()
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  load() {
    return attempt(this, async () => {
      const found = /** @type {Answer.Prescription[]} */ (await call('GET', '/prescriptions'))
      this.setData({ loaded: true, items: found.map(cardOf) })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  async show(event) {
    const { id } = event.currentTarget.dataset
    await act(this, 'show' + id, async () => {
      this.hide()
      const made = /** @type {Answer.PrescriptionCode} */ (await call('POST', `/prescriptions/${id}/code`))
      this.setData({ shown: id, code: made.code.replace(/(.{4})(?=.)/g, '$1 '), showing: fill(texts, 'showing', { at: moment(made.ends_at) }) })
      await drawQr(this, '#qr', made.qr)
      this.timer = setTimeout(() => this.hide(), Math.max(0, Date.parse(made.ends_at) - Date.now()))
    })
  },
  hide() {
    clearTimeout(this.timer)
    this.setData({ shown: '', code: '', showing: '' })
  },
})

/** A prescription as the page shows it. @param {Answer.Prescription} one @returns {PrescriptionCard} */
function cardOf(one) {
  const { clinic, department, doctor } = one
  return {
    id: one.id,
    of: one.name ? fill(texts, 'of', { name: one.name }) : '',
    from: fill(texts, 'from', { clinic, department, doctor }),
    at: fill(texts, 'at', { at: moment(one.prescribed_at) }),
    until: fill(texts, 'until', { at: moment(one.ends_at) }),
    diagnosis: fill(texts, 'diagnosis', { diagnosis: one.diagnosis }),
    state: one.state_name,
    good: one.can_show,
    medicines: one.medicines.map((drug, at) => ({
      key: String(at),
      name: drug.name,
      spec: drug.spec,
      usage: drug.usage,
      much: fill(texts, 'much', { count: drug.count, unit: drug.unit }),
      left: drug.left === '0' ? fill(texts, 'gone') : fill(texts, 'left', { left: drug.left, unit: drug.unit }),
    })),
  }
}
