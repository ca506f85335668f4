import { hasConsented, setConsent } from '../../core/consent.js'
import { blank, dress } from '../../core/page.js'
import texts from './texts.js'

Page({
  data: { ...blank, refused: false, agreed: false },
  onShow() {
    dress(this, texts)
    this.setData({ agreed: hasConsented() })
  },
  agree() {
    setConsent(true)
    wx.switchTab({ url: '/pages/codes/codes' })
  },
  refuse() {
    setConsent(false)
    wx.removeStorageSync('token')
    this.setData({ refused: true, agreed: false })
    wx.setNavigationBarTitle({ title: this.data.t.without })
  },
  readAgain() {
    this.setData({ refused: false })
    wx.setNavigationBarTitle({ title: this.data.t.title })
  },
})
