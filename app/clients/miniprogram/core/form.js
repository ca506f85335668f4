/*
 * What people fill in. `type` keeps a field in the page's data: <input data-field="name"
 * bindinput="type" value="{{name}}" />.
 */
import { yuan } from './format.js'

/** @param {AnyPage} page @param {WechatMiniprogram.CustomEvent} event */
export function keep(page, event) {
  page.setData({ [event.currentTarget.dataset.field]: event.detail.value, wrong: '' })
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
  const found = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text.split(',').join('').trim())
  const fen = found ? Number(found[1]) * 100 + Number((found[2] || '').padEnd(2, '0')) : NaN
  return fen > 0 ? fen : NaN
}

/** Whether a text can be a number of this kind of certificate. @param {string} kind @param {string} text */
export function looksLikeNumber(kind, text) {
  return kind === '01' ? /^\d{17}[\dXx]$/.test(text.trim()) : /^[A-Za-z0-9]{6,30}$/.test(text.trim())
}
