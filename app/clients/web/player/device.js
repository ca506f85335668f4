// The phone itself: screen, network, theme, front and back.
import { foreground } from './pages.js'

const listeners = { theme: new Set(), network: new Set(), show: new Set(), hide: new Set() }
const dark = matchMedia('(prefers-color-scheme: dark)')
const tell = (kind, value) => listeners[kind].forEach((listener) => listener(value))

export const on = (kind) => (listener) => void listeners[kind].add(listener)
export const off = (kind) => (listener) => {
  if (listener) listeners[kind].delete(listener)
  else listeners[kind].clear()
}

export const appBase = () => ({
  language: navigator.language.startsWith('en') ? 'en' : 'zh_CN',
  theme: dark.matches ? 'dark' : 'light',
  SDKVersion: '3.8.12', version: '8.0.0', enableDebug: false, host: { env: 'browser', appId: '' },
})

export function windowInfo() {
  const { width, height } = document.querySelector('.pages').getBoundingClientRect()
  return { pixelRatio: devicePixelRatio, windowWidth: width, windowHeight: height,
    screenWidth: width, screenHeight: height, statusBarHeight: 0,
    safeArea: { left: 0, top: 0, right: width, bottom: height, width, height } }
}

export const networkType = () => ({ networkType: navigator.onLine ? 'unknown' : 'none' })

let wanted = false
let lock = null
/** The screen stays on through a wake lock, which the browser takes away from hidden pages. */
export async function keepScreenOn({ keepScreenOn }) {
  wanted = keepScreenOn
  if (!wanted) {
    await lock?.release()
    lock = null
  } else if (document.visibilityState === 'visible') {
    if (!navigator.wakeLock) throw new Error('setKeepScreenOn:fail not supported')
    lock = await navigator.wakeLock.request('screen')
  }
}

document.addEventListener('visibilitychange', () => {
  const visible = document.visibilityState === 'visible'
  foreground(visible)
  tell(visible ? 'show' : 'hide', {})
  if (visible && wanted) keepScreenOn({ keepScreenOn: true }).catch(() => {})
})
dark.addEventListener('change', () => tell('theme', { theme: appBase().theme }))
for (const event of ['online', 'offline']) {
  addEventListener(event, () => tell('network', { isConnected: navigator.onLine, ...networkType() }))
}
