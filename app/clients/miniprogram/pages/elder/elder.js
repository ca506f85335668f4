/*
 * 关怀模式's own page: one code over the whole width, and what an old hand needs beside it. It shows
 * one's own code; relatives' are on the usual page.
 */
import { canSpeak, hush, isAloud, setAloud, speak } from '../../core/aloud.js'
import { call } from '../../core/api.js'
import { requests } from '../../core/asks.js'
import { partsOf } from '../../core/code-bill.js'
import { codeData, codePage, isOver, shownOf } from '../../core/code-page.js'
import { hasConsented } from '../../core/consent.js'
import { drawBars, drawQr } from '../../core/draw.js'
import { HOTLINE } from '../../core/fixes.js'
import { helper, keepHelper } from '../../core/helper.js'
import { fill } from '../../core/i18n.js'
import { blank, dress, go, sure } from '../../core/page.js'
import { lightUp } from '../../core/screen.js'
import texts from './texts.js'

Page({
  ...codePage,
  data: {
    ...blank,
    ...codeData,
    /** Which of the two is on the page. */
    kind: 'qr',
    canSpeak: false,
    aloud: false,
    help: false,
    phone: '',
  },
  /** @type {any} */
  code: null,
  said: '',

  async onShow() {
    dress(this, texts)
    if (!hasConsented()) {
      wx.reLaunch({ url: '/pages/codes/codes' })
      return
    }
    this.setData({ canSpeak: canSpeak(), aloud: isAloud(), phone: helper() })
    lightUp((bright) => this.setData({ dim: !bright }))
    await Promise.all([this.retry(), this.loadFamily()])
    if (this.questions) this.questions.open()
  },
  hidden() {
    hush()
    this.setData({ help: false })
  },
  retry() {
    return this.life ? this.life.open('me') : undefined
  },
  /** Who waits for my yes. */
  async loadFamily() {
    try {
      this.setData({ waiting: requests(await call('GET', '/family')) })
    } catch (error) {
      // The code's own call says what is wrong.
    }
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
    // Of a code that is over not even the picture stays.
    if (isOver(patch)) this.code = null
    this.setData(shownOf(this, texts, patch))
    if (isOver(patch)) this.paint()
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
  usual() {
    wx.switchTab({ url: '/pages/codes/codes' })
  },
})
