/*
 * What a grant's form holds, whether it can be sent, and what is sent. Pure.
 */
import { fenOf, field, half, numberOf, plainSum } from '../../core/form.js'
import { capLine } from '../../core/caps.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './grant-texts.js'

/**
 * The form's fields at the start: empty, or as the grant has them.
 * @param {AidRules} rules @param {Grant} [grant]
 */
export function fieldsOf(rules, grant) {
  return {
    caps: rules.caps.map(({ id, name, fen }) => ({
      column: id,
      label: name,
      hint: fen === null ? '' : fill(texts, 'localCap', { sum: money(fen) }),
      value: grant && grant[id] !== null ? field(Number(grant[id])) : '',
      used: grant ? grant.caps_used.filter((cap) => cap.id === id).map((cap) => capLine(cap).text).join('') : '',
    })),
    ask: grant && grant.ask_above_fen !== null ? field(grant.ask_above_fen) : '',
    startsOn: grant ? grant.starts_on : rules.first_day,
    endsOn: (grant && grant.ends_on) || '',
    ordering: grant ? grant.may_order : rules.order_choice,
    rank: grant && grant.rank ? String(grant.rank) : '',
    rankBefore: grant && grant.rank ? String(grant.rank) : '',
    promised: Boolean(grant),
    purposes: rules.purposes.map((one, at) => ({
      ...one,
      on: grant ? grant.purposes.indexOf(one.id) >= 0 : !rules.purpose_choice || at === 0,
    })),
  }
}

/**
 * What a template of limits makes of the form.
 * @param {CapField[]} caps @param {any} template
 */
export function taken(caps, template) {
  return {
    caps: caps.map((cap) => ({ ...cap, value: template[cap.column] === null ? '' : field(template[cap.column]) })),
    endsOn: template.ends_on || '',
    once: template.once,
  }
}

/**
 * What the region makes of a bill above the lowest limit of the form: nothing of it, or up to the limit.
 * @param {Record<string, any>} form
 */
export function exampleOf(form) {
  const own = form.caps.map((/** @type {CapField} */ cap) => fenOf(cap.value)).filter((/** @type {number} */ fen) => fen > 0)
  if (!own.length) return ''
  const local = form.rules.caps.map((/** @type {CapChoice} */ cap) => cap.fen).filter((/** @type {number | null} */ fen) => fen !== null)
  const lowest = Math.min(...own, ...local)
  const bill = Math.ceil((lowest * 3) / 200) * 100
  const pays = form.rules.all_or_nothing ? 0 : lowest
  return fill(texts, 'example', { bill: money(bill), pays: money(pays) })
}

/**
 * The name of the text that says what is wrong first, name and number left out (core/who.js); '' when it
 * can be sent.
 * @param {Record<string, any>} form
 */
export function check(form) {
  if (!form.id && form.askRelation && form.relation < 0) return 'wrongRelation'
  if (form.caps.some((/** @type {CapField} */ cap) => cap.value.trim() && Number.isNaN(fenOf(cap.value)))) return 'wrongCap'
  if (form.ask.trim() && Number.isNaN(askOf(form.ask))) return 'wrongAsk'
  if (form.rules.period === 'period' && !form.endsOn) return 'wrongMustEnd'
  if (form.endsOn && form.endsOn <= form.startsOn) return 'wrongEnd'
  if (!form.purposes.some((/** @type {{ on: boolean }} */ one) => one.on)) return 'wrongPurpose'
  if (form.rank && (!/^\d{1,4}$/.test(half(form.rank)) || Number(half(form.rank)) > 1000)) return 'wrongRank'
  return form.promised ? '' : 'wrongPromise'
}

/** The sum above which I am asked: 0 asks always. @param {string} text */
function askOf(text) {
  return /^0+(\.0{1,2})?$/.test(plainSum(text)) ? 0 : fenOf(text)
}

/** What is sent. @param {Record<string, any>} form */
export function messageOf(form) {
  /** @type {Record<string, any>} */
  const message = {
    purposes: form.purposes.filter((/** @type {{ on: boolean }} */ one) => one.on).map((/** @type {{ id: string }} */ one) => one.id),
    ends_on: form.endsOn || null,
    ask_above_fen: form.ask.trim() ? askOf(form.ask) : null,
  }
  form.caps.forEach((/** @type {CapField} */ cap) => {
    message[cap.column] = cap.value.trim() ? fenOf(cap.value) : null
  })
  if (form.rank && form.rank !== form.rankBefore) message.rank = Number(half(form.rank))
  if (form.id) return message
  if (form.askRelation) message.relation = form.rules.relations[form.relation].id
  const who = form.member ? { member_id: form.member } : { psn_name: half(form.name), certno: numberOf(form.certno) }
  return {
    ...message,
    ...who,
    ...(form.card ? { invitation: form.card } : {}),
    starts_on: form.startsOn,
    once: form.once,
  }
}
