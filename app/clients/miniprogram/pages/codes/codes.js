import { call } from '../../core/api.js'
import { requests } from '../../core/asks.js'
import { partsOf } from '../../core/code-bill.js'
import { codeData, codePage, isOver, shownOf } from '../../core/code-page.js'
import { hasConsented } from '../../core/consent.js'
import { drawBars, drawQr } from '../../core/draw.js'
import { moment, relation } from '../../core/format.js'
import { fill, word } from '../../core/i18n.js'
import { invite, shared } from '../../core/invite.js'
import { blank, dots, dress, go } from '../../core/page.js'
import { newOnes } from '../../core/logins.js'
import { lightUp } from '../../core/screen.js'
import { isElder, setElder } from '../../core/theme.js'
import texts from './texts.js'

const HUES = 6
/** The owner of the code has to say yes, and can be asked by a card. */
const ASKED = ['BINDING_PENDING', 'CONSENT_MISSING']
/** Log-ins elsewhere are looked at once a start. */
let lookedAtLogins = false
/** In elder mode a start begins with the page made for it. */
let begun = false
const OFFERED = 'look.offered'
/** Whoever wants to add relatives later isn't asked again. */
const ALONE = 'look.alone'

Page({
  ...codePage,
  data: {
    ...blank,
    ...codeData,
    /** @type {{ holder: string, hue: number, initial: string, label: string }[]} */
    people: [],
    holder: 'me',
    hue: 0,
    relation: '',
    /** What is enlarged: 'bars', 'qr' or nothing. */
    big: '',
    elder: false,
    offer: '',
    newLogin: '',
    askId: '',
    invite: null,
  },
  bars: '',
  /** @type {string[]} */
  qr: [],
  askedForConsent: false,
  peopleAsked: 0,

  async onShow() {
    dress(this, texts)
    if (!hasConsented() && !this.askedForConsent) {
      this.askedForConsent = true
      wx.navigateTo({ url: '/pages/consent/consent' })
      return
    }
    const elder = isElder()
    this.setData({ elder })
    const app = getApp()
    const first = !begun && !app.globalData.holder
    begun = true
    if (first && elder && hasConsented()) {
      go('/pages/elder/elder')
      return
    }
    const wanted = app.globalData.holder || this.data.holder
    app.globalData.holder = ''
    lightUp((bright) => this.setData({ dim: !bright }))
    const people = hasConsented() ? this.loadFamily() : undefined
    await Promise.all([people, this.open(wanted)])
    if (hasConsented()) await this.tellOfLogins()
    if (this.questions) this.questions.open()
  },
  /** What matters now is the code: whether somebody has logged in elsewhere comes after it. */
  async tellOfLogins() {
    if (lookedAtLogins) return
    lookedAtLogins = true
    try {
      const [first] = newOnes((await call('GET', '/sessions')).sessions)
      const key = first && first.device ? 'newLogin' : 'newLoginSomewhere'
      if (first) this.setData({ newLogin: fill(texts, key, { device: first.device, at: moment(first.begun_at) }) })
    } catch (error) {
      // The next start looks again.
    }
  },
  ask() {
    return invite(this, 'code', this.data.askId)
  },
  closeInvite() {
    this.setData({ invite: null })
  },
  onShareAppMessage() {
    return shared(this)
  },
  seeLogins() {
    this.setData({ newLogin: '' })
    go('/pages/logins/logins')
  },
  hidden() {
    this.setData({ big: '' })
  },

  /** Whose codes I may show. Without the list my own is still there. */
  async loadFamily() {
    const me = { holder: 'me', hue: 0, initial: word('me').slice(0, 1), label: word('me') }
    this.peopleAsked += 1
    const asked = this.peopleAsked
    this.setData({ people: [me, ...this.data.people.slice(1)] })
    try {
      const family = await call('GET', '/family')
      if (asked !== this.peopleAsked) return // an answer in the language of before came late
      const people = family.i_may_show.map((/** @type {any} */ one, /** @type {number} */ index) => ({
        holder: one.id,
        hue: 1 + index % (HUES - 1),
        initial: one.name.slice(-1),
        label: one.other_is + ' ' + one.name + (one.can_show ? '' : ' · ' + fill(texts, 'off')),
        off: !one.can_show,
      }))
      this.setData({ people: [me, ...people], waiting: requests(family) })
      if (!people.length && !this.data.offer && !wx.getStorageSync(ALONE)) this.setData({ offer: 'relatives' })
      if (people.length && this.data.offer === 'relatives') this.setData({ offer: '' })
      dots(this)
      this.mark(this.data.holder)
      if (!this.data.people.some((one) => one.holder === this.data.holder)) this.open('me')
    } catch (error) {
      // The code's own call says what is wrong.
    }
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    const { holder } = event.currentTarget.dataset
    if (holder !== this.data.holder) this.open(holder)
  },
  /** @param {string} holder */
  mark(holder) {
    const person = this.data.people.find((one) => one.holder === holder)
    this.setData({ holder, hue: person ? person.hue : 0 })
  },
  /** @param {string} holder */
  open(holder) {
    if (holder !== this.data.holder) this.setData({ name: '', relation: '' })
    this.mark(holder)
    return this.life && this.life.open(holder)
  },
  retry() {
    return this.open(this.data.holder)
  },
  /** @param {any} code */
  draw(code) {
    this.bars = code.barcode
    this.qr = code.qr
    this.setData({
      name: code.holder.name,
      relation: relation(code.holder.relation, code.holder.relation_zh),
      digits: partsOf(code.code),
    })
    drawBars(this, '#bars', code.barcode)
    drawQr(this, '#qr', code.qr)
    this.drawBig()
    if (code.holder.elder && !this.data.elder && !wx.getStorageSync(OFFERED)) this.offerElder()
  },
  /** Who is of the age is asked once. */
  offerElder() {
    wx.setStorageSync(OFFERED, true)
    this.setData({ offer: 'elder' })
  },
  takeElder() {
    setElder(true)
    this.setData({ offer: '' })
    go('/pages/elder/elder')
  },
  openElder() {
    go('/pages/elder/elder')
  },
  noOffer() {
    if (this.data.offer === 'relatives') wx.setStorageSync(ALONE, true)
    this.setData({ offer: '' })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  addRelative(event) {
    this.setData({ offer: '' })
    go('/pages/family/bind?way=' + event.currentTarget.dataset.way)
  },
  drawBig() {
    if (this.data.big === 'bars') drawBars(this, '#big', this.bars, true)
    if (this.data.big === 'qr') drawQr(this, '#big', this.qr)
  },
  /** @param {any} patch */
  told(patch) {
    const shown = shownOf(this, texts, patch)
    if (patch.refusal) shown.askId = ASKED.indexOf(patch.refusal.reason) >= 0 ? this.data.holder : ''
    if (isOver(patch)) shown.big = ''
    this.setData(shown)
    if (isOver(patch)) this.wipe()
  },
  /** A code that is dead or used can't be read from the screen any more. */
  wipe() {
    this.bars = ''
    this.qr = []
    drawBars(this, '#bars', '')
    drawQr(this, '#qr', [])
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  enlarge(event) {
    if (this.data.phase !== 'live') return
    this.setData({ big: event.currentTarget.dataset.code }, () => this.drawBig())
  },
  shrink() {
    this.setData({ big: '' })
  },
})
