/*
 * Records and movements as lines to draw.
 */
import { moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './texts.js'

/** @param {PaidRecord} one */
export function aidRow(one) {
  const mine = one.role === 'donor'
  const what = one.what === 'paid' ? (mine ? 'paidFor' : 'paidBy') : mine ? 'backTo' : 'backFrom'
  const name = `${one.other_is} ${mine ? one.beneficiary : one.donor}`
  return {
    id: one.id,
    url: `/pages/records/detail?id=${one.setl_id}`,
    title: fill(texts, what, { name }),
    where: one.institution,
    at: moment(one.at),
    sum: money(Math.abs(one.amount_fen)),
    sign: one.what === 'returned' ? fill(texts, 'back') : '',
    back: one.what === 'returned',
    refund: one.refund ? fill(texts, one.refund) : '',
    waits: one.refund === 'at_counter',
  }
}

/** @param {Movement} one */
export function moveRow(one) {
  const what = fill(texts, one.what === 'opening' ? 'openingMove' : one.what)
  const aid = one.mutual_aid ? fill(texts, 'mutualAid') : ''
  return {
    id: one.id + one.account,
    url: one.setl_id ? `/pages/records/detail?id=${one.setl_id}` : '',
    title: [what, aid, one.for_whom ? fill(texts, 'forWhom', { name: one.for_whom }) : '', one.other || ''].filter(Boolean).join(' · '),
    where: one.institution || '',
    at: `${moment(one.at)} · ${fill(texts, one.account)}`,
    sum: money(one.amount_fen),
    sign: one.amount_fen > 0 ? '+' : '',
    back: one.amount_fen > 0,
    refund: fill(texts, 'after', { sum: money(one.balance_after_fen) }),
    waits: false,
  }
}
