import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { HOTLINE } from '../../core/fixes.js'
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { told } from '../../core/notices.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

const PAGES = {
  grant: '/pages/aid/aid', family: '/pages/family/family', wallet: '/pages/wallet/wallet',
  premium: '/pages/premium/premium', balance: '/pages/me/me', logins: '/pages/logins/logins',
  prescription: '/pages/prescriptions/prescriptions',
}
const WAIT_S = 20
const REST_MS = 5000

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    /** @type {NoticeCard[]} */
    items: [],
    next: '',
    more: false,
  },
  open: false,
  state: '',
  /** Loads that were overtaken by a newer one are thrown away. */
  turn: 0,
  /** @type {WechatMiniprogram.RequestTask | null} */
  task: null,
  /** What was unread when it came onto this page stays marked while the page is open.
   * @type {Set<string>} */
  fresh: new Set(),
  onLoad() {
    this.fresh = new Set()
  },
  async onShow() {
    dress(this, texts)
    this.open = true
    if (await this.load()) this.listen()
  },
  onHide() {
    this.leave()
  },
  onUnload() {
    this.leave()
  },
  leave() {
    this.open = false
    if (this.task) this.task.abort()
    this.task = null
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  async retry() {
    if (await this.load()) this.listen()
  },
  load() {
    return attempt(this, async () => this.show(await call('GET', '/notices')))
  },
  /** Hears of what comes while the page is open. */
  async listen() {
    const turn = ++this.turn
    while (this.open && turn === this.turn) {
      try {
        const path = `/notices?wait=${WAIT_S}&known=${this.state}`
        const found = await call('GET', path, undefined, { onTask: (task) => { this.task = task } })
        if (this.open && turn === this.turn && found.state !== this.state) await this.show(found)
      } catch (error) {
        await new Promise((resolve) => setTimeout(() => resolve(undefined), REST_MS))
      }
    }
  },
  /** The newest page; what is on the screen has been read. @param {Answer.Inbox} found */
  async show(found) {
    this.state = found.state
    this.setData({ loaded: true, items: this.cards(found.items), next: found.next || '' })
    told(found)
    const ids = found.items.filter((one) => !one.read).map((one) => one.id)
    if (ids.length) this.count(await call('PATCH', '/notices', { ids }))
    else this.count(found)
  },
  /** @param {Answer.Unread} unread */
  count(unread) {
    this.state = unread.state
    told(unread)
    this.setData({ more: unread.unread > 0 })
  },
  /** @param {Answer.Notice[]} items @returns {NoticeCard[]} */
  cards(items) {
    for (const one of items) if (!one.read) this.fresh.add(one.id)
    return items.map((one) => ({
      id: one.id,
      topic: one.topic,
      title: one.title,
      text: one.text,
      at: moment(one.at),
      fresh: this.fresh.has(one.id),
      helps: one.helps.map((help) => ({ ...help, text: fill(texts, help.to), key: one.id + help.to })),
    }))
  },
  onReachBottom() {
    return this.older()
  },
  older() {
    if (!this.data.next || this.data.busy) return undefined
    return attempt(this, async () => {
      const found = /** @type {Answer.Inbox} */ (await call('GET', `/notices?before=${this.data.next}`))
      this.setData({ items: this.data.items.concat(this.cards(found.items)), next: found.next || '' })
      const ids = found.items.filter((one) => !one.read).map((one) => one.id)
      if (ids.length) this.count(await call('PATCH', '/notices', { ids }))
    })
  },
  readAll() {
    return act(this, 'all', async () => {
      this.count(await call('PATCH', '/notices', { all: true }))
      this.fresh.clear()
      this.setData({ items: this.data.items.map((one) => ({ ...one, fresh: false })) })
    })
  },
  settings() {
    go('/pages/notices/settings')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  help(event) {
    const { to, id, topic } = event.currentTarget.dataset
    if (to === 'bill') return go('/pages/records/detail?id=' + id)
    if (to === 'freeze') return this.freeze(id)
    if (to === 'not_me') return this.stop(id, topic)
    return go(PAGES[/** @type {keyof typeof PAGES} */ (to)])
  },
  /** @param {string} grant */
  async freeze(grant) {
    if (!(await sure(fill(texts, 'freezeSure'), fill(texts, 'freeze')))) return
    await act(this, 'freeze', async () => {
      await call('POST', `/aid/${grant}/freeze`)
      wx.showToast({ title: fill(texts, 'frozen') })
    })
  },
  /** What makes it stop, and whom to ring up then. @param {string} id @param {string} topic */
  async stop(id, topic) {
    const money = topic === 'aid_pay'
    if (!(await sure(fill(texts, money ? 'freezeSure' : 'stopSure'), fill(texts, money ? 'freeze' : 'stop')))) return
    const done = await act(this, 'stop', () =>
      money ? call('POST', `/aid/${id}/freeze`) : call('DELETE', `/family/${id}`))
    if (done && (await sure(fill(texts, 'ring'), fill(texts, 'call')))) {
      wx.makePhoneCall({ phoneNumber: HOTLINE, fail: () => undefined })
    }
  },
})
