/*
 * Money and times as people read them. Money comes in fen (integers) and stays so until here.
 *   yuan(460000) → '4,600.00'
 *   money(4600)  → '46.00元' / '¥46.00'      (minus: '-46.00元')
 *   moment(iso)  → '11月25日 18:08' / '25 Nov 18:08'
 *   day(iso)     → '2026年11月25日' / '25 Nov 2026'
 *   dayAfter('2026-12-31') → '2027-01-01'
 *   relation('father', '父亲') → '父亲' / 'Father'
 * Times are the server's, with its offset (Asia/Shanghai): they are shown as they stand.
 */
import { language } from './i18n.js'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** @param {number} fen @returns {string} */
export function yuan(fen) {
  const cents = String(Math.abs(fen)).padStart(3, '0')
  const whole = cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return (fen < 0 ? '-' : '') + whole + '.' + cents.slice(-2)
}

/** @param {number} fen @returns {string} */
export function money(fen) {
  if (language() === 'zh') return yuan(fen) + '元'
  return (fen < 0 ? '-' : '') + '¥' + yuan(Math.abs(fen))
}

/** @param {string} iso @returns {string} */
export function moment(iso) {
  const [, month, date] = iso.slice(0, 10).split('-').map(Number)
  const time = iso.slice(11, 16)
  return language() === 'zh' ? `${month}月${date}日 ${time}` : `${date} ${MONTHS[month - 1]} ${time}`
}

/** @param {string} iso @returns {string} */
export function day(iso) {
  const [year, month, date] = iso.slice(0, 10).split('-').map(Number)
  return language() === 'zh' ? `${year}年${month}月${date}日` : `${date} ${MONTHS[month - 1]} ${year}`
}

/**
 * A relation in the chosen language. @param {string} key @param {string} zh @returns {string}
 */
export function relation(key, zh) {
  if (language() === 'zh') return zh
  const english = key === 'self' ? 'myself' : key.split('_').join(' ')
  return english.charAt(0).toUpperCase() + english.slice(1)
}

/** The day after. @param {string} iso  a day @returns {string} */
export function dayAfter(iso) {
  const [year, month, date] = iso.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + 1)).toISOString().slice(0, 10)
}
