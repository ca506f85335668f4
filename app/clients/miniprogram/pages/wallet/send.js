import { act } from '../../core/act.js'
import { call, refusalOf } from '../../core/api.js'
import { fenOf, keep } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, sure } from '../../core/page.js'
import { blankWho, checkWho, leaveWho, typeWho } from '../../core/who.js'
import { mend } from '../../core/why.js'
import { newMark } from './mark.js'
import { asksRelation, byName, check, messageOf, payeesOf, sourcesOf, whom } from './send-form.js'
import texts from './send-texts.js'

Page({
  data: {
    ...blank,
    ...blankWho,
    acting: '',
    loaded: false,
    lead: '', most: '', wrong: '',
    /** @type {{ family: string, grant: string, person: string, text: string, asks: boolean }[]} */
    payees: [],
    /** @type {Choice[]} */
    relations: [],
    /** @type {{ id: string, name: string, left: string, on: boolean }[]} */
    sources: [],
    to: -1,
    named: false,
    asks: false,
    relation: -1,
    amount: '',
  },
  /** The transfer's name: the same until something definite is told, so that it is sent once. */
  mark: '',
  /** Whom the page was opened for. */
  person: '',
  /** @param {{ person?: string }} query */
  onLoad(query) {
    this.person = query.person || ''
  },
  onShow() {
    dress(this, texts)
    return this.data.loaded ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      const wallet = await call('GET', '/wallet')
      const payees = payeesOf(wallet)
      const meant = payees.findIndex((one) => one.person && one.person === this.person)
      const to = payees.length === 1 ? 0 : meant
      this.mark = newMark()
      this.setData({
        loaded: true,
        lead: fill(texts, 'lead', { hour: wallet.rules.returned_at_hour }),
        most: fill(texts, 'amountHint', { sum: money(wallet.rules.single_fen) }),
        relations: wallet.rules.relations,
        sources: sourcesOf(wallet),
        payees,
      })
      this.choose(to)
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pickPayee(event) {
    this.choose(Number(event.detail.value))
  },
  /** @param {number} to */
  choose(to) {
    this.setData({ to, wrong: '' })
    this.setData({ named: byName(this.data), asks: asksRelation(this.data) })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pickRelation(event) {
    const relation = Number(event.detail.value)
    this.setData({ relation, relationId: this.data.relations[relation].id, wrong: '' })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  typeWho(event) {
    typeWho(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  leaveWho(event) {
    leaveWho(this, event)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  pickSource(event) {
    const { id } = event.currentTarget.dataset
    this.setData({ sources: this.data.sources.map((one) => ({ ...one, on: one.id === id })), wrong: '' })
  },
  submit() {
    const named = this.data.named ? checkWho(this) : true
    const wrong = check(this.data)
    this.setData({ wrong: wrong ? fill(texts, wrong) : '' })
    if (wrong || !named) return undefined
    return act(this, 'submit', async () => {
      const sum = money(fenOf(this.data.amount))
      if (!(await sure(fill(texts, 'sure', { sum, who: whom(this.data) })))) return
      try {
        await call('POST', '/wallet/transfers', messageOf(this.data, this.mark))
      } catch (error) {
        const { offline, status } = refusalOf(error)
        if (!offline && status < 500) this.mark = newMark() // a clear no: what is sent next is another
        throw error
      }
      wx.showToast({ title: fill(texts, 'done') })
      wx.redirectTo({ url: '/pages/wallet/wallet' })
    })
  },
})
