import { call, refusalOf } from '../../core/api.js'
import { half, looksLikeNumber, numberOf } from '../../core/form.js'
import { backToCard } from '../../core/invite.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

const ID_CARD = '01'

Page({
  data: {
    ...blank,
    /** @type {any} */
    person: null,
    method: 'face',
    psn_name: '',
    certno: '',
    card_no: '',
    password: '',
    wrong: { psn_name: false, certno: false, card_no: false, password: false },
    sending: false,
  },
  onShow() {
    dress(this, texts)
    return this.load()
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
    this.setData({ [field]: event.detail.value, ['wrong.' + field]: false })
  },
  /** @param {WechatMiniprogram.RadioGroupChange} event */
  chose(event) {
    this.setData({ method: event.detail.value })
  },
  check() {
    const { psn_name, certno, method, card_no, password } = this.data
    const card = method === 'card'
    const wrong = {
      psn_name: !psn_name.trim(),
      certno: !looksLikeNumber(ID_CARD, certno),
      card_no: card && !card_no.trim(),
      password: card && !password,
    }
    this.setData({ wrong })
    return !(wrong.psn_name || wrong.certno || wrong.card_no || wrong.password)
  },
  async submit() {
    if (this.data.sending || !this.check()) return
    const proof = this.data.method === 'card'
      ? { method: 'card', card_no: numberOf(this.data.card_no), password: this.data.password }
      : await this.face()
    if (!proof) return
    this.setData({ sending: true })
    const good = await attempt(this, async () => {
      await call('POST', '/identity', { psn_name: half(this.data.psn_name), psn_cert_type: '01',
        certno: numberOf(this.data.certno), proof })
      this.setData({ person: await call('GET', '/me'), psn_name: '', certno: '', card_no: '' })
    })
    this.setData({ sending: false, password: '' })
    if (good) wx.showToast({ title: this.data.t.done, icon: 'success' })
    if (good) backToCard()
    else wx.pageScrollTo({ scrollTop: 0 })
  },
  /** The provider takes the face and gives a ticket; nothing of the face comes to us. */
  face() {
    return new Promise((resolve) => {
      const { psn_name: name, certno: idCardNumber } = this.data
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
