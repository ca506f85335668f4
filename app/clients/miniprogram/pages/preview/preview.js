import { act, seek } from '../../core/act.js'
import { call } from '../../core/api.js'
import { payers } from '../../core/bill.js'
import { keep } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress } from '../../core/page.js'
import { mend, readRule, reasonCards } from '../../core/why.js'
import { check, lineAgain, lineByHand, lineOf, messageOf } from './items.js'
import texts from './texts.js'

/** @param {Answer.Institution} one  with where the wallet is taken there, in words */
const shopOf = (one) => ({
  ...one,
  wallet: one.wallet_at.length ? fill(texts, 'walletAt', { where: one.wallet_at.map((at) => at.name).join(fill(texts, 'and')) }) : '',
})

Page({
  data: {
    ...blank,
    acting: '',
    seeking: '',
    loaded: false,
    wrong: '',
    patient: 'me',
    /** @type {Choice[]} */
    patients: [],
    /** @type {any} */
    shop: null,
    shopWord: '',
    /** @type {any[]} */
    shops: [],
    soughtShops: false,
    walletOnly: false,
    itemWord: '',
    /** @type {BillLine[]} */
    found: [],
    soughtItems: false,
    handName: '',
    /** @type {BillLine[]} */
    lines: [],
    useAccount: true,
    /** @type {any} */
    result: null,
    /** @type {any[]} */
    reasons: [],
  },
  /** The bill that it begins with. */
  bill: '',
  /** @param {{ patient?: string, bill?: string }} query */
  onLoad(query) {
    this.setData({ patient: query.patient || 'me' })
    this.bill = query.bill || ''
  },
  onShow() {
    dress(this, texts)
    return this.data.loaded ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      const [grants, shops] = await Promise.all([call('GET', '/aid'), call('GET', '/institutions?limit=5')])
      const given = grants.filter((/** @type {Grant} */ one) => one.role === 'donor')
      const patients = [{ id: 'me', name: fill(texts, 'me') }]
        .concat(given.map((/** @type {Grant} */ one) => ({ id: one.id, name: `${one.other_is} ${one.other}` })))
      const patient = patients.some((one) => one.id === this.data.patient) ? this.data.patient : 'me'
      this.setData({ loaded: true, patients, patient, shops: shops.map(shopOf) })
      if (this.bill) await this.begin(this.bill)
    })
  },
  /** Works a bill of mine out again, as things stand now. @param {string} id */
  async begin(id) {
    this.bill = ''
    const bill = await call('GET', `/settlements/${id}`)
    const [shop] = await call('GET', `/institutions?limit=1&q=${bill.fixmedins_code}`)
    /** @type {BillLine[]} */
    const lines = []
    bill.items.map(lineAgain).forEach((/** @type {BillLine} */ line) => {
      lines.push(lines.some((one) => one.key === line.key) ? { ...line, key: line.key + lines.length } : line)
    })
    this.setData({ shop: shop ? shopOf(shop) : null, lines })
    await this.submit()
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
    if (this.data.result) this.setData({ result: null })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choosePatient(event) {
    this.setData({ patient: event.currentTarget.dataset.id, result: null })
  },
  toggleWallet() {
    this.setData({ walletOnly: !this.data.walletOnly })
    return this.findShops()
  },
  findShops() {
    const wallet = this.data.walletOnly ? '&wallet=true' : ''
    const path = `/institutions?limit=10${wallet}&q=${encodeURIComponent(this.data.shopWord.trim())}`
    return seek(this, 'shops', () => call('GET', path), (found) => {
      this.setData({ soughtShops: true, shops: found.map(shopOf) })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseShop(event) {
    const shop = this.data.shops[event.currentTarget.dataset.index]
    this.setData({ shop, wrong: '', result: null })
  },
  changeShop() {
    this.setData({ shop: null, result: null })
  },
  findItems() {
    const path = `/catalogue?limit=10&q=${encodeURIComponent(this.data.itemWord.trim())}`
    return seek(this, 'items', () => call('GET', path), (found) => {
      this.setData({ soughtItems: true, found: found.map(lineOf) })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  addItem(event) {
    this.add(this.data.found[event.currentTarget.dataset.index])
    this.setData({ found: [], soughtItems: false, itemWord: '' })
  },
  addByHand() {
    const name = this.data.handName.trim()
    if (!name) {
      this.setData({ wrong: fill(texts, 'wrongName') })
      return
    }
    this.add(lineByHand(name))
    this.setData({ handName: '' })
  },
  /** @param {BillLine} line */
  add(line) {
    const there = this.data.lines.some((one) => one.key === line.key)
    this.setData({ lines: there ? this.data.lines : this.data.lines.concat(line), wrong: '', result: null })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  remove(event) {
    const { key } = event.currentTarget.dataset
    this.setData({ lines: this.data.lines.filter((one) => one.key !== key), result: null })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  togglePrescribed(event) {
    const { key } = event.currentTarget.dataset
    const lines = this.data.lines.map((one) => (one.key === key ? { ...one, prescribed: !one.prescribed } : one))
    this.setData({ lines, result: null })
  },
  toggleAccount() {
    this.setData({ useAccount: !this.data.useAccount, result: null })
  },
  submit() {
    const { patient, shop, lines, useAccount } = this.data
    const wrong = check(shop, lines)
    this.setData({ wrong: wrong ? fill(texts, wrong) : '' })
    if (wrong) return undefined
    return act(this, 'submit', async () => {
      const result = await call('POST', '/preview', messageOf(patient, shop, lines, useAccount))
      const side = patient === 'me' ? 'beneficiary' : 'donor'
      this.setData({
        result: { ...result, total: money(result.total_fen), payers: payers(result.parts) },
        reasons: reasonCards(result.reasons, { side, grant: patient === 'me' ? '' : patient }),
      }, () => wx.pageScrollTo({ selector: '#result', duration: 200 }))
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    mend(event)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  readRule(event) {
    readRule(event)
  },
})
