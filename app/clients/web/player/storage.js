// wx's storage. The token is the tab's own and goes with it; what else is kept tells nothing of anybody.
const place = (key) => (key === 'token' ? sessionStorage : localStorage)

export function getStorageSync(key) {
  const text = place(key).getItem(`wx.${key}`)
  return text === null ? '' : JSON.parse(text)
}

export function setStorageSync(key, value) {
  place(key).setItem(`wx.${key}`, JSON.stringify(value))
  if (key.startsWith('look.')) dressPlayer()
}

/** What lies around and over the pages speaks their language, in letters of their size. */
export function dressPlayer() {
  document.documentElement.lang = getStorageSync('look.language') === 'en' ? 'en' : 'zh-CN'
  document.documentElement.classList.toggle('elder', getStorageSync('look.elder') === true)
}

export function removeStorageSync(key) {
  place(key).removeItem(`wx.${key}`)
}
