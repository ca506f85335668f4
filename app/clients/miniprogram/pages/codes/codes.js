import { call } from '../../core/api.js'
import { hasConsented } from '../../core/consent.js'
import { drawBars, drawQr } from '../../core/draw.js'
import { fixOf } from '../../core/fixes.js'
import { money, moment, relation } from '../../core/format.js'
import { fill, word } from '../../core/i18n.js'
import { invite, shared } from '../../core/invite.js'
import { blank, dots, dress, go } from '../../core/page.js'
import { newOnes } from '../../core/logins.js'
import { Questions } from '../../core/questions.js'
import { lightUp, restore } from '../../core/screen.js'
import { mend, reasonCards } from '../../core/why.js'
import { CodeLife } from './life.js'
import texts from './texts.js'

const HUES = 6
/** The owner of the code has to say yes, and can be asked by a card. */
const ASKED = ['BINDING_PENDING', 'CONSENT_MISSING']
/** Log-ins elsewhere are looked at once a start. */
let lookedAtLogins = false

Page({
  data: {
    ...blank,
    /** @type {{ holder: string, hue: number, initial: string, label: string }[]} */
    people: [],
    holder: 'me',
    hue: 0,
    relation: '',
    name: '',
    digits: '',
    phase: 'loading',
    left: 0,
    countdown: '',
    offline: false,
    trouble: '',
    decodedBy: '',
    /** @type {any[]} */
    bills: [],
    dim: false,
    big: false,
    newLogin: '',
    question: null,
    acting: '',
    askId: '',
    invite: null,
  },
  /** @type {Questions | null} */
  questions: null,
  /** @type {CodeLife | null} */
  life: null,
  bars: '',
  heard: '',
  askedForConsent: false,
  peopleAsked: 0,

  onLoad() {
    this.questions = new Questions(this)
    this.life = new CodeLife((code) => this.draw(code), (patch) => this.told(patch))
  },
  async onShow() {
    dress(this, texts)
    if (!hasConsented() && !this.askedForConsent) {
      this.askedForConsent = true
      wx.navigateTo({ url: '/pages/consent/consent' })
      return
    }
    const app = getApp()
    const wanted = app.globalData.holder || this.data.holder
    app.globalData.holder = ''
    lightUp((bright) => this.setData({ dim: !bright }))
    const people = hasConsented() ? this.loadPeople() : undefined
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
  /** @param {WechatMiniprogram.TouchEvent} event */
  answerQuestion(event) {
    return this.questions ? this.questions.answer(event.currentTarget.dataset.answer) : undefined
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
    this.setData({ big: false })
  },

  /** Whose codes I may show. Without the list my own is still there. */
  async loadPeople() {
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
      this.setData({ people: [me, ...people] })
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
  again() {
    return this.life && this.life.again()
  },

  /** @param {any} code */
  draw(code) {
    this.bars = code.barcode
    this.setData({
      name: code.holder.name,
      relation: relation(code.holder.relation, code.holder.relation_zh),
      digits: code.code.replace(/(\d{4})(?=\d)/g, '$1 '),
    })
    drawBars(this, '#bars', code.barcode)
    drawQr(this, '#qr', code.qr)
    if (this.data.big) drawBars(this, '#big', code.barcode, true)
  },
  /** @param {any} patch */
  told(patch) {
    const shown = { ...patch }
    if ('left' in patch) shown.countdown = fill(texts, 'left', { left: patch.left })
    if (patch.refusal) {
      shown.refusal = { ...patch.refusal, fix: fixOf(patch.refusal.reason) }
      shown.askId = ASKED.indexOf(patch.refusal.reason) >= 0 ? this.data.holder : ''
    }
    if (patch.bills) {
      shown.bills = patch.bills.map(billOf)
      const heard = shown.bills.map(sound).join()
      if (heard !== this.heard) wx.vibrateShort({ type: 'medium', fail: () => undefined })
      this.heard = heard
    }
    if (patch.decodedBy) shown.decodedBy = fill(texts, 'decodedBy', { where: patch.decodedBy })
    if (patch.phase && patch.phase !== 'live') shown.big = false
    if (patch.phase && patch.phase !== 'live') shown.digits = ''
    this.setData(shown)
    if (patch.phase && patch.phase !== 'live') this.wipe()
  },
  /** A code that is dead or used can't be read from the screen any more. */
  wipe() {
    this.bars = ''
    drawBars(this, '#bars', '')
    drawQr(this, '#qr', [])
  },
  enlarge() {
    if (this.data.phase !== 'live') return
    this.setData({ big: true })
    drawBars(this, '#big', this.bars, true)
  },
  shrink() {
    this.setData({ big: false })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  detail(event) {
    go('/pages/records/detail?id=' + event.currentTarget.dataset.id)
  },
})

/** What a phone in the hand says of a bill. @param {any} bill */
function sound(bill) {
  return bill.id + bill.mark
}

/**
 * A bill as the page shows it: first what is still to be done at the counter. Green only when nothing
 * is. @param {any} bill
 */
function billOf(bill) {
  const { cash_fen: cash, cash_back_fen: back } = bill
  const given = bill.what === 'returned'
  const unaided = !given && bill.reasons.length > 0 && !bill.legs.some(isAid)
  const open = given ? false : cash > 0
  return {
    id: bill.setl_id,
    what: bill.what,
    mark: given ? '↩' : open || unaided ? '!' : '✓',
    tone: given ? 'back' : open || unaided ? 'open' : 'good',
    title: titleOf(bill),
    was: bill.what === 'paid' ? '' : money(bill.was_fen),
    total: given ? '' : money(bill.total_fen),
    paidBefore: open && bill.total_fen > cash ? fill(texts, 'insured', { sum: money(bill.total_fen - cash) }) : '',
    cashBack: bill.what !== 'paid' && back > 0 ? fill(texts, 'cashBack', { sum: money(back) }) : '',
    unaided,
    where: bill.institution,
    when: moment(bill.at),
    legs: bill.legs.map((/** @type {any} */ leg) => ({
      key: leg.payer + (leg.name || ''),
      who: word(leg.payer) + (leg.name ? ' ' + leg.name : ''),
      amount: money(leg.amount_fen),
    })),
    reasons: reasonCards(bill.reasons, {}),
  }
}

/** @param {any} leg */
function isAid(leg) {
  return leg.payer === 'aid'
}

/** The headline. @param {any} bill */
function titleOf(bill) {
  if (bill.what === 'returned') return fill(texts, 'allBack')
  if (bill.cash_fen > 0) return fill(texts, 'stillCash', { sum: money(bill.cash_fen) })
  return fill(texts, bill.what === 'paid' ? 'allPaid' : 'partBack', { sum: money(bill.total_fen) })
}
