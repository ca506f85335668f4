// The stack of pages: opening, going back, tabs, and their lifetimes.
import { app, absolute, create, load, settings } from './engine.js'
import { frame } from './frame.js'
import { toast } from './sheets.js'

const TAB_BAR = 'custom-tab-bar/index'
const tabs = new Map()
let stack = []
let shown = true

export const isTab = (path) => app.tabBar.list.some((tab) => tab.pagePath === path)
export const top = () => stack[stack.length - 1]
export const callers = () => stack.map((page) => page.caller)
export const pageOf = (caller) => [...stack, ...tabs.values()].find((page) => page.caller === caller)

/** Opens the page that the address names, or the first one. */
export async function start() {
  addEventListener('popstate', () => busy(() => goTo(decodeURI(location.hash.slice(1)))))
  frame.back.addEventListener('click', () => back(1))
  const asked = decodeURI(location.hash.slice(2))
  const known = app.pages.includes(asked.split('?')[0])
  const first = relaunch(known ? asked : app.pages[0])
  begun(first.catch(notLoaded))
  await first
}

/** One navigation after another, all of them after the first page; `fail` when it can't be done. */
let begun
let running = new Promise((resolve) => { begun = resolve })
function busy(work) {
  const own = running.then(work)
  running = own.catch(notLoaded)
  return own
}

function notLoaded(error) {
  console.error(error)
  toast(document.documentElement.lang === 'en' ? 'The page could not be loaded' : '页面没有加载成功', 2500)
}

/** What <navigator> and wx.navigateTo and its like do. */
export function navigate(kind, url) {
  if (kind === 'navigateBack') return back(1)
  const address = absolute(url, top() ? top().path : '')
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : ''
  return busy(() => OPEN[kind](address + query))
}

const OPEN = {
  async navigate(address) {
    if (isTab(pathOf(address))) throw new Error("navigateTo:fail can not navigate to a tab page")
    const page = await make(address)
    hide(top())
    stack.push(page)
    history.pushState(null, '', `#/${address}`)
    begin(page)
  },
  async redirect(address) {
    const page = await make(address)
    end(stack.pop())
    stack.push(page)
    history.replaceState(null, '', `#/${address}`)
    begin(page)
  },
  async switchTab(address) {
    const path = pathOf(address)
    if (top() && top().path === path) return
    const page = tabs.get(path) || await make(path)
    stack.filter((one) => !isTab(one.path)).forEach(end)
    const before = stack.find((one) => isTab(one.path))
    if (before) hide(before)
    stack = [page]
    history.replaceState(null, '', `#/${path}`)
    if (tabs.has(path)) show(page)
    else begin(page)
    tabs.set(path, page)
  },
  reLaunch: (address) => relaunch(address),
}

async function relaunch(address) {
  const page = await make(address)
  new Set([...stack, ...tabs.values()]).forEach(end)
  tabs.clear()
  stack = [page]
  if (isTab(page.path)) tabs.set(page.path, page)
  history.replaceState(null, '', `#/${address}`)
  begin(page)
}

/** Goes back, with the browser's own history. */
export function back(delta) {
  if (stack.length > 1) history.go(-Math.min(delta, stack.length - 1))
  else busy(() => OPEN.switchTab(app.pages[0]))
}

/** The browser went somewhere: back to a page below, to a tab, or elsewhere. */
function goTo(hash) {
  const address = hash.slice(1) || app.pages[0]
  const at = stack.findIndex((page) => page.address === address)
  if (at >= 0 && at < stack.length - 1) {
    stack.splice(at + 1).forEach(end)
    return show(top())
  }
  return isTab(pathOf(address)) ? OPEN.switchTab(address) : relaunch(address)
}

const pathOf = (address) => address.split('?')[0]

/** The query as WeChat hands it over: undecoded. */
function queryOf(address) {
  const pairs = (address.split('?')[1] || '').split('&').filter(Boolean)
  return Object.fromEntries(pairs.map((pair) => pair.split('=')))
}

async function make(address) {
  const path = pathOf(address)
  await Promise.all([load(path), isTab(path) ? load(TAB_BAR) : null])
  const { caller, put, release, lifetime } = create('page', path)
  const options = queryOf(address)
  const view = document.createElement('div')
  view.className = 'view'
  const scroller = document.createElement('div')
  scroller.className = 'scroller'
  scroller.tabIndex = 0 // a page without a button is scrolled by keys, too
  view.append(scroller)
  const page = { path, address, caller, put, release, lifetime, view, scroller, options, hidden: true,
    nav: { title: settings[path]?.navigationBarTitleText || app.window.navigationBarTitleText } }
  Object.assign(caller, { route: path, options })
  if (isTab(path)) {
    page.bar = create('tab-bar', TAB_BAR)
    caller.getTabBar = () => page.bar.caller
  }
  scroller.addEventListener('scroll', () => scrolled(page))
  return page
}

function begin(page) {
  const { caller } = page
  page.hidden = false
  drawNav()
  caller.onLoad?.(page.options)
  caller.onShow?.()
  page.put(page.scroller)
  frame.pages.append(page.view)
  page.bar?.put(page.view)
  page.lifetime('show')
  requestAnimationFrame(() => caller.onReady?.())
}

function show(page) {
  page.view.hidden = false
  page.hidden = false
  drawNav()
  page.caller.onShow?.()
  page.lifetime('show')
}

function hide(page) {
  if (page.hidden) return
  page.hidden = true
  page.view.hidden = true
  page.caller.onHide?.()
  page.lifetime('hide')
}

function end(page) {
  page.caller.onUnload?.()
  page.release()
  page.bar?.release()
  page.view.remove()
}

function scrolled({ caller, scroller }) {
  caller.onPageScroll?.({ scrollTop: scroller.scrollTop })
  const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
  if (below < 50 && scroller.scrollTop > 0) caller.onReachBottom?.()
}

/** The navigation bar as the page on top wants it. */
export function drawNav() {
  const { nav, path } = top()
  const english = document.documentElement.lang === 'en'
  frame.title.textContent = nav.title
  document.title = nav.title
  frame.nav.style.background = nav.background || ''
  frame.nav.style.color = nav.front || ''
  frame.back.hidden = stack.length < 2 && isTab(path)
  frame.back.ariaLabel = english ? 'Back' : '返回'
}

/** The whole mini-program goes to the back or comes to the front, with its page. */
export function foreground(on) {
  if (on === shown) return
  shown = on
  const page = top()
  if (!page) return
  page.caller[on ? 'onShow' : 'onHide']?.()
  page.lifetime(on ? 'show' : 'hide')
}
