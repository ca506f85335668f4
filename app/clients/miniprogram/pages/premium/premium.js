import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, sure } from '../../core/page.js'
import { mend } from '../../core/why.js'
import { offerCard, orderCard } from './cards.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    whose: '',
    /** @type {Choice[]} */
    people: [],
    name: '',
    /** @type {number[]} */
    bought: [],
    /** @type {any[]} */
    offers: [],
    /** @type {any[]} */
    orders: [],
  },
  /** @param {{ whose?: string }} query */
  onLoad(query) {
    this.setData({ whose: query.whose || '' })
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
      const [grants, me] = await Promise.all([call('GET', '/aid'), call('GET', '/me')])
      const given = grants.filter((/** @type {Grant} */ one) =>
        one.role === 'donor' && one.agreed && one.purposes.indexOf('premium') >= 0 && one.state !== 'ended')
      const relatives = given.map((/** @type {Grant} */ one) => ({ id: one.id, name: `${one.other_is} ${one.other}` }))
      // Who is in the employees' plan pays no residents' premium: relatives come first then.
      const own = { id: 'me', name: fill(texts, 'me') }
      const people = me.insutype === '390' ? [own, ...relatives] : [...relatives, own]
      const whose = people.some((one) => one.id === this.data.whose) ? this.data.whose : people[0].id
      this.setData({ people, whose })
      await this.look()
      this.setData({ loaded: true })
    })
  },
  async look() {
    const { whose, bought } = this.data
    const query = `?beneficiary=${whose}${bought.length ? `&buy_back=${bought.join(',')}` : ''}`
    const [found, orders] = await Promise.all([call('GET', `/premiums/offers${query}`), call('GET', '/premiums')])
    const seen = { side: whose === 'me' ? 'beneficiary' : 'donor', grant: whose === 'me' ? '' : whose }
    this.setData({
      name: found.name,
      offers: found.offers.map((/** @type {Answer.PremiumOffer} */ one) => offerCard(one, bought, seen)),
      orders: orders.map(orderCard),
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ whose: event.currentTarget.dataset.id, bought: [] })
    return attempt(this, () => this.look())
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  buy(event) {
    const { year } = event.currentTarget.dataset
    const bought = this.data.bought.filter((one) => one !== year)
    this.setData({ bought: bought.length < this.data.bought.length ? bought : bought.concat(year) })
    return attempt(this, () => this.look())
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  async pay(event) {
    const { whose, bought, name, offers } = this.data
    const offer = offers[event.currentTarget.dataset.index]
    const words = { name, year: offer.year, sum: offer.sum, day: offer.charged || offer.day }
    const asked = fill(texts, offer.charged ? 'planSure' : 'sure', words)
    if (!(await sure(asked, fill(texts, 'confirm')))) return undefined
    const chosen = offer.years.filter((/** @type {{ on: boolean }} */ one) => one.on)
    const items = [{ beneficiary: whose, buy_back: chosen.map((/** @type {{ year: number }} */ one) => one.year) }]
    return act(this, `pay${offer.year}`, async () => {
      await call('POST', '/premiums', { year: offer.year, items })
      this.setData({ bought: bought.length ? [] : bought })
      await this.look()
      wx.showToast({ title: fill(texts, 'done') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  async takeBack(event) {
    const { id } = event.currentTarget.dataset
    if (!(await sure(fill(texts, 'sureBack')))) return undefined
    return act(this, `back${id}`, () => call('DELETE', `/premiums/${id}`).then(() => this.look()))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  async refund(event) {
    const { id, year } = event.currentTarget.dataset
    if (!(await sure(fill(texts, 'sureRefund', { year })))) return undefined
    return act(this, `refund${id}`, () => call('POST', `/premiums/${id}/refund`).then(() => this.look()))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    mend(event)
  },
})
