/*
 * What every page begins with. A page is plain mini-program source:
 *
 *   import { call } from '../../core/api.js'
 *   import { attempt, blank, dress } from '../../core/page.js'
 *   import texts from './texts.js'
 *
 *   Page({
 *     data: { ...blank, relatives: [] },          // look, t, c, busy, refusal
 *     onShow() {
 *       dress(this, texts)                        // words, classes, title, tab bar
 *       return this.load()
 *     },
 *     load() {
 *       return attempt(this, async () => {        // busy while it runs; a refusal goes on the page
 *         const found = await call('GET', '/family')
 *         this.setData({ relatives: found.i_may_show })
 *       })
 *     },
 *     retry() { return this.load() },             // the button of the refusal's card
 *   })
 *
 * and in WXML:
 *
 *   <import src="/core/refusal.wxml" />
 *   <view class="page {{look}}">
 *     <template is="refusal" data="{{refusal, c}}" />
 *     <view class="card"> … </view>
 *   </view>
 *
 * A button's action: `try { await call(…) } catch (error) { tell(error) }`; before what can't be taken
 * back: `if (!(await sure(text))) return`.
 */
import { refusalOf } from './api.js'
import { TABS, fixOf } from './fixes.js'
import { moment } from './format.js'
import { commonTexts, language, word } from './i18n.js'
import { applyTheme, look } from './theme.js'

/** What the shell keeps in a page's data. */
export const blank = {
  look: '',
  /** @type {Record<string, string>} */
  t: {},
  /** @type {Record<string, string>} */
  c: {},
  busy: false,
  /** @type {RefusalCard | null} */
  refusal: null,
}

/**
 * Puts the chosen language's words, the classes and the title on a page, and marks its tab.
 * @param {AnyPage} page @param {Texts} texts  `title` is the navigation bar's
 */
export function dress(page, texts) {
  const t = texts[language()]
  const stale = page.data.refusal && page.data.refusal.asOf ? ' stale' : ''
  page.setData({ look: look() + stale, t, c: commonTexts() })
  wx.setNavigationBarTitle({ title: t.title })
  applyTheme()
  const bar = typeof page.getTabBar === 'function' ? page.getTabBar() : null
  if (bar) bar.dress(page.route)
}

/** @type {WeakMap<object, string>} When a page had what it shows. */
const loadedAt = new WeakMap()

/** With these it isn't known, or not agreed, whose page this is: what was shown is put away. */
const NOBODYS = ['CONSENT_REQUIRED', 'LOGIN_REQUIRED', 'LOGIN_FAILED', 'IDENTITY_REQUIRED', 'IDENTITY_TAKEN']

/**
 * Runs what a page loads. A refusal is put into `data.refusal`. Without a network the page keeps what it
 * had, grey and with its time; nothing of it is ever stored on the phone.
 * @param {AnyPage} page @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>}  whether it went well
 */
export async function attempt(page, work) {
  page.setData({ busy: true })
  try {
    await work()
    loadedAt.set(page, now())
    page.setData({ busy: false, refusal: null, look: look() })
    dots(page)
    return true
  } catch (error) {
    const refusal = refusalCard(refusalOf(error))
    const at = refusal.offline && loadedAt.get(page)
    if (at) refusal.asOf = word('stale', { at: moment(at) })
    page.setData({ busy: false, refusal, look: look() + (at ? ' stale' : '') })
    if (NOBODYS.indexOf(refusal.reason) >= 0 && page.data.loaded) page.setData({ loaded: false })
    return false
  }
}

/** The phone's own time, as the server writes its. @returns {string} */
function now() {
  const here = new Date()
  return new Date(here.getTime() - here.getTimezoneOffset() * 60000).toISOString()
}

/** What everybody meets once at the beginning is no alarm. */
const CALM = ['IDENTITY_REQUIRED', 'CONSENT_REQUIRED']

/** A refusal as core/refusal.wxml draws it. @param {RefusalView} view @returns {RefusalCard} */
export function refusalCard(view) {
  const fix = fixOf(view.reason)
  const calm = CALM.indexOf(view.reason) >= 0
  return { ...view, fix, calm, next_step: calm && fix ? '' : view.next_step }
}

/** Looks what is unread, once a page with a tab is there. @param {AnyPage} page */
export function dots(page) {
  const bar = typeof page.getTabBar === 'function' ? page.getTabBar() : null
  if (bar) bar.look()
}

/**
 * Shows a refusal in a dialog: its sentence and the next step. Offers the page that helps.
 * @param {any} error
 * @returns {Promise<void>}
 */
export function tell(error) {
  const view = refusalOf(error)
  const found = fixOf(view.reason)
  const fix = found && found.url ? found : null
  return new Promise((resolve) => {
    wx.showModal({
      title: view.message,
      content: view.next_step,
      showCancel: Boolean(fix),
      cancelText: word('close'),
      // WeChat allows four Chinese characters on a dialog's button.
      confirmText: fix ? word('mendIt') : word('ok'),
      success: ({ confirm }) => {
        if (confirm && fix && fix.url) go(fix.url)
        resolve()
      },
      fail: () => resolve(),
    })
  })
}

/**
 * Asks before something that can't be taken back.
 * @param {string} content @param {string} [confirmText]
 * @returns {Promise<boolean>}
 */
export function sure(content, confirmText) {
  return new Promise((resolve) => {
    wx.showModal({
      content,
      cancelText: word('cancel'),
      confirmText: confirmText || word('ok'),
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    })
  })
}

/** Goes to a page, whether it has a tab or not. @param {string} url */
export function go(url) {
  if (TABS.indexOf(url) >= 0) wx.switchTab({ url })
  else wx.navigateTo({ url })
}
