import { act } from '../../core/act.js'
import { call, refusalOf } from '../../core/api.js'
import { field, keep } from '../../core/form.js'
import { day } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress } from '../../core/page.js'
import { blankWho, checkWho, leaveWho, typeWho } from '../../core/who.js'
import { mend } from '../../core/why.js'
import { check, exampleOf, fieldsOf, messageOf, taken } from './grant-form.js'
import texts from './grant-texts.js'

/** Fen a month. */
const USUAL = [5000, 20000, 50000]

Page({
  data: {
    ...blank,
    ...blankWho,
    acting: '',
    loaded: false,
    id: '',
    /** The binding with whom it is for, when it was opened from the person's card. */
    member: '',
    /** The token of the card by which the relative has asked me to pay. */
    card: '',
    askRelation: true,
    /** Those with whom I am bound and whom I don't pay for yet: nothing need be typed. */
    relatives: [{ id: '', name: '' }],
    lead: '',
    wrong: '',
    /** @type {AidRules | null} */
    rules: null,
    limitsHint: '',
    /** @type {CapField[]} */
    caps: [],
    /** Sums a month that many take. */
    usual: [{ fen: 0, text: '' }],
    example: '',
    ask: '',
    notes: [''],
    /** @type {{ id: string, name: string, on: boolean }[]} */
    purposes: [],
    relation: -1,
    startsOn: '',
    endsOn: '',
    startText: '',
    endText: '',
    once: false,
    ordering: false,
    rank: '',
    rankBefore: '',
    promised: false,
  },
  /** Set while it is not known whether what was sent arrived. */
  unsure: false,
  /** @param {{ id?: string, member?: string, card?: string }} query */
  onLoad(query) {
    this.setData({ id: query.id || '', member: query.member || '', card: query.card || '' })
  },
  onShow() {
    dress(this, texts)
    if (this.data.id) wx.setNavigationBarTitle({ title: fill(texts, 'titleChange') })
    return this.data.loaded ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      const [rules, grants] = await Promise.all([call('GET', '/rules'), call('GET', '/aid')])
      const family = this.data.id ? null : await call('GET', '/family')
      const known = family && this.data.member ? relativeOf(family, this.data.member) : undefined
      const grant = grants.find((/** @type {Grant} */ one) => one.id === this.data.id)
      this.setData({
        loaded: true,
        rules: rules.aid,
        limitsHint: fill(texts, rules.aid.all_or_nothing ? 'limitsAll' : 'limitsPart'),
        notes: notes(rules.aid, rules.family.consent_age),
        member: known ? known.id : '',
        relatives: family && !known ? unpaid(family, grants) : [],
        askRelation: !known || known.direction === 'in',
        lead: grant ? fill(texts, 'leadChange', { name: `${grant.other_is} ${grant.other}` })
          : known ? fill(texts, this.data.card ? 'leadAsked' : 'leadKnown', { name: `${known.other_is} ${known.name}` }) : fill(texts, 'lead'),
        ...fieldsOf(rules.aid, grant),
        usual: USUAL.map((fen) => ({ fen, text: fill(texts, 'aMonth', { sum: fen / 100 }) })),
      })
      this.dates()
      this.show()
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
    this.show()
  },
  /** What the region makes of a bill above the limits as they stand in the form. */
  show() {
    this.setData({ example: exampleOf(this.data) })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  setMonth(event) {
    const value = field(Number(event.currentTarget.dataset.fen))
    const caps = this.data.caps.map((one) => (one.column === 'cap_month_fen' ? { ...one, value } : one))
    this.setData({ caps, wrong: '' })
    this.show()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  pickRelative(event) {
    this.setData({ member: event.currentTarget.dataset.id, wrong: '' })
    return this.load()
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  typeWho(event) {
    typeWho(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  leaveWho(event) {
    leaveWho(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pickRelation(event) {
    const relation = Number(event.detail.value)
    this.setData({ relation, relationId: this.data.rules ? this.data.rules.relations[relation].id : '', wrong: '' })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pickDay(event) {
    keep(this, event)
    this.dates()
  },
  clearEnd() {
    this.setData({ endsOn: '' })
    this.dates()
  },
  dates() {
    const { startsOn, endsOn } = this.data
    this.setData({
      startText: startsOn && day(startsOn),
      endText: endsOn ? day(endsOn) : fill(texts, this.data.rules && this.data.rules.period === 'period' ? 'choose' : 'openEnd'),
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  pickPurpose(event) {
    const { id } = event.currentTarget.dataset
    const purposes = this.data.purposes.map((one) => (one.id === id ? { ...one, on: !one.on } : one))
    this.setData({ purposes, wrong: '' })
  },
  /** One tap sets what many want. @param {WechatMiniprogram.TouchEvent} event */
  take(event) {
    const { id } = event.currentTarget.dataset
    const rules = this.data.rules
    const one = rules && rules.templates.find((template) => template.id === id)
    if (!one) return
    this.setData({ ...taken(this.data.caps, one), wrong: '' })
    this.dates()
    this.show()
  },
  setOnce() {
    this.setData({ once: !this.data.once, wrong: '' })
  },
  promise() {
    this.setData({ promised: !this.data.promised, wrong: '' })
  },
  submit() {
    const named = this.data.id || this.data.member ? true : checkWho(this)
    const wrong = check(this.data)
    this.setData({ wrong: wrong ? fill(texts, wrong) : '' })
    if (wrong || !named) return undefined
    return act(this, 'submit', async () => {
      const { id } = this.data
      let waits = false
      try {
        const grant = await (id ? call('PATCH', `/aid/${id}`, messageOf(this.data)) : call('POST', '/aid', messageOf(this.data)))
        waits = grant.state === 'to_confirm'
      } catch (error) {
        const { reason, offline } = refusalOf(error)
        // The line broke before: what was sent then did arrive.
        if (!(this.unsure && reason === 'ALREADY_BOUND')) {
          this.unsure = this.unsure || offline
          throw error
        }
      }
      wx.showToast({ title: fill(texts, id ? 'saved' : waits ? 'waits' : 'done') })
      wx.switchTab({ url: '/pages/aid/aid' })
    })
  },
})

/** What the region says besides. @param {AidRules} rules @param {number} age that a relative agrees from */
function notes(rules, age) {
  return [
    rules.both_agree ? fill(texts, 'both', { age }) : '',
    rules.min_bound_days ? fill(texts, 'minDays', { days: rules.min_bound_days }) : '',
    rules.ends_with_insurance ? fill(texts, 'endsWith') : '',
    rules.caps_together ? fill(texts, 'together') : '',
    rules.period === 'open' ? fill(texts, 'mustOpen') : rules.period === 'period' ? fill(texts, 'mustEnd') : '',
  ].filter(Boolean)
}

/** @param {{ i_may_show: Relative[], may_show_me: Relative[] }} family @param {string} id  of the binding */
function relativeOf(family, id) {
  return family.i_may_show.concat(family.may_show_me).find((one) => one.id === id && one.state === 'active')
}

/** @param {{ i_may_show: Relative[], may_show_me: Relative[] }} family @param {Grant[]} grants */
function unpaid(family, grants) {
  const all = family.i_may_show.concat(family.may_show_me).filter((one) => one.state === 'active' && one.person_id)
  return all
    .filter((one, at) => all.findIndex((other) => other.person_id === one.person_id) === at)
    .filter((one) => !grants.some((grant) => grant.role === 'donor' && grant.other_id === one.person_id))
    .map((one) => ({ id: one.id, name: `${one.other_is} ${one.name}` }))
}
