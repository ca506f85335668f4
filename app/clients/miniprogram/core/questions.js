/*
 * Asked first: while one of a donor's pages is open, what the donor is asked comes up as a sheet
 * (core/question.wxml). Who has set no sum on any grant is asked nothing, so nothing is waited for.
 *
 *   questions: null,
 *   onLoad() { this.questions = new Questions(this) },
 *   onShow() { this.questions.open() },  onHide() { this.questions.close() },  onUnload: the same
 *   answerQuestion(event) { return this.questions.answer(event.currentTarget.dataset.answer) },
 */
import { call, refusalOf } from './api.js'
import { offsetOf, serverNow } from './clock.js'
import { money } from './format.js'
import { word } from './i18n.js'
import { tell } from './page.js'
import { hasSession } from './session.js'

const KEY = 'asks'
const AGAIN_MS = 3000
const TICK_MS = 500

/** Keeps whether I want to be asked first at all. @param {Grant[]} grants */
export function keepAsks(grants) {
  wx.setStorageSync(KEY, grants.some((one) => one.role === 'donor' && one.ask_above_fen !== null))
}

export class Questions {
  /** @param {AnyPage} page */
  constructor(page) {
    this.page = page
    this.run = 0
    this.timer = 0
    this.offset = 0
    /** @type {any} */
    this.item = null
    /** @type {Set<WechatMiniprogram.RequestTask>} */
    this.tasks = new Set()
  }

  /** The page came to the front. */
  open() {
    this.close()
    if (!hasSession() || !wx.getStorageSync(KEY)) return
    this.timer = /** @type {any} */ (setInterval(() => this.tick(), TICK_MS))
    this.watch(this.run)
  }

  /** The page is hidden. */
  close() {
    this.run += 1
    clearInterval(this.timer)
    this.tasks.forEach((task) => task.abort())
    this.tasks.clear()
    this.show(null)
  }

  /** @param {number} run */
  async watch(run) {
    let known = ''
    while (run === this.run) {
      const found = await this.news(run, known)
      if (run !== this.run) return
      if (found) {
        known = found.items.map((/** @type {any} */ one) => one.id).join('.')
        this.show(found.items[0] || null)
      }
    }
  }

  /** What I am asked, once it is something else than before; null: not known. @param {number} run @param {string} known */
  async news(run, known) {
    const asked = Date.now()
    /** @type {WechatMiniprogram.RequestTask | undefined} */
    let own
    const onTask = (/** @type {WechatMiniprogram.RequestTask} */ task) => {
      own = task
      this.tasks.add(task)
    }
    try {
      const found = await call('GET', `/questions?wait=20&known=${known}`, undefined, { onTask })
      this.offset = offsetOf(found.server_time, asked)
      return found
    } catch (error) {
      if (run === this.run && !refusalOf(error).retryable) this.close()
      await new Promise((resolve) => setTimeout(() => resolve(null), AGAIN_MS))
      return null
    } finally {
      if (own) this.tasks.delete(own)
    }
  }

  /** @param {any} item */
  show(item) {
    const before = this.item
    this.item = item
    if (item) this.page.setData({ question: this.card(item) })
    else if (before) this.page.setData({ question: null })
  }

  /** @param {any} item */
  card(item) {
    const left = Math.max(0, Math.ceil((Date.parse(item.until_at) - serverNow(this.offset)) / 1000))
    return {
      id: item.id,
      sum: money(item.amount_fen),
      who: `${item.other_is} ${item.other}`,
      where: item.institution,
      left: word('askLeft', { left }),
      over: left === 0,
    }
  }

  tick() {
    if (!this.item) return
    const card = this.card(this.item)
    if (card.over) this.show(null)
    else if (card.left !== this.page.data.question.left) this.page.setData({ 'question.left': card.left })
  }

  /** @param {string} answer `yes` or `no` */
  async answer(answer) {
    const { item } = this
    if (!item) return
    this.show(null)
    try {
      await call('POST', `/questions/${item.id}`, { answer })
      wx.showToast({ title: word(answer === 'yes' ? 'askedYes' : 'askedNo') })
    } catch (error) {
      await tell(error)
    }
  }
}
