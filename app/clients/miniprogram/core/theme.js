/*
 * Elder mode (关怀模式), dark mode and what follows from them. A page's outermost view carries the
 * classes, and app.wxss does the rest:
 *   <view class="page {{look}}">           look: '', 'elder', 'dark', 'elder dark'
 * `dress` (core/page.js) sets `data.look`; a page styles with the variables at the top of app.wxss
 * and never with fixed colours, so that both modes work by themselves.
 */
const PALE = { bar: '#ffffff', front: '#000000', back: '#f3f6f6' }
const DARK = { bar: '#151b1b', front: '#ffffff', back: '#0f1414' }

/** @returns {boolean} */
export function isElder() {
  return wx.getStorageSync('look.elder') === true
}

/** @param {boolean} on */
export function setElder(on) {
  wx.setStorageSync('look.elder', on)
}

/** What was chosen. @returns {'auto' | 'light' | 'dark'} */
export function darkChoice() {
  return wx.getStorageSync('look.dark') || 'auto'
}

/** @param {'auto' | 'light' | 'dark'} choice */
export function setDark(choice) {
  wx.setStorageSync('look.dark', choice)
}

/** @returns {boolean} */
export function isDark() {
  const choice = darkChoice()
  return choice === 'auto' ? wx.getAppBaseInfo().theme === 'dark' : choice === 'dark'
}

/** The classes of a page's outermost view. */
export function look() {
  return [isElder() ? 'elder' : '', isDark() ? 'dark' : ''].filter(Boolean).join(' ')
}

/** Colours what the page can't reach: the navigation bar and what lies behind the page. */
export function applyTheme() {
  const colours = isDark() ? DARK : PALE
  wx.setNavigationBarColor({ frontColor: colours.front, backgroundColor: colours.bar })
  wx.setBackgroundColor({ backgroundColor: colours.back })
}

/** Pages that are open change with the phone. */
export function watchTheme() {
  wx.onThemeChange(() => {
    applyTheme()
    getCurrentPages().forEach((page) => page.setData({ look: look() }))
  })
}
