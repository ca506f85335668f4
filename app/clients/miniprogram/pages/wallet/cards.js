/*
 * The wallet's transfers as lines and cards to draw.
 */
import { moment, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './texts.js'

/** Who is at the other end. @param {Transfer} one */
function who(one) {
  return [one.other_is, one.other].filter(Boolean).join(' ')
}

/** What waits for me, or for who I act for. @param {Transfer} one */
export function offerCard(one) {
  return {
    id: one.id,
    who: who(one),
    title: fill(texts, 'offer', { who: who(one) }),
    sum: money(one.amount_fen),
    forWhom: one.for_whom ? fill(texts, 'offerFor', { name: one.for_whom }) : '',
    until: one.expires_at ? fill(texts, 'until', { at: moment(one.expires_at) }) : '',
  }
}

/** What I have sent and nobody has accepted. @param {Transfer} one */
export function waitingCard(one) {
  return {
    id: one.id,
    title: fill(texts, 'out', { who: who(one) }),
    sum: money(one.amount_fen),
    note: one.expires_at ? fill(texts, 'waitingNote', { at: moment(one.expires_at) }) : '',
  }
}

/** One line of the history. @param {Transfer} one */
export function transferRow(one) {
  const back = one.gives_back !== null
  const out = one.direction === 'out'
  const what = back ? (out ? 'backOut' : 'backIn') : out ? 'out' : 'in'
  const state = one.at_counter ? 'atCounter' : back && one.state === 'accepted' ? (out ? 'doneOut' : 'done') : one.state
  const came = one.state === 'accepted'
  return {
    id: one.id,
    who: who(one),
    title: fill(texts, what, { who: who(one) }),
    where: [one.other_place, one.for_whom ? fill(texts, 'offerFor', { name: one.for_whom }) : ''].filter(Boolean).join(' · '),
    at: moment(one.made_at),
    sum: (came ? (out ? '-' : '+') : '') + money(one.amount_fen),
    state: fill(texts, state),
    tone: one.at_counter ? 'warn' : one.state === 'pending' ? 'info' : came ? 'good' : '',
    left: one.returnable_fen,
    leftText: fill(texts, 'giveBackHint', { sum: money(one.returnable_fen) }),
  }
}
