/*
 * One card a person, of what the family account and mutual aid each say of the two of us. Pure, but
 * for words.
 */
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { stateOf } from '../../core/state.js'
import texts from './texts.js'

/**
 * @param {{ i_may_show: Relative[], may_show_me: Relative[], server_time: string }} family @param {Grant[]} grants
 * @param {Invited[]} sent  cards by which I have asked somebody to pay
 * @returns {PersonCard[]}
 */
export function people(family, grants, sent) {
  /** @type {Map<string, Ties>} */
  const found = new Map()
  /** @param {string} id @param {string} name @param {Partial<Ties>} more */
  const add = (id, name, more) => found.set(id, { name, ...found.get(id), ...more })
  family.i_may_show.forEach((one) => add(one.person_id || one.id, nameOf(one.other_is, one.name), { out: one }))
  family.may_show_me.filter((one) => !one.to_confirm)
    .forEach((one) => add(one.person_id || one.id, nameOf(one.other_is, one.name), { into: one }))
  grants.forEach((one) => one.other_id && add(one.other_id, nameOf(one.other_is, one.other), one.role === 'donor' ? { given: one } : { received: one }))
  return Array.from(found, ([id, ties]) => ({
    id, name: ties.name, codes: codeLines(ties, family.server_time), pays: payLines(ties), sendUrl: sendUrl(id, ties), ...waysOf(ties),
    ...asking(ties, sent),
  }))
}

/** @param {string} is @param {string} masked */
function nameOf(is, masked) {
  return `${is} ${masked}`
}

/** The line 亮码, one entry a direction. @param {Ties} ties @param {string} now @returns {TieLine[]} */
function codeLines({ out, into }, now) {
  const lines = []
  if (out) {
    const state = stateOf(out.can_show, out.why_not, { who: out.other_is, until: out.expires_at, now })
    lines.push({ label: fill(texts, 'iShow', { who: out.other_is }), ...state })
  }
  if (into) {
    const state = stateOf(into.can_show, into.why_not, { who: '', until: into.expires_at, now })
    lines.push({ label: fill(texts, 'showsMine', { who: into.other_is }), ...state })
  }
  return lines
}

/** The line 共济, one entry a direction. @param {Ties} ties @returns {TieLine[]} */
function payLines({ out, into, given, received }) {
  const told = out || into
  const lines = []
  if (given) {
    const state = stateOf(given.can_pay, given.why_not, { who: given.other_is })
    lines.push({ label: fill(texts, 'iPay', { who: given.other_is }), ...state })
  }
  if (received) {
    const state = stateOf(received.can_pay, received.why_not, { who: received.agreed ? received.other_is : '' })
    lines.push({ label: fill(texts, 'paysMe', { who: received.other_is }), ...state })
  }
  if (!lines.length && told) {
    lines.push({ label: fill(texts, 'iPay', { who: told.other_is }), ...stateOf(told.i_pay.can_pay, told.i_pay.how) })
  }
  return lines
}

/** What can be done from the card. @param {Ties} ties */
function waysOf({ out, into, given, received }) {
  return {
    showId: out && out.can_show ? out.id : '',
    canBind: !out,
    outId: out ? out.id : '',
    outText: fill(texts, out && out.state === 'pending' ? 'withdraw' : 'endOut'),
    outQuestion: out && out.state === 'pending' ? 'sureWithdraw' : 'sureEndOut',
    inId: into ? into.id : '',
    canGrant: !given,
    grantUrl: `/pages/aid/grant${memberOf(out, into)}`,
    bindUrl: `/pages/family/bind${agreedGrant(given, received)}`,
    hasAid: Boolean(given || received),
    whyUrl: given || received ? `/pages/diagnosis/diagnosis?beneficiary=${given ? given.id : 'me'}` : '',
  }
}

/** What I can ask the other for by a card, and have asked. @param {Ties} ties @param {Invited[]} sent */
function asking({ out, into, received }, sent) {
  const waits = out && out.why_not && ['BINDING_PENDING', 'CONSENT_MISSING'].indexOf(out.why_not.reason) >= 0
  const bonds = [out, into].filter((one) => one && one.state === 'active').map((one) => (one ? one.id : ''))
  const asked = sent.find((one) => bonds.indexOf(one.subject) >= 0)
  return {
    askYes: !out || !waits ? '' : out.state === 'pending' ? 'family' : 'code',
    askPay: received || !bonds.length ? '' : asked ? asked.subject : bonds[0],
    askedPay: asked ? asked.id : '',
    askedNote: asked ? fill(texts, 'askedPay', { at: moment(asked.expires_at) }) : '',
  }
}

/** The tie by which the other is named anew: nothing is typed twice. @param {Relative} [out] @param {Relative} [into] */
function memberOf(out, into) {
  const tie = [out, into].find((one) => one && one.state === 'active')
  return tie ? `?member=${tie.id}` : ''
}

/** Where money is sent into the other's wallet: with whom a tie stands, to which both agreed. @param {string} id @param {Ties} ties */
function sendUrl(id, { out, into, given, received }) {
  const bound = [out, into].some((one) => one && one.state === 'active')
  return bound || agreedGrant(given, received) ? `/pages/wallet/send?person=${id}` : ''
}

/** @param {Grant} [given] @param {Grant} [received] */
function agreedGrant(given, received) {
  const over = ['expired', 'used', 'ended']
  const tie = [given, received].find((one) => one && one.agreed && over.indexOf(one.state) < 0)
  return tie ? `?grant=${tie.id}` : ''
}
