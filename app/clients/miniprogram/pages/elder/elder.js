/*
 * 关怀模式's own page: one code over the whole width, and what an old hand needs beside it. It shows
 * one's own code; relatives' are on the usual page.
 */
import { act } from '../../core/act.js'
import { canSpeak, hush, isAloud, setAloud, speak } from '../../core/aloud.js'
import { call } from '../../core/api.js'
import { requests } from '../../core/asks.js'
import { hasConsented } from '../../core/consent.js'
import { drawBars, drawQr } from '../../core/draw.js'
import { HOTLINE } from '../../core/fixes.js'
import { helper, keepHelper } from '../../core/helper.js'
import { fill, word } from '../../core/i18n.js'
import { blank, dress, go, refusalCard, sure } from '../../core/page.js'
import { Questions } from '../../core/questions.js'
import { lightUp, restore } from '../../core/screen.js'
import { mend } from '../../core/why.js'
import { CodeLife } from '../codes/life.js'
import { billOf, partsOf, sound } from '../codes/shown.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    name: '',
    /** @type {string[]} */
    digits: [],
    /** Which of the two is on the page. */
    kind: 'qr',
    phase: 'loading',
    left: 0,
    countdown: '',
    offline: false,
    trouble: '',
    decodedBy: '',
    /** @type {any[]} */
    bills: [],
    dim: false,
    canSpeak: false,
    aloud: false,
    help: false,
    phone: '',
    question: null,
    acting: '',
    /** @type {RequestCard[]} */
    waiting: [],
  },
  /** @type {CodeLife | null} */
  life: null,
  /** @type {Questions | null} */
  questions: null,
  /** @type {any} */
  code: null,
  heard: '',
  said: '',

  onLoad() {
    this.questions = new Questions(this)
    this.life = new CodeLife((code) => this.draw(code), (patch) => this.told(patch))
  },
  async onShow() {
    dress(this, texts)
    if (!hasConsented()) {
      wx.reLaunch({ url: '/pages/codes/codes' })
      return
    }
    this.setData({ canSpeak: canSpeak(), aloud: isAloud(), phone: helper() })
    lightUp((bright) => this.setData({ dim: !bright }))
    await Promise.all([this.retry(), this.loadAsks()])
    if (this.questions) this.questions.open()
  },
  onHide() {
    this.leave()
  },
  onUnload() {
    this.leave()
  },
  leave() {
    if (this.life) this.life.close()
    if (this.questions) this.questions.close()
    restore()
    hush()
    this.setData({ help: false })
  },
  retry() {
    return this.life ? this.life.open('me') : undefined
  },
  again() {
    return this.life ? this.life.again() : undefined
  },
  /** Who waits for my yes. */
  async loadAsks() {
    try {
      this.setData({ waiting: requests(await call('GET', '/family')) })
    } catch (error) {
      // The code's own call says what is wrong.
    }
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  agreeAsk(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'agree' + id, async () => {
      await call('POST', `/family/${id}/confirm`)
      await this.loadAsks()
      wx.showToast({ title: word('askedYes') })
    })
  },
  seeAsks() {
    go('/pages/family/family')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  answerQuestion(event) {
    return this.questions ? this.questions.answer(event.currentTarget.dataset.answer) : undefined
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },

  /** @param {any} code */
  draw(code) {
    this.code = code
    this.setData({ name: code.holder.name, digits: partsOf(code.code) })
    this.paint()
  },
  paint() {
    const { code } = this
    if (this.data.kind === 'qr') drawQr(this, '#one', code ? code.qr : [])
    else drawBars(this, '#one', code ? code.barcode : '')
  },
  swap() {
    this.setData({ kind: this.data.kind === 'qr' ? 'bars' : 'qr' }, () => this.paint())
  },
  /** @param {any} patch */
  told(patch) {
    const shown = { ...patch }
    const offline = 'offline' in patch ? patch.offline : this.data.offline
    const left = 'left' in patch ? patch.left : this.data.left
    if ('left' in patch || 'offline' in patch) shown.countdown = fill(texts, offline ? 'leftOffline' : 'left', { left })
    if (patch.refusal) shown.refusal = refusalCard(patch.refusal)
    if (patch.bills) {
      shown.bills = patch.bills.map(billOf)
      const heard = shown.bills.map(sound).join()
      if (heard !== this.heard) wx.vibrateShort({ type: 'medium', fail: () => undefined })
      this.heard = heard
    }
    if (patch.decodedBy) shown.decodedBy = fill(texts, 'decodedBy', { where: patch.decodedBy })
    if (patch.phase && patch.phase !== 'live') {
      // A code that is dead or used can't be read from the screen any more.
      this.code = null
      shown.digits = []
    }
    this.setData(shown)
    if (patch.phase && patch.phase !== 'live') this.paint()
    if (patch.phase && isAloud()) this.read(false)
  },

  /** What stands on the page, as it would be told to somebody. */
  words() {
    const { phase, name, decodedBy, bills, refusal } = this.data
    if (phase === 'live') return fill(texts, 'sayShow', { name })
    if (phase === 'decoded') return decodedBy
    if (phase === 'refused' && refusal) return `${refusal.message} ${refusal.next_step}`
    if (phase === 'paid' && bills.length) return [bills[0].title, bills[0].cashBack].filter(Boolean).join(' ')
    return ''
  },
  /** @param {boolean} asked  else only what hasn't been read yet */
  read(asked) {
    const words = this.words()
    if (words && (asked || words !== this.said)) speak(words)
    this.said = words || this.said
  },
  /** Reads what is there, and from now on what comes. */
  loud() {
    const aloud = !this.data.aloud
    setAloud(aloud)
    this.setData({ aloud })
    if (aloud) this.read(true)
  },

  openHelp() {
    this.setData({ help: true })
  },
  closeHelp() {
    this.setData({ help: false })
  },
  /** Calls whoever was named; the first time it is asked who. */
  callHelper() {
    if (this.data.phone) wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => undefined })
    else this.nameHelper()
  },
  nameHelper() {
    wx.showModal({
      title: fill(texts, 'whom'),
      editable: true,
      placeholderText: fill(texts, 'whomPlace'),
      success: ({ confirm, content }) => {
        if (!confirm) return
        if (keepHelper(content || '')) this.setData({ phone: helper() })
        else sure(fill(texts, 'whomWrong'))
      },
    })
  },
  ring() {
    wx.makePhoneCall({ phoneNumber: HOTLINE, fail: () => undefined })
  },
  onShareAppMessage() {
    return { title: fill(texts, 'shareTitle'), path: '/pages/codes/codes', imageUrl: '/images/card.png' }
  },
  bills() {
    go('/pages/bills/bills')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  detail(event) {
    go('/pages/records/detail?id=' + event.currentTarget.dataset.id)
  },
  usual() {
    wx.switchTab({ url: '/pages/codes/codes' })
  },
})
