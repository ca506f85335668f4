import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { requests } from '../../core/asks.js'
import { fill } from '../../core/i18n.js'
import { invite, shared } from '../../core/invite.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import { people } from './relatives.js'
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
    invite: null,
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
      const [family, grants, sent] = await Promise.all([call('GET', '/family'), call('GET', '/aid'), call('GET', '/invitations')])
      this.setData({ loaded: true, waiting: requests(family), people: people(family, grants, sent) })
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
  /** A card that asks the relative for the yes, or to pay for me. @param {WechatMiniprogram.TouchEvent} event */
  ask(event) {
    const { id, kind } = event.currentTarget.dataset
    return invite(this, kind, id)
  },
  closeInvite() {
    this.setData({ invite: null })
    return this.load()
  },
  onShareAppMessage() {
    return shared(this)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  takeBack(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'back' + id, async () => {
      await call('DELETE', `/invitations/${id}`)
      await this.load()
      wx.showToast({ title: fill(texts, 'doneTakenBack') })
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
