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
    month: '',
    monthId: one.at.slice(0, 7),
    at: moment(one.at),
    sum: money(Math.abs(one.amount_fen)),
    sign: one.what === 'returned' ? fill(texts, 'back') : '',
    back: one.what === 'returned',
    refund: one.refund ? fill(texts, one.refund) : '',
    waits: one.refund === 'at_counter',
  }
}

/**
 * Movements as lines: of a bill of which a part came back one line with what came back, that unfolds.
 * @param {Movement[]} moves @param {string} open  which is unfolded
 * @returns {RecordRow[]}
 */
export function moveRows(moves, open) {
  /** @type {RecordRow[]} */
  const rows = []
  moves.forEach((one, at) => {
    const parts = one.part_of ? moves.filter((other) => other.part_of === one.part_of) : []
    if (!parts.length) rows.push(moveRow(one))
    else if (moves.indexOf(parts[0]) === at) rows.push(partRow(parts, open))
  })
  return rows
}

/** @param {Movement[]} moves  of one part return @param {string} open @returns {RecordRow} */
function partRow(moves, open) {
  const [first] = moves
  const fen = moves.reduce((sum, one) => sum + one.amount_fen, 0)
  const [aid, name] = [moves.some((one) => one.mutual_aid), moves.map((one) => one.for_whom).find(Boolean)]
  const what = moves.some((one) => one.what === 'restored') ? 'partUndone' : 'partBack'
  const unfolded = open === first.part_of
  return {
    ...moveRow(first),
    id: `part${first.part_of}`,
    url: '',
    part: first.part_of || '',
    title: [fill(texts, what), aid ? fill(texts, 'mutualAid') : '', name ? fill(texts, 'forWhom', { name }) : ''].filter(Boolean).join(' · '),
    at: moment(first.at),
    sum: money(fen),
    sign: fen > 0 ? '+' : '',
    back: fen > 0,
    refund: fill(texts, unfolded ? 'fold' : 'unfold'),
    parts: unfolded ? moves.map(moveRow) : [],
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
    month: '',
    monthId: one.at.slice(0, 7),
    at: `${moment(one.at)} · ${fill(texts, one.account)}`,
    sum: money(one.amount_fen),
    sign: one.amount_fen > 0 ? '+' : '',
    back: one.amount_fen > 0,
    refund: fill(texts, 'after', { sum: money(one.balance_after_fen) }),
    waits: false,
  }
}

/** Each month's first row bears its name. @param {RecordRow[]} rows */
export function byMonth(rows) {
  return rows.map((row, at) => {
    const begins = at === 0 || rows[at - 1].monthId !== row.monthId
    const [year, month] = row.monthId.split('-')
    return begins ? { ...row, month: fill(texts, 'month', { year, month: Number(month) }) } : row
  })
}
