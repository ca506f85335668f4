// wx's storage. The token is the tab's own and goes with it; what else is kept tells nothing of anybody.
const place = (key) => (key === 'token' ? sessionStorage : localStorage)

export function getStorageSync(key) {
  const text = place(key).getItem(`wx.${key}`)
  return text === null ? '' : JSON.parse(text)
}

export function setStorageSync(key, value) {
  place(key).setItem(`wx.${key}`, JSON.stringify(value))
  if (key === 'look.language') document.documentElement.lang = value === 'en' ? 'en' : 'zh-CN'
}

export function removeStorageSync(key) {
  place(key).removeItem(`wx.${key}`)
}
