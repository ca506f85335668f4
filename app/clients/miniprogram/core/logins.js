/*
 * Log-ins: what this phone calls itself, and which began elsewhere since they were looked at here.
 */
const SEEN = 'logins.seen'

/** Make and model, as the list of log-ins shows them; '' where WeChat doesn't say. @returns {string} */
export function device() {
  try {
    const { brand, model } = wx.getDeviceInfo()
    const whole = model.toLowerCase().startsWith(brand.toLowerCase())
    return (whole ? model : brand + ' ' + model).trim().slice(0, 100)
  } catch (error) {
    return ''
  }
}

/**
 * Those that began elsewhere since `markSeen`, or, on a phone that has never looked, since its own.
 * @param {LogIn[]} all @returns {LogIn[]}
 */
export function newOnes(all) {
  const mine = all.find((one) => one.present)
  if (!wx.getStorageSync(SEEN) && mine) wx.setStorageSync(SEEN, mine.begun_at)
  // One offset for all (the server's), so moments compare as texts.
  const seen = wx.getStorageSync(SEEN)
  return all.filter((one) => !one.present && one.begun_at > seen)
}

/** @param {LogIn[]} all */
export function markSeen(all) {
  const newest = all.map((one) => one.begun_at).sort().pop()
  if (newest) wx.setStorageSync(SEEN, newest)
}
