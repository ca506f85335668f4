/*
 * What of a cap is used and left, as a line with a bar (core/caps.wxml draws a list of them).
 */
import { yuan } from './format.js'
import { fill } from './i18n.js'
import texts from './caps-texts.js'

/**
 * @param {Answer.CapUsed} cap @param {string} [who]  where caps of several people stand together
 * @returns {CapLine}
 */
export function capLine(cap, who) {
  const part = Math.min(100, Math.round((cap.used_fen / cap.cap_fen) * 100))
  const sums = { used: yuan(cap.used_fen), cap: yuan(cap.cap_fen), left: yuan(cap.left_fen) }
  return {
    key: cap.id + (who || ''),
    who: who || '',
    text: fill(texts, cap.id, sums),
    note: cap.by_region ? fill(texts, 'byRegion') : '',
    part: Number.isNaN(part) ? 100 : part,
    full: cap.left_fen === 0,
  }
}
