// The part of `wx` that the mini-program uses.
import { app } from './engine.js'
import { faceCheck, login } from './demo.js'
import { appBase, keepScreenOn, networkType, off, on, windowInfo } from './device.js'
import { env, getFileSystemManager, shareFileMessage } from './files.js'
import { frame } from './frame.js'
import { back, drawNav, navigate, top } from './pages.js'
import { createSelectorQuery, pageScrollTo } from './query.js'
import { request, settle } from './request.js'
import { hideToast, listSheet, modal, toast, word } from './sheets.js'
import { getStorageSync, removeStorageSync, setStorageSync } from './storage.js'

/** Whether this browser can read codes itself; how is fetched when it is wanted. */
const canScan = 'BarcodeDetector' in window && Boolean(navigator.mediaDevices?.getUserMedia)

/** An API with callbacks, or with a promise where none is given, as WeChat's are. */
function api(name, work) {
  return (options = {}) => {
    const asked = Promise.resolve().then(() => work(options))
      .then((result) => ({ errMsg: `${name}:ok`, ...result }))
    if (!options.success && !options.fail && !options.complete) return asked
    asked.then((result) => settle(options, 'success', result), (error) => {
      const text = String(error.message || error)
      settle(options, 'fail', { errMsg: text.includes(':fail') ? text : `${name}:fail ${text}` })
    })
    return undefined
  }
}

const unsupported = () => {
  throw new Error('not supported by browsers')
}

function navigationBar(change) {
  const page = top()
  if (!page) return
  Object.assign(page.nav, change)
  drawNav()
}

const apis = {
  login,
  startFacialRecognitionVerify: faceCheck,
  showToast: ({ title, duration = 1500 }) => toast(title, duration),
  hideToast,
  showLoading: ({ title }) => toast(title || word('loading'), 0),
  hideLoading: hideToast,
  showModal: modal,
  async showActionSheet({ itemList, alertText = '' }) {
    const tapIndex = await listSheet(alertText, itemList)
    if (tapIndex === null) throw new Error('showActionSheet:fail cancel')
    return { tapIndex }
  },
  navigateTo: ({ url }) => navigate('navigate', url),
  redirectTo: ({ url }) => navigate('redirect', url),
  switchTab: ({ url }) => navigate('switchTab', url),
  reLaunch: ({ url }) => navigate('reLaunch', url),
  navigateBack: ({ delta = 1 }) => back(delta),
  setNavigationBarTitle: ({ title }) => navigationBar({ title }),
  setNavigationBarColor: ({ frontColor, backgroundColor }) =>
    navigationBar({ front: frontColor, background: backgroundColor }),
  setBackgroundColor: ({ backgroundColor }) => {
    frame.phone.style.background = backgroundColor
  },
  pageScrollTo,
  setKeepScreenOn: keepScreenOn,
  getScreenBrightness: unsupported,
  setScreenBrightness: unsupported,
  setVisualEffectOnCapture: unsupported,
  getNetworkType: networkType,
  setClipboardData: ({ data }) => navigator.clipboard.writeText(data),
  /** What WeChat asks of each template; here all of them are answered together. */
  async requestSubscribeMessage({ tmplIds }) {
    const { confirm } = await modal({ content: word('subscribe'), confirmText: word('allow'), cancelText: word('cancel') })
    return Object.fromEntries(tmplIds.map((id) => [id, confirm ? 'accept' : 'reject']))
  },
  vibrateShort: () => void navigator.vibrate?.(15),
  stopPullDownRefresh() {},
  shareFileMessage,
  ...(canScan && { scanCode: async (options) => (await import('./scan.js')).scanCode(options) }),
  makePhoneCall: ({ phoneNumber }) => {
    location.href = `tel:${phoneNumber}`
  },
  async getStorage({ key }) {
    return { data: getStorageSync(key) }
  },
  setStorage: ({ key, data }) => setStorageSync(key, data),
  removeStorage: ({ key }) => removeStorageSync(key),
}

export const wx = {
  ...Object.fromEntries(Object.entries(apis).map(([name, work]) => [name, api(name, work)])),
  request, env, getFileSystemManager,
  getStorageSync, setStorageSync, removeStorageSync,
  getAppBaseInfo: appBase,
  getWindowInfo: windowInfo,
  getDeviceInfo: () => ({ platform: 'browser', system: '', brand: '', model: '' }),
  getSystemInfoSync: () => ({ ...appBase(), ...windowInfo(), platform: 'browser' }),
  createSelectorQuery,
  onThemeChange: on('theme'), offThemeChange: off('theme'),
  onNetworkStatusChange: on('network'), offNetworkStatusChange: off('network'),
  onAppShow: on('show'), offAppShow: off('show'),
  onAppHide: on('hide'), offAppHide: off('hide'),
  nextTick: (work) => queueMicrotask(work),
  canIUse: (name) => name.split('.')[0] in wx || name in app,
}
