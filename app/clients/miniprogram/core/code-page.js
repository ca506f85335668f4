/*
 * What the pages that show a code have in common; a page spreads it into its own:
 *
 *   Page({
 *     ...codePage,
 *     data: { ...blank, ...codeData, kind: 'qr' },
 *     draw(code) { … },                    // a new code
 *     told(patch) { … },                   // what became of it, in words by shownOf(this, texts, patch)
 *     loadFamily() { … },                  // again, after a request was agreed to
 *     hidden() { … },                      // what the page itself puts away
 *   })
 */
import { act } from './act.js'
import { call } from './api.js'
import { billOf, sound } from './code-bill.js'
import { CodeLife } from './code-life.js'
import { fill, word } from './i18n.js'
import { go, refusalCard } from './page.js'
import { Questions } from './questions.js'
import { restore } from './screen.js'
import { mend } from './why.js'

/** What of a code and its bills stands in a page's data. */
export const codeData = {
  name: '',
  /** @type {string[]} */
  digits: [],
  phase: 'loading',
  left: 0,
  countdown: '',
  offline: false,
  trouble: '',
  decodedBy: '',
  /** @type {any[]} */
  bills: [],
  dim: false,
  question: null,
  acting: '',
  /** @type {RequestCard[]} */
  waiting: [],
}

export const codePage = {
  /** @type {Questions | null} */
  questions: null,
  /** @type {CodeLife | null} */
  life: null,
  /** The bills that the hand has felt. */
  heard: '',

  /** @this {AnyPage} */
  onLoad() {
    this.questions = new Questions(this)
    this.life = new CodeLife((code) => this.draw(code), (patch) => this.told(patch))
  },
  /** @this {AnyPage} */
  onHide() {
    this.leave()
  },
  /** @this {AnyPage} */
  onUnload() {
    this.leave()
  },
  /** @this {AnyPage} */
  leave() {
    if (this.life) this.life.close()
    if (this.questions) this.questions.close()
    restore()
    this.hidden()
  },
  /** @this {AnyPage} */
  again() {
    return this.life ? this.life.again() : undefined
  },
  /** @this {AnyPage} @param {WechatMiniprogram.TouchEvent} event */
  answerQuestion(event) {
    return this.questions ? this.questions.answer(event.currentTarget.dataset.answer) : undefined
  },
  /** @this {AnyPage} @param {WechatMiniprogram.TouchEvent} event */
  agreeAsk(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'agree' + id, async () => {
      await call('POST', `/family/${id}/confirm`)
      await this.loadFamily()
      wx.showToast({ title: word('askedYes') })
    })
  },
  seeAsks() {
    go('/pages/family/family')
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  detail(event) {
    go('/pages/records/detail?id=' + event.currentTarget.dataset.id)
  },
}

/**
 * A life's news as it goes into a page's data. A bill that hasn't been told of is felt in the hand; of a
 * code that is dead or used nothing stays on the screen to be read.
 * @param {AnyPage} page @param {Texts} texts  of the page: left, leftOffline, decodedBy
 * @param {any} patch @returns {any}
 */
export function shownOf(page, texts, patch) {
  const shown = { ...patch }
  const { offline, left } = { ...page.data, ...patch }
  if ('left' in patch || 'offline' in patch) shown.countdown = fill(texts, offline ? 'leftOffline' : 'left', { left })
  if (patch.refusal) shown.refusal = refusalCard(patch.refusal)
  if (patch.bills) {
    shown.bills = patch.bills.map(billOf)
    const heard = shown.bills.map(sound).join()
    if (heard !== page.heard) wx.vibrateShort({ type: 'medium', fail: () => undefined })
    page.heard = heard
  }
  if (patch.decodedBy) shown.decodedBy = fill(texts, 'decodedBy', { where: patch.decodedBy })
  if (isOver(patch)) shown.digits = []
  return shown
}

/** Whether a code can't be read any more. @param {any} patch */
export function isOver(patch) {
  return Boolean(patch.phase) && patch.phase !== 'live'
}
