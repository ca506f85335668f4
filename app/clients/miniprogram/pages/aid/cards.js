import { capLine } from '../../core/caps.js'
import { day, money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './texts.js'

/** @type {Record<string, string>} */
const TONE = { active: 'good', frozen: 'warn', paused: 'warn', used: '', not_yet: 'info', expired: '', ended: '', to_confirm: 'warn' }

/**
 * A grant as the page shows it.
 * @param {Grant} grant @param {AidRules} rules  of my place
 * @param {number} count  how many pay for me
 * @returns {GrantCard}
 */
export function grantCard(grant, rules, count) {
  const mine = grant.role === 'donor'
  const waits = !grant.agreed
  const over = ['expired', 'used', 'ended'].indexOf(grant.state) >= 0
  const resting = grant.state === 'active' && !grant.can_pay
  const name = `${grant.other_is} ${grant.other}`
  return {
    id: grant.id,
    mine,
    name,
    state: grant.state,
    stateText: fill(texts, resting ? 'resting' : grant.state),
    tone: resting ? 'warn' : TONE[grant.state],
    note: noteOf(grant, mine, name),
    lines: linesOf(grant, rules, mine),
    caps: grant.caps_used.map((cap) => capLine(cap)),
    canFreeze: mine && !over && grant.state !== 'frozen',
    canUnfreeze: mine && (grant.state === 'frozen' || grant.state === 'paused'),
    unfreezeText: fill(texts, grant.state === 'paused' ? 'resume' : 'unfreeze'),
    canPause: mine && grant.agreed && !over && grant.state !== 'frozen' && grant.state !== 'paused',
    pauseLast: grant.ends_on || '',
    canChange: mine && !over,
    canRenew: mine && over,
    canAsk: mine && waits && !over,
    canAnswer: !mine && waits && !over,
    canTop: grant.may_order && grant.rank > 1,
    canDown: !mine && grant.may_order && grant.rank < count,
    canEnd: grant.may_end && (mine || !waits),
    endText: fill(texts, over ? 'remove' : waits ? 'withdraw' : 'end'),
    endQuestion: over ? 'sureRemove' : waits ? 'sureWithdraw' : mine ? 'sureEnd' : 'sureEndTheirs',
    editUrl: `/pages/aid/grant?id=${grant.id}`,
    recordsUrl: `/pages/records/records?grant=${grant.id}&name=${encodeURIComponent(name)}`,
    whyUrl: `/pages/diagnosis/diagnosis?beneficiary=${mine ? grant.id : 'me'}`,
  }
}

/** @param {Grant} grant @param {boolean} mine @param {string} name */
function noteOf(grant, mine, name) {
  if (['active', 'ended', 'used'].indexOf(grant.state) >= 0 && grant.why_not) return `${grant.why_not.message} ${grant.why_not.next_step}`
  if (grant.state === 'frozen' && (mine || grant.agreed)) return mine ? fill(texts, 'frozenNote') : ''
  if (grant.paused_until) return fill(texts, 'pausedNote', { day: day(grant.paused_until) })
  if (grant.agreed || grant.state === 'expired') return ''
  return fill(texts, mine ? 'waitsThem' : grant.can_pay ? 'paysMeOnWord' : 'waitsMe', { name })
}

/**
 * What was agreed, as label and value.
 * @param {Grant} grant @param {AidRules} rules @param {boolean} mine
 */
function linesOf(grant, rules, mine) {
  const from = day(grant.starts_on)
  const dates = grant.ends_on ? fill(texts, 'until', { from, to: day(grant.ends_on) }) : fill(texts, 'open', { from })
  const lines = [{ label: fill(texts, 'dates'), value: grant.once ? fill(texts, 'once', { dates }) : dates }]
  rules.caps.forEach(({ id, name }) => {
    const cap = grant[id]
    if (cap !== null) lines.push({ label: name, value: money(cap) })
  })
  if (grant.ask_above_fen !== null) {
    const above = grant.ask_above_fen
    const value = above ? fill(texts, 'askAbove', { sum: money(above) }) : fill(texts, 'askAlways')
    lines.push({ label: fill(texts, 'ask'), value })
  }
  if (mine && lines.length === 1) lines.push({ label: fill(texts, 'limits'), value: fill(texts, 'noLimit') })
  if (rules.purpose_choice) {
    const purposes = grant.purposes.map((one) => fill(texts, one)).join(fill(texts, 'comma'))
    lines.push({ label: fill(texts, 'purposes'), value: purposes })
  }
  if (grant.rank) lines.push({ label: fill(texts, 'order'), value: fill(texts, 'orderAt', { rank: grant.rank }) })
  return lines
}
