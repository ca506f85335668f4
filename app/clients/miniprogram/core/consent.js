/*
 * The privacy statement: nothing of a person is asked for or sent before it was agreed to.
 */
const KEY = 'consent'
const VERSION = 2

/** Whether the statement as it stands was agreed to. @returns {boolean} */
export function hasConsented() {
  return wx.getStorageSync(KEY) === VERSION
}

/** @param {boolean} agreed */
export function setConsent(agreed) {
  if (agreed) wx.setStorageSync(KEY, VERSION)
  else wx.removeStorageSync(KEY)
}
