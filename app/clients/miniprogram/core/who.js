/*
 * Who somebody is: name and number, checked beside their fields while they are typed, in every form that
 * asks for them (core/who.wxml draws the two).
 *
 *   data: { ...blank, ...blankWho }
 *   typeWho(event) { typeWho(this, event) },  leaveWho(event) { leaveWho(this, event) },
 *   submit() { if (!checkWho(this)) return … }
 *
 * `birthNumber` in the page's data: the number is a birth certificate's; `relationId`: who it is meant to be.
 */
import { half, looksLikeNumber, numberOf } from './form.js'
import { fill } from './i18n.js'
import texts from './who-texts.js'

/** What a page's data holds for it. */
export const blankWho = { name: '', certno: '', birthNumber: false, relationId: '', whoWrong: { name: '', certno: '' } }

/** How far a field is: while it is typed a short number isn't wrong yet, and an empty field only when it is sent. */
const TYPED = 0
const LEFT = 1
const SENT = 2
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'

/** @param {AnyPage} page @param {WechatMiniprogram.CustomEvent} event */
export function typeWho(page, event) {
  page.setData({ [event.currentTarget.dataset.field]: event.detail.value, wrong: '' })
  judge(page, [event.currentTarget.dataset.field], TYPED)
}

/** @param {AnyPage} page @param {WechatMiniprogram.CustomEvent} event */
export function leaveWho(page, event) {
  judge(page, [event.currentTarget.dataset.field], LEFT)
}

/** Looks at both before they are sent. @param {AnyPage} page @returns {boolean} whether they can be */
export function checkWho(page) {
  judge(page, ['name', 'certno'], SENT)
  const { name, certno, birthNumber } = page.data
  const fine = !wrongName(name, SENT) && !(birthNumber ? wrongBirthNumber(certno, SENT) : wrongId(certno, SENT))
  if (!fine) wx.pageScrollTo({ scrollTop: 0 })
  return fine
}

/** @param {AnyPage} page @param {string[]} fields @param {number} how */
function judge(page, fields, how) {
  const { name, certno, birthNumber, relationId } = page.data
  const whoWrong = { ...page.data.whoWrong }
  if (fields.indexOf('name') >= 0) whoWrong.name = said(wrongName(name, how))
  if (fields.indexOf('certno') >= 0) {
    whoWrong.certno = birthNumber ? said(wrongBirthNumber(certno, how)) : said(wrongId(certno, how) || otherSex(certno, relationId))
  }
  page.setData({ whoWrong })
}

/** @param {string} wrong  a text's name and what it is filled with, as `name:value` */
function said(wrong) {
  const [key, value] = wrong.split(':')
  return key && fill(texts, key, { value })
}

/** @param {string} text @param {number} how */
export function wrongName(text, how) {
  const name = half(text)
  if (!name) return how === SENT ? 'noName' : ''
  return /[\d@#$%^&*_=+<>?!]/.test(name) ? 'nameLetters' : ''
}

/** @param {string} text @param {number} how */
export function wrongBirthNumber(text, how) {
  const number = numberOf(text)
  if (!number) return how === SENT ? 'noBirthNumber' : ''
  if (/[^A-Z0-9]/.test(number)) return 'birthLetters'
  return how > TYPED && !looksLikeNumber('990201', number) ? 'birthShort' : ''
}

/** What is wrong with an identity card's number (GB 11643), as far as it is there. @param {string} text @param {number} how */
export function wrongId(text, how) {
  const number = numberOf(text)
  if (!number) return how === SENT ? 'noNumber' : ''
  if (/[^\dX]|X./.test(number)) return 'idLetters'
  if (number.length > 18) return 'idLong:' + (number.length - 18)
  if (number.length >= 14 && !isDay(number.slice(6, 14))) return 'idBirthday:' + number.slice(6, 14)
  if (number.length === 18) return checkDigit(number) === number[17] ? '' : 'idCheck'
  return how === TYPED ? '' : 'idShort:' + (18 - number.length)
}

/** @param {string} number */
function checkDigit(number) {
  const total = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0)
  return CHECKS[total % 11]
}

/** @param {string} digits  YYYYMMDD */
function isDay(digits) {
  const [year, month, date] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6))]
  const day = new Date(Date.UTC(year, month - 1, date))
  return year >= 1900 && day.getUTCFullYear() === year && day.getUTCMonth() === month - 1 && day.getUTCDate() === date
}

/** Told, and no more: the registry decides. @param {string} text @param {string} relation */
export function otherSex(text, relation) {
  const number = numberOf(text)
  const man = /(father|husband|son|brother)(_in_law)?$/.test(relation)
  const woman = /(mother|wife|daughter|sister)(_in_law)?$/.test(relation)
  if (number.length !== 18 || (!man && !woman)) return ''
  const isMan = Number(number[16]) % 2 === 1
  return isMan === man ? '' : isMan ? 'isMan' : 'isWoman'
}
