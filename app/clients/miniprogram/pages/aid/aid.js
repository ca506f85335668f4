import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { dayAfter, moment, money } from '../../core/format.js'
import { fill, word } from '../../core/i18n.js'
import { invite, shared } from '../../core/invite.js'
import { attempt, blank, dress, go, sure } from '../../core/page.js'
import { Questions, keepAsks } from '../../core/questions.js'
import { mend } from '../../core/why.js'
import { grantCard } from './cards.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    tomorrow: '',
    mine: { canGive: false, sum: '', note: '', asOf: '', rule: '', why: '', allots: false },
    /** @type {GrantCard[]} */
    given: [],
    /** @type {GrantCard[]} */
    received: [],
    question: null,
    invite: null,
  },
  /** @type {Questions | null} */
  questions: null,
  onLoad() {
    this.questions = new Questions(this)
  },
  async onShow() {
    dress(this, texts)
    await this.load()
    if (this.questions) this.questions.open()
  },
  onHide() {
    if (this.questions) this.questions.close()
  },
  onUnload() {
    if (this.questions) this.questions.close()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  answerQuestion(event) {
    return this.questions ? this.questions.answer(event.currentTarget.dataset.answer) : undefined
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh())
  },
  load() {
    return attempt(this, async () => {
      const [me, rules, grants] = await Promise.all([call('GET', '/me'), call('GET', '/rules'), call('GET', '/aid')])
      keepAsks(grants)
      const count = grants.filter((/** @type {Grant} */ one) => one.role === 'beneficiary' && one.rank > 0).length
      const ordered = grants.slice().sort((/** @type {Grant} */ a, /** @type {Grant} */ b) => a.rank - b.rank)
      const cards = grants.map((/** @type {Grant} */ one) => grantCard(one, rules.aid, count))
      const received = ordered.map((/** @type {Grant} */ one) => grantCard(one, rules.aid, count))
      this.setData({
        loaded: true,
        tomorrow: dayAfter(me.server_time.slice(0, 10)),
        mine: mineCard(me, rules.aid),
        given: cards.filter((/** @type {GrantCard} */ card) => card.mine),
        received: received.filter((/** @type {GrantCard} */ card) => !card.mine),
      })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  /** One tap, no question: a freeze can always be undone. @param {WechatMiniprogram.TouchEvent} event */
  freeze(event) {
    return this.change(event, 'freeze', 'doneFrozen')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  unfreeze(event) {
    return this.change(event, 'unfreeze', 'doneUnfrozen')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  agree(event) {
    return this.change(event, 'confirm', 'doneAgreed')
  },
  /**
   * @param {WechatMiniprogram.TouchEvent} event @param {string} what @param {string} done
   */
  change(event, what, done) {
    const { id } = event.currentTarget.dataset
    return act(this, what + id, async () => {
      await call('POST', `/aid/${id}/${what}`)
      await this.load()
      wx.showToast({ title: fill(texts, done) })
    })
  },
  /** A pause until a day, on which it goes on by itself. @param {WechatMiniprogram.CustomEvent} event */
  pause(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'pause' + id, async () => {
      await call('POST', `/aid/${id}/pause`, { until: event.detail.value })
      await this.load()
      wx.showToast({ title: fill(texts, 'donePaused') })
    })
  },
  /** A card that asks the relative for the yes. @param {WechatMiniprogram.TouchEvent} event */
  ask(event) {
    return invite(this, 'grant', event.currentTarget.dataset.id)
  },
  closeInvite() {
    this.setData({ invite: null })
  },
  onShareAppMessage() {
    return shared(this)
  },
  /** 置顶 and 下移: whom a till asks first. @param {WechatMiniprogram.TouchEvent} event */
  order(event) {
    const { id, to } = event.currentTarget.dataset
    return act(this, to + id, async () => {
      await call('POST', `/aid/${id}/order`, { to })
      await this.load()
      wx.showToast({ title: fill(texts, 'doneOrdered') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  end(event) {
    const { id, question, name } = event.currentTarget.dataset
    return act(this, 'end' + id, async () => {
      if (!(await sure(fill(texts, question, { name })))) return
      await call('DELETE', `/aid/${id}`)
      await this.load()
      wx.showToast({ title: fill(texts, 'doneEnded') })
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    go(event.currentTarget.dataset.url)
  },
})

/** @type {Record<string, string>} */
const CANNOT = { DONOR_SUSPENDED: 'notInOrder', DONOR_NOT_EMPLOYEE_PLAN: 'resident', DONOR_NO_PERSONAL_ACCOUNT: 'noAccount' }

/** What I can share, and why it is not all that I own. @param {Me} me @param {AidRules} rules */
function mineCard(me, rules) {
  const held = me.accounts.filter((account) => account.kind !== 'wallet')
  const all = held.reduce((sum, account) => sum + account.balance_fen, 0)
  const why = me.cannot_give ? CANNOT[me.cannot_give] : ''
  return {
    canGive: !why,
    why: why && fill(texts, why),
    sum: money(me.shareable_fen),
    note: fill(texts, 'mineNote', { all: money(all) }),
    asOf: held.length ? word('asOf', { at: moment(held[0].as_of) }) : '',
    rule: [
      rules.floor_fen ? fill(texts, 'floor', { sum: money(rules.floor_fen) }) : '',
      rules.carried_over_only ? fill(texts, 'carriedOnly') : '',
      rules.allotted ? fill(texts, 'allottedOnly') : '',
    ].filter(Boolean).join(' '),
    allots: rules.allotted,
  }
}
