/*
 * What stands between two people, as a state and no refusal: works (green), isn't set up (grey), waits or
 * rests (amber). Pure, but for words.
 */
import { fill } from './i18n.js'
import texts from './state-texts.js'

const DAY_MS = 86400000
/** Nobody has asked for it, or it is over: nothing is wrong. */
const NOT_SET_UP = ['ONLY_FAMILY_ACCOUNT', 'NO_AID_GRANT']
const OVER = ['BINDING_ENDED', 'EXPIRED', 'USED_UP', 'ENDED_WITH_INSURANCE', 'ENDED_BY_EVENT']
const WAITS = ['BINDING_PENDING', 'CONSENT_MISSING', 'CONSENT_PENDING', 'HOLDER_MUST_CONFIRM']

/**
 * @param {boolean} can @param {Why | null} why
 * @param {{ who?: string, until?: string | null, now?: string }} [waits]  whose yes it waits for: '' is one's own
 * @returns {State}
 */
export function stateOf(can, why, waits) {
  if (can) return { tone: 'good', mark: '✓', word: fill(texts, 'works'), why: '', next: '' }
  if (!why || NOT_SET_UP.indexOf(why.reason) >= 0) return { tone: '', mark: '', word: fill(texts, 'notSetUp'), why: '', next: '' }
  if (OVER.indexOf(why.reason) >= 0) return { tone: '', mark: '', word: fill(texts, 'over'), why: why.message, next: why.next_step }
  if (WAITS.indexOf(why.reason) >= 0) {
    return { tone: 'warn', mark: '…', word: fill(texts, 'waits'), why: waitText(waits || {}), next: waits && waits.who === '' ? '' : why.next_step }
  }
  const rests = ['FROZEN', 'PAUSED', 'NOT_YET_EFFECTIVE'].indexOf(why.reason) >= 0
  return { tone: 'warn', mark: '!', word: fill(texts, rests ? why.reason : 'notNow'), why: why.message, next: why.next_step }
}

/** Whose yes it waits for, and how long still. @param {{ who?: string, until?: string | null, now?: string }} waits */
function waitText({ who, until, now }) {
  const days = until && now ? Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / DAY_MS)) : 0
  const text = who === '' ? fill(texts, 'waitsMe') : fill(texts, 'waitsFor', { who: who || fill(texts, 'other') })
  return days ? fill(texts, 'daysLeft', { text, days }) : text
}
