/*
 * What the pages that show a code draw: its digits, and the bills that it paid. Pure, but for words.
 */
import { money, moment } from './format.js'
import { fill, word } from './i18n.js'
import { reasonCards } from './why.js'

/** @type {Texts} */
const texts = {
  zh: {
    stillCash: '还需付现金 {sum}',
    allPaid: '已付清 {sum}',
    allBack: '已全部退回',
    partBack: '退了一部分，现付 {sum}',
    insured: '医保已付 {sum}',
    cashBack: '柜台应退您现金 {sum}',
  },
  en: {
    stillCash: '{sum} to pay in cash',
    allPaid: 'Paid in full: {sum}',
    allBack: 'All of it was given back',
    partBack: 'A part came back, {sum} stands',
    insured: 'Paid by your insurance: {sum}',
    cashBack: 'Cash you get back at the counter: {sum}',
  },
}

/**
 * A code in groups of four, in two parts that are not broken: no group stands alone on a line.
 * @param {string} code @returns {string[]}
 */
export function partsOf(code) {
  const groups = code.match(/\d{1,4}/g) || []
  const half = Math.ceil(groups.length / 2)
  return [groups.slice(0, half), groups.slice(half)].map((one) => one.join(' ')).filter(Boolean)
}

/** What a phone in the hand says of a bill. @param {any} bill */
export function sound(bill) {
  return bill.id + bill.mark
}

/**
 * A bill as the page shows it: first what is still to be done at the counter. Green only when nothing
 * is. @param {any} bill
 */
export function billOf(bill) {
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
