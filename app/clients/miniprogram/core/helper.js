/*
 * Whom an old person rings for help: a telephone number that is kept on this phone only, and goes when
 * its owner logs out.
 */
const KEY = 'helper'

/** @returns {string} */
export function helper() {
  return wx.getStorageSync(KEY) || ''
}

/** @param {string} typed @returns {boolean} whether it can be one */
export function keepHelper(typed) {
  const number = typed.normalize('NFKC').replace(/[\s-]/g, '')
  if (!/^\+?\d{7,15}$/.test(number)) return false
  wx.setStorageSync(KEY, number)
  return true
}

export function forgetHelper() {
  wx.removeStorageSync(KEY)
}
