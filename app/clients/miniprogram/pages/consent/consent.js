import { call } from '../../core/api.js'
import { hasConsented, setConsent } from '../../core/consent.js'
import { backToCard } from '../../core/invite.js'
import { forgetAll } from '../../core/leaving.js'
import { blank, dress, sure } from '../../core/page.js'
import { hasSession } from '../../core/session.js'
import texts from './texts.js'

Page({
  data: { ...blank, refused: false, agreed: false, withdrawn: false },
  onShow() {
    dress(this, texts)
    this.setData({ agreed: hasConsented() })
  },
  agree() {
    setConsent(true)
    // Who is known already goes on from there to the code.
    if (!backToCard()) wx.redirectTo({ url: '/pages/identity/identity?first=1' })
  },
  async refuse() {
    const withdrawn = this.data.agreed
    if (withdrawn && !(await sure(this.data.t.sureWithdraw, this.data.t.withdraw))) return
    setConsent(false)
    this.setData({ refused: true, agreed: false, withdrawn })
    wx.setNavigationBarTitle({ title: this.data.t.without })
    // What the server keeps of the log-in goes with it; without a network it ends by itself.
    if (hasSession()) await call('POST', '/logout').catch(() => undefined)
    forgetAll()
  },
  readAgain() {
    this.setData({ refused: false })
    wx.setNavigationBarTitle({ title: this.data.t.title })
  },
})
