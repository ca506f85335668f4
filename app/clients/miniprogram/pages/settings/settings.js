import { call } from '../../core/api.js'
import { language, setLanguage } from '../../core/i18n.js'
import { forgetAll } from '../../core/leaving.js'
import { blank, dress, go, sure, tell } from '../../core/page.js'
import { darkChoice, isElder, setDark, setElder } from '../../core/theme.js'
import texts from './texts.js'

Page({
  data: { ...blank, elder: false, dark: 'auto', language: 'zh' },
  onShow() {
    this.show()
  },
  show() {
    dress(this, texts)
    this.setData({ elder: isElder(), dark: darkChoice(), language: language() })
  },
  /** @param {WechatMiniprogram.SwitchChange} event */
  setElder(event) {
    setElder(event.detail.value)
    this.show()
  },
  /** @param {WechatMiniprogram.RadioGroupChange} event */
  setDark(event) {
    setDark(/** @type {any} */ (event.detail.value))
    this.show()
  },
  /** @param {WechatMiniprogram.RadioGroupChange} event */
  setLanguage(event) {
    setLanguage(/** @type {any} */ (event.detail.value))
    this.show()
  },
  openElder() {
    go('/pages/elder/elder')
  },
  privacy() {
    go('/pages/consent/consent')
  },
  leave() {
    go('/pages/leaving/leaving')
  },
  async logOut() {
    if (!(await sure(this.data.t.logOutSure, this.data.t.logOut))) return
    try {
      await call('POST', '/logout')
      forgetAll()
      wx.reLaunch({ url: '/pages/consent/consent' })
    } catch (error) {
      tell(error)
    }
  },
})
