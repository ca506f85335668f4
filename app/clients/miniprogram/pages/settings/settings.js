import { call } from '../../core/api.js'
import { forgetHelper } from '../../core/helper.js'
import { language, setLanguage } from '../../core/i18n.js'
import { forget } from '../../core/notices.js'
import { blank, dress, go, sure, tell } from '../../core/page.js'
import { dropSession } from '../../core/session.js'
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
  async logOut() {
    if (!(await sure(this.data.t.logOutSure, this.data.t.logOut))) return
    try {
      await call('POST', '/logout')
      dropSession()
      forget()
      forgetHelper()
      wx.reLaunch({ url: '/pages/consent/consent' })
    } catch (error) {
      tell(error)
    }
  },
})
