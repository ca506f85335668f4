import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import { people, requests } from './relatives.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    /** @type {RequestCard[]} */
    waiting: [],
    /** @type {PersonCard[]} */
    people: [],
  },
  onShow() {
    dress(this, texts)
    return this.load()
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  load() {
    return attempt(this, async () => {
      const [family, grants] = await Promise.all([call('GET', '/family'), call('GET', '/aid')])
      this.setData({ loaded: true, waiting: requests(family), people: people(family, grants) })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  agree(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'agree' + id, async () => {
      await call('POST', `/family/${id}/confirm`)
      await this.load()
      wx.showToast({ title: fill(texts, 'doneAgreed') })
    })
  },
  /** Ends a binding, or declines or takes back a request. @param {WechatMiniprogram.TouchEvent} event */
  end(event) {
    const { id, name, question } = event.currentTarget.dataset
    return act(this, 'end' + id, async () => {
      if (!(await sure(fill(texts, question, { name })))) return
      await call('DELETE', `/family/${id}`)
      await this.load()
      wx.showToast({ title: fill(texts, question === 'sureDecline' ? 'doneDeclined' : 'doneEnded') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  show(event) {
    getApp().globalData.holder = event.currentTarget.dataset.id
    wx.switchTab({ url: '/pages/codes/codes' })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go(event.currentTarget.dataset.url)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    mend(event)
  },
})
