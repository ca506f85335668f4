import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { fenOf, field, keep } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { mend, reasonCards } from '../../core/why.js'
import { offerCard, transferRow, waitingCard } from './cards.js'
import { newMark } from './mark.js'
import texts from './texts.js'

const PAGE = 20

/** A reason without a button that leads to this very page. @param {ReasonCard} one */
function here(one) {
  return { ...one, fix: one.fix && one.fix.url === '/pages/wallet/wallet' ? null : one.fix }
}

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    opened: false,
    balance: '', place: '', limits: '', placeName: '',
    /** @type {ReasonCard[]} */
    reasons: [],
    canOpen: false,
    canSend: false,
    /** @type {Choice[]} */
    places: [],
    placeAt: 0,
    home: '',
    /** @type {OfferCard[]} */
    offers: [],
    /** @type {WaitingCard[]} */
    waiting: [],
    /** @type {WardCard[]} */
    wards: [],
    /** @type {TransferRow[]} */
    rows: [],
    next: '',
    back: { id: '', who: '', left: 0, title: '', hint: '' },
    sum: '',
    wrong: '',
  },
  /** The name of the return that is being asked for; the same until something definite is told. */
  mark: '',
  onShow() {
    dress(this, texts)
    return this.load()
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  onReachBottom() {
    return this.more()
  },
  load() {
    return attempt(this, async () => {
      const [wallet, page] = await Promise.all([call('GET', '/wallet'), call('GET', `/wallet/transfers?limit=${PAGE}`)])
      this.show(wallet)
      this.setData({ loaded: true, rows: page.items.map(transferRow), next: page.next || '' })
    })
  },
  /** @param {Wallet} wallet */
  show(wallet) {
    const { rules } = wallet
    const why = wallet.opened ? wallet.cannot_send : wallet.cannot_open
    this.setData({
      opened: wallet.opened,
      balance: money(wallet.balance_fen),
      placeName: wallet.place_of_use,
      places: wallet.places,
      placeAt: Math.max(0, wallet.places.findIndex((one) => one.id === wallet.place)),
      home: wallet.home,
      place: fill(texts, 'place', { place: wallet.place_of_use }),
      limits: fill(texts, 'limits', {
        times: rules.sends_a_day,
        sum: money(rules.single_fen),
        from: rules.closed_from_hour,
        until: rules.closed_until_hour,
        done: wallet.sent_today,
      }),
      reasons: why ? reasonCards([why], {}).map(here) : [],
      canOpen: !wallet.opened && !wallet.cannot_open,
      canSend: wallet.opened && !wallet.cannot_send,
      offers: wallet.offers.map(offerCard),
      waiting: wallet.waiting.map(waitingCard),
      wards: wallet.wards.map((one) => ({
        id: one.holder,
        name: one.name,
        place: one.place_of_use,
        opened: one.opened,
        state: fill(texts, one.opened ? 'yes' : 'no'),
        canOpen: !one.opened && !one.cannot_open,
        why: one.cannot_open ? one.cannot_open.message : '',
      })),
    })
  },
  more() {
    if (!this.data.next || this.data.busy) return undefined
    return attempt(this, async () => {
      const page = await call('GET', `/wallet/transfers?limit=${PAGE}&before=${this.data.next}`)
      this.setData({ rows: this.data.rows.concat(page.items.map(transferRow)), next: page.next || '' })
    })
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  openWallet(event) {
    const { id, name, place } = event.currentTarget.dataset
    const question = name ? fill(texts, 'sureOpenFor', { name, place }) : fill(texts, 'sureOpen', { place })
    return act(this, 'open' + id, async () => {
      if (!(await sure(question))) return
      await call('POST', '/wallet', { holder: id })
      await this.load()
      wx.showToast({ title: fill(texts, 'opened') })
    })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  choosePlace(event) {
    const chosen = this.data.places[Number(event.detail.value)]
    return act(this, 'place', async () => {
      if (!(await sure(fill(texts, 'surePlace', { place: chosen.name })))) return
      await call('PATCH', '/wallet', { place: chosen.id === this.data.home ? 'home' : chosen.id })
      await this.load()
      wx.showToast({ title: fill(texts, 'donePlace') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  accept(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'accept' + id, async () => {
      await call('POST', `/wallet/transfers/${id}/accept`)
      await this.load()
      wx.showToast({ title: fill(texts, 'doneAccepted') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  refuse(event) {
    const { id, who, sum } = event.currentTarget.dataset
    return act(this, 'refuse' + id, async () => {
      if (!(await sure(fill(texts, 'sureRefuse', { who, sum })))) return
      await call('POST', `/wallet/transfers/${id}/refuse`)
      await this.load()
      wx.showToast({ title: fill(texts, 'doneRefused') })
    })
  },
  /** Opens the field for what goes back. @param {WechatMiniprogram.TouchEvent} event */
  askBack(event) {
    const { id, who, left } = event.currentTarget.dataset
    const most = Number(left)
    this.mark = newMark()
    this.setData({
      back: { id, who, left: most, title: fill(texts, 'giveBackTitle', { who }), hint: fill(texts, 'giveBackHint', { sum: money(most) }) },
      sum: field(most),
      wrong: '',
    })
  },
  closeBack() {
    this.setData({ back: { id: '', who: '', left: 0, title: '', hint: '' }, wrong: '' })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
  },
  giveBack() {
    const { id, who, left } = this.data.back
    const fen = fenOf(this.data.sum)
    if (!(fen <= left)) {
      this.setData({ wrong: fill(texts, 'wrongAmount', { sum: field(left) }) })
      return undefined
    }
    return act(this, 'back' + id, async () => {
      if (!(await sure(fill(texts, 'sureBack', { sum: money(fen), who })))) return
      await call('POST', `/wallet/transfers/${id}/return`, { amount_fen: fen, mark: this.mark })
      this.closeBack()
      await this.load()
      wx.showToast({ title: fill(texts, 'doneBack') })
    })
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
