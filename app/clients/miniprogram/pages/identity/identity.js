import { call, refusalOf } from '../../core/api.js'
import { half, numberOf } from '../../core/form.js'
import { backToCard } from '../../core/invite.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { blankWho, checkWho, leaveWho, typeWho } from '../../core/who.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    ...blankWho,
    /** @type {any} */
    person: null,
    method: 'face',
    card_no: '',
    password: '',
    wrong: '',
    cardWrong: { card_no: false, password: false },
    sending: false,
  },
  /** Opened right after the first yes: whoever is known already goes on to the code. */
  first: false,
  /** @param {{ first?: string }} query */
  onLoad(query) {
    this.first = Boolean(query.first)
  },
  async onShow() {
    dress(this, texts)
    await this.load()
    if (this.first && this.data.person) this.codes()
    this.first = false
  },
  /** Whether I am verified already. */
  load() {
    return attempt(this, async () => {
      try {
        this.setData({ person: await call('GET', '/me') })
      } catch (error) {
        if (['IDENTITY_REQUIRED', 'IDENTITY_TAKEN'].indexOf(refusalOf(error).reason) < 0) throw error
        this.setData({ person: null })
      }
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.Input} event */
  typed(event) {
    const { field } = event.currentTarget.dataset
    this.setData({ [field]: event.detail.value, ['cardWrong.' + field]: false })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  typeWho(event) {
    typeWho(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  leaveWho(event) {
    leaveWho(this, event)
  },
  /** @param {WechatMiniprogram.RadioGroupChange} event */
  chose(event) {
    this.setData({ method: event.detail.value })
  },
  check() {
    const { method, card_no, password } = this.data
    const card = method === 'card'
    const cardWrong = { card_no: card && !card_no.trim(), password: card && !password }
    this.setData({ cardWrong })
    return checkWho(this) && !cardWrong.card_no && !cardWrong.password
  },
  async submit() {
    if (this.data.sending || !this.check()) return
    const proof = this.data.method === 'card'
      ? { method: 'card', card_no: numberOf(this.data.card_no), password: this.data.password }
      : await this.face()
    if (!proof) return
    this.setData({ sending: true })
    const good = await attempt(this, async () => {
      await call('POST', '/identity', { psn_name: half(this.data.name), psn_cert_type: '01',
        certno: numberOf(this.data.certno), proof })
      this.setData({ person: await call('GET', '/me'), name: '', certno: '', card_no: '' })
    })
    this.setData({ sending: false, password: '' })
    if (good) wx.showToast({ title: this.data.t.done, icon: 'success' })
    if (good) this.codes()
    else wx.pageScrollTo({ scrollTop: 0 })
  },
  /** The provider takes the face and gives a ticket; nothing of the face comes to us. */
  face() {
    return new Promise((resolve) => {
      const { name, certno: idCardNumber } = this.data
      const api = /** @type {any} */ (wx).startFacialRecognitionVerify
      api({ name: half(name), idCardNumber: numberOf(idCardNumber),
        success: (/** @type {any} */ found) => resolve({ method: 'face', ticket: found.verifyResult }),
        fail: () => {
          wx.showToast({ title: this.data.t.faceCancelled, icon: 'none' })
          resolve(null)
        } })
    })
  },
  codes() {
    if (!backToCard()) go('/pages/codes/codes')
  },
})
