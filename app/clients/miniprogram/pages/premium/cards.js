/*
 * Offers and orders as cards to draw.
 */
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { reasonCards } from '../../core/why.js'
import texts from './texts.js'

const TONES = { booked: 'good', refunded: 'good', released: 'bad' }

/**
 * @param {Answer.PremiumOffer} one @param {number[]} bought  missed years that are chosen
 * @param {{ side: string, grant: string }} seen
 */
export function offerCard(one, bought, seen) {
  const words = { year: one.year, months: one.waiting_months, years: one.missed_years.join('、') }
  const wait = one.waiting_months ? fill(texts, 'wait', words) : fill(texts, 'noWait')
  return {
    year: one.year,
    title: fill(texts, 'year', words),
    open: one.price_fen !== null,
    lines: one.price_fen === null ? [] : [
      { label: fill(texts, 'price'), value: money(one.price_fen) },
      ...(bought.length ? [{ label: fill(texts, 'total'), value: money(one.amount_fen || 0) }] : []),
      { label: fill(texts, 'from'), value: one.covers_from },
      ...(one.closes ? [{ label: fill(texts, 'closes'), value: one.closes }] : []),
      ...(one.charged_on ? [{ label: fill(texts, 'charged'), value: one.charged_on }] : []),
    ],
    assumed: one.by_year && one.by_year < one.year ? fill(texts, 'assumed', { year: one.year, by: one.by_year }) : '',
    wait: one.price_fen === null ? '' : wait,
    missed: one.missed_years.length && one.waiting_months ? fill(texts, 'missed', words) : '',
    years: (one.buy_back || bought.length ? [...one.missed_years, ...bought] : []).sort().map((year) => ({
      year,
      on: bought.indexOf(year) >= 0,
      text: fill(texts, 'buy', { year, sum: money(one.price_fen || 0), months: one.month_each }),
    })),
    least: one.buy_back || bought.length ? fill(texts, 'least', { months: one.at_least }) : '',
    // On a month's last day the money may be there: it may be ordered although there is too little now.
    may: one.price_fen !== null && (one.can_pay || one.charged_on !== null),
    pay: one.charged_on ? fill(texts, 'plan') : fill(texts, 'pay', { sum: money(one.amount_fen || 0) }),
    charged: one.charged_on || '',
    sum: money(one.amount_fen || 0),
    day: one.covers_from || '',
    reasons: reasonCards(one.reasons, seen),
  }
}

/** @param {Answer.Premium} one */
export function orderCard(one) {
  const words = { day: one.state === 'planned' ? one.charge_on || '' : one.covers_from, sum: money(one.amount_fen) }
  const next = one.payers.some((payer) => payer.at_counter) ? 'counter' : one.short ? 'short' : one.taking_back ? 'taking' : one.state
  return {
    id: one.id,
    title: `${one.mine ? fill(texts, 'forMe') : one.resident} · ${fill(texts, 'year', { year: one.year })}`,
    year: one.year,
    sum: money(one.amount_fen),
    bought: one.buy_back.length ? fill(texts, 'bought', { years: one.buy_back.join('、') }) : '',
    state: fill(texts, `state_${one.state}`),
    tone: one.short ? 'warn' : TONES[/** @type {keyof typeof TONES} */ (one.state)] || 'info',
    next: one.state === 'released' && next !== 'counter' ? '' : fill(texts, `next_${next}`, words),
    payers: one.payers
      .map((payer) => fill(texts, payer.me ? 'iPay' : 'paidBy', { name: payer.name, sum: money(payer.amount_fen) }))
      .join(fill(texts, 'and')),
    reasons: one.why ? reasonCards([one.why], { side: 'donor', grant: '' }) : [],
    mayTakeBack: one.may_take_back,
    mayRefund: one.may_refund,
  }
}
