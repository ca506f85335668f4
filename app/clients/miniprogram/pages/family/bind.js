import { act } from '../../core/act.js'
import { call, refusalOf } from '../../core/api.js'
import { keep } from '../../core/form.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, sure } from '../../core/page.js'
import { blankWho, checkWho, leaveWho, typeWho } from '../../core/who.js'
import { mend } from '../../core/why.js'
import { ageBy, check, messageOf } from './bind-form.js'
import { openPad } from './pad.js'
import texts from './bind-texts.js'

const PROOFS = ['household_register', 'birth_certificate', 'notarised']

Page({
  data: {
    ...blank,
    ...blankWho,
    acting: '',
    loaded: false,
    wrong: '',
    notice: '',
    path: '',
    /** The grant with whom it is for, when it was opened from the person's card. */
    grant: '',
    known: '',
    askRelation: true,
    age: 16,
    today: '',
    /** @type {{ id: string, title: string, needs: string }[]} */
    ways: [],
    /** @type {Choice[]} */
    relations: [],
    /** Those that are meant most often, each one tap. */
    near: [{ id: '', name: '', at: -1 }],
    /** @type {Choice[]} */
    proofs: [],
    relation: -1,
    proof: 0,
    proofNo: '',
    byHand: true,
    typed: '',
  },
  /** @type {Pad | null} */
  pad: null,
  unsure: false,
  way: '',
  /** @param {{ grant?: string, way?: string }} query */
  onLoad(query) {
    this.setData({ grant: query.grant || '' })
    this.way = query.way || ''
  },
  onShow() {
    dress(this, texts)
    return this.data.loaded ? undefined : this.load()
  },
  load() {
    return attempt(this, async () => {
      const [rules, family] = await Promise.all([call('GET', '/rules'), call('GET', '/family')])
      const age = rules.family.consent_age
      const grants = this.data.grant ? await call('GET', '/aid') : []
      const grant = grants.find((/** @type {Grant} */ one) => one.id === this.data.grant && one.agreed)
      this.setData({
        loaded: true,
        grant: grant ? grant.id : '',
        known: grant ? `${grant.other_is} ${grant.other}` : '',
        askRelation: !grant || grant.role === 'beneficiary',
        path: grant ? 'adult' : this.data.path,
        age,
        today: family.server_time.slice(0, 10),
        relations: rules.family.relations,
        proofs: PROOFS.map((id) => ({ id, name: fill(texts, id) })),
        ways: ['adult', 'child', 'newborn'].map((id) => ({
          id, title: fill(texts, id, { age }), needs: fill(texts, id + 'Needs'),
        })),
      })
      if (grant) this.setData({ near: nearOf(rules.family.relations, 'adult') })
      else if (this.way && !this.data.path) this.take(this.way, '')
      this.way = ''
    })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.take(event.currentTarget.dataset.id, '')
  },
  back() {
    this.take('', '')
  },
  /** Goes on by one of the three ways; what was filled in stays. @param {string} path @param {string} notice */
  take(path, notice) {
    this.pad = null
    this.setData({ near: nearOf(this.data.relations, path) })
    this.setData({ path, notice, wrong: '', birthNumber: path === 'newborn', whoWrong: { name: '', certno: '' } }, () => {
      if (path && path !== 'adult' && this.data.byHand) this.readyPad()
    })
  },
  async readyPad() {
    const dark = this.data.look.indexOf('dark') >= 0
    this.pad = await openPad(this, '#pad', dark ? '#e8eeee' : '#172122')
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  type(event) {
    keep(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  pick(event) {
    this.setData({ [event.currentTarget.dataset.field]: Number(event.detail.value), wrong: '' })
    const { relation, relations } = this.data
    this.setData({ relationId: relation < 0 ? '' : relations[relation].id })
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  pickNear(event) {
    const relation = Number(event.currentTarget.dataset.at)
    this.setData({ relation, relationId: this.data.relations[relation].id, wrong: '' })
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  typeWho(event) {
    typeWho(this, event)
  },
  /** @param {WechatMiniprogram.CustomEvent} event */
  leaveWho(event) {
    leaveWho(this, event)
    if (event.currentTarget.dataset.field === 'certno') this.checkAge()
  },
  /** The number tells the age: a form that can't fit is changed at once. */
  checkAge() {
    const { path, age, certno, today } = this.data
    const years = ageBy(certno, today)
    if (years < 0 || path === 'newborn') return
    if (path === 'adult' && years < age) this.take('child', fill(texts, 'isChild', { age }))
    if (path === 'child' && years >= age) this.take('adult', fill(texts, 'isAdult', { age }))
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  penDown(event) {
    this.draw(event, true)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  penMove(event) {
    this.draw(event, false)
  },
  /** @param {any} event @param {boolean} begins */
  draw(event, begins) {
    const { x, y } = event.touches[0]
    if (this.pad) this.pad.move(x, y, begins)
    if (this.data.wrong) this.setData({ wrong: '' })
  },
  clearPad() {
    if (this.pad) this.pad.clear()
  },
  switchSigning() {
    this.pad = null
    this.setData({ byHand: !this.data.byHand, wrong: '' }, () => {
      if (this.data.byHand) this.readyPad()
    })
  },
  submit() {
    const { byHand, typed, relations } = this.data
    const signature = byHand ? (this.pad ? this.pad.picture() : '') : typed.trim()
    const form = { .../** @type {any} */ (this.data), signature }
    const named = this.data.grant ? true : checkWho(this)
    const wrong = check(form)
    this.setData({ wrong: wrong ? fill(texts, wrong) : '' })
    if (wrong || !named) return undefined
    return act(this, 'submit', async () => {
      /** @type {Relative | null} */
      let made = null
      try {
        made = await call('POST', '/family', messageOf(form, relations))
      } catch (error) {
        const { reason, offline } = refusalOf(error)
        // The line broke before: what was sent then did arrive.
        if (!(this.unsure && reason === 'ALREADY_BOUND')) {
          this.unsure = this.unsure || offline
          throw error
        }
      }
      wx.showToast({ title: fill(texts, form.path === 'adult' ? 'doneAdult' : 'doneChild') })
      // Bound at once, and I could pay, too: that is one tap away.
      const next = made && made.state === 'active' && !made.i_pay.can_pay && !(await call('GET', '/me')).cannot_give
      if (made && next && (await sure(fill(texts, 'alsoPay', { name: made.name })))) {
        wx.redirectTo({ url: `/pages/aid/grant?member=${made.id}` })
        return
      }
      wx.switchTab({ url: '/pages/family/family' })
    })
  },
})

/** @param {Choice[]} relations @param {string} path */
function nearOf(relations, path) {
  const wanted = path === 'adult' ? ['father', 'mother', 'husband', 'wife'] : ['son', 'daughter']
  return wanted.map((id) => ({ id, at: relations.findIndex((one) => one.id === id) }))
    .filter((one) => one.at >= 0).map((one) => ({ ...one, name: relations[one.at].name }))
}
