import { call } from '../../core/api.js'
import { fenOf } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill, language } from '../../core/i18n.js'
import { attempt, blank, dress, go } from '../../core/page.js'
import { mend, reasonCards } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    loaded: false,
    beneficiary: 'me',
    /** @type {Choice[]} */
    choices: [],
    can: false,
    ruleText: '',
    /** @type {any[]} */
    reasons: [],
    /** @type {any[]} */
    donors: [],
    amount: '',
    wrong: '',
    /** @type {any} */
    answer: null,
  },
  /** @param {{ beneficiary?: string }} query */
  onLoad(query) {
    this.setData({ beneficiary: query.beneficiary || 'me' })
  },
  onShow() {
    dress(this, texts)
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    this.setData({ amount: event.detail.value, wrong: '' })
  },
  /** Of how much is asked, if anything was typed. */
  ask() {
    const wrong = Number.isNaN(fenOf(this.data.amount))
    this.setData({ wrong: wrong ? fill(texts, 'wrongAmount') : '' })
    return wrong ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      const fen = fenOf(this.data.amount)
      const sum = fen > 0 ? `&amount_fen=${fen}` : ''
      const grants = await call('GET', '/aid')
      const given = grants.filter((/** @type {Grant} */ one) => one.role === 'donor')
      const wanted = given.some((/** @type {Grant} */ one) => one.id === this.data.beneficiary) ? this.data.beneficiary : 'me'
      const found = await call('GET', `/aid/diagnosis?beneficiary=${wanted}${sum}`)
      this.setData({
        loaded: true,
        beneficiary: wanted,
        choices: [{ id: 'me', name: fill(texts, 'me') }].concat(given.map(choiceOf)),
        can: found.can_pay,
        ruleText: ruleOf(found),
        answer: answerOf(found.of_amount, wanted),
        ...reasonsOf(found, wanted, grants),
      })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ beneficiary: event.currentTarget.dataset.id, loaded: false })
    return this.load()
  },
  preview() {
    go(`/pages/preview/preview?patient=${this.data.beneficiary}`)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    mend(event)
  },
})

/** @param {Grant} grant */
function choiceOf(grant) {
  return { id: grant.id, name: fill(texts, 'them', { name: `${grant.other_is} ${grant.other}` }) }
}

/** What the region says of paying a part and of several donors. @param {any} found */
function ruleOf(found) {
  const many = found.donors_at_once
  const together = many === null ? 'anyMany' : many === 1 ? 'oneOnly' : 'several'
  const told = [fill(texts, found.all_or_nothing ? 'wholly' : 'partly'), fill(texts, together, { count: many })]
  return told.join(language() === 'en' ? ' ' : '')
}

/** Who would pay the sum that was asked about. @param {any} found @param {string} wanted */
function answerOf(found, wanted) {
  if (!found) return null
  const mine = wanted !== 'me'
  const line = (/** @type {string} */ key, /** @type {number} */ fen) => ({ key, who: fill(texts, key), sum: money(fen) })
  const lines = mine ? [line('mine', found.aid_fen)] : [line('own', found.own_fen), line('aid', found.aid_fen), line('cash', found.cash_fen)]
  return {
    title: fill(texts, mine ? 'ofMine' : 'ofAll', { sum: money(found.amount_fen) }),
    whole: mine ? found.aid_fen === found.amount_fen : found.cash_fen === 0,
    lines,
    reasons: reasonCards(found.reasons, { side: mine ? 'donor' : 'beneficiary', grant: mine ? wanted : '' }),
  }
}

/**
 * The reasons that hold for all, and those of each donor, each with what mends it.
 * @param {any} found @param {string} wanted @param {Grant[]} grants
 */
function reasonsOf(found, wanted, grants) {
  const side = wanted === 'me' ? 'beneficiary' : 'donor'
  return {
    reasons: reasonCards(found.reasons, { side }),
    donors: found.donors.map((/** @type {any} */ one) => {
      const grant = grants.find((other) => other.id === one.grant)
      const theirs = wanted === 'me' && grant ? `${grant.other_is} ` : ''
      return {
        grant: one.grant,
        name: wanted === 'me' ? theirs + one.donor : fill(texts, 'you'),
        can: one.can_pay,
        state: fill(texts, one.can_pay ? 'ready' : 'notReady'),
        sum: one.shareable_fen === null ? '' : fill(texts, 'shareable', { sum: money(one.shareable_fen) }),
        reasons: reasonCards(one.reasons, { side, grant: one.grant }),
      }
    }),
  }
}
