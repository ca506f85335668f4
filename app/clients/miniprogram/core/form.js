/*
 * What people fill in. `type` keeps a field in the page's data: <input data-field="name"
 * bindinput="type" value="{{name}}" />.
 */
import { yuan } from './format.js'

/** @param {AnyPage} page @param {WechatMiniprogram.CustomEvent} event */
export function keep(page, event) {
  page.setData({ [event.currentTarget.dataset.field]: event.detail.value, wrong: '' })
}

/** As an input method writes it that was left on, in half-width characters; nothing around. @param {string} text */
export function half(text) {
  return text.replace(/[！-～]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ').trim()
}

/**
 * A number of a certificate or card as people write, copy or dictate it, as it is sent: half-width capitals and
 * digits, no blanks in it either.
 * @param {string} text
 */
export function numberOf(text) {
  return text.normalize('NFKC').replace(/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '').toUpperCase()
}

/** A sum or count as it is typed, with Chinese marks or a word for yuan: '１，０４６。５元' → '1046.5'. @param {string} text */
export function plainSum(text) {
  return half(text).replace(/[。｡]/g, '.').replace(/[,，]/g, '').replace(/^[¥￥]\s*|\s*元$/g, '')
}

/** An amount as a field holds it: without the commas of `yuan`. @param {number} fen */
export function field(fen) {
  return yuan(fen).split(',').join('')
}

/**
 * Yuan as people write them, as fen: '46' → 4600, '1,046.5' → 104650. NaN: not an amount above zero.
 * @param {string} text
 */
export function fenOf(text) {
  const found = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(plainSum(text))
  const fen = found ? Number(found[1]) * 100 + Number((found[2] || '').padEnd(2, '0')) : NaN
  return fen > 0 ? fen : NaN
}

/** Whether a text can be a number of this kind of certificate. @param {string} kind @param {string} text */
export function looksLikeNumber(kind, text) {
  return (kind === '01' ? /^\d{17}[\dX]$/ : /^[A-Z0-9]{6,30}$/).test(numberOf(text))
}
