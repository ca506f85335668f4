/*
 * The life of a code on the page: issued, renewed before it dies, watched until the till has settled.
 * Nothing is asked while the page is hidden. A code that was replaced is watched a while longer: the
 * till may have scanned it just before.
 */
import { call, refusalOf } from './api.js'
import { offsetOf, serverNow } from './clock.js'

const TICK_MS = 250
const AGAIN_MS = 3000
/** So long a receipt is shown again when the page comes back, and so long it is watched. */
const RECEIPT_MS = 60000
const WATCHED_MS = 900000

export class CodeLife {
  /**
   * @param {(code: any) => void} born  a code to draw
   * @param {(patch: object) => void} tell  what the page shows: phase, left, offline, refusal …
   */
  constructor(born, tell) {
    this.born = born
    this.tell = tell
    this.holder = 'me'
    this.run = 0
    this.phase = 'loading'
    /** @type {any} */
    this.code = null
    /** @type {Set<WechatMiniprogram.RequestTask>} */
    this.tasks = new Set()
    this.timer = 0
    /** The code whose bills are shown, what came last of them, and when the page was told. */
    this.paidId = ''
    this.newest = ''
    this.paidAt = 0
    this.offset = 0
    this.endsAt = 0
    this.renewAt = 0
    this.issuing = false
  }

  /** The page came to the front, or another person's code is wanted. @param {string} holder */
  async open(holder) {
    this.close()
    const last = holder !== this.holder ? '' : this.phase === 'paid' ? this.paidId : this.code && this.code.id
    this.holder = holder
    const run = this.run
    this.timer = /** @type {any} */ (setInterval(() => this.tick(), TICK_MS))
    if (last && await this.meanwhile(last, run)) return
    if (run === this.run) await this.again()
  }

  /** The page is hidden: everything that runs is stopped. */
  close() {
    this.run += 1
    clearInterval(this.timer)
    this.tasks.forEach((task) => task.abort())
    this.tasks.clear()
    this.issuing = false
    this.renewAt = Infinity
  }

  /** A fresh code, whatever became of the last one. */
  async again() {
    this.enter('loading', { left: 0 })
    this.code = null
    await this.issue()
  }

  async issue() {
    const run = this.run
    const asked = Date.now()
    this.issuing = true
    try {
      const code = await call('POST', '/credentials', { holder: this.holder })
      if (run !== this.run) return
      this.code = code
      this.offset = offsetOf(code.server_time, asked)
      this.endsAt = Date.parse(code.expires_at)
      this.renewAt = Date.parse(code.server_time) + code.refresh_after_s * 1000
      this.born(code)
      this.enter('live', { left: this.left(), offline: false, refusal: null })
      this.watch(code.id, run)
    } catch (error) {
      if (run === this.run) this.failed(refusalOf(error))
    } finally {
      if (run === this.run) this.issuing = false
    }
  }

  /** @param {RefusalView} refusal */
  failed(refusal) {
    if (refusal.retryable && refusal.status !== 0 || refusal.offline) {
      this.renewAt = serverNow(this.offset) + AGAIN_MS
      this.tell({ offline: refusal.offline, trouble: refusal.message })
    } else {
      this.renewAt = Infinity
      this.enter('refused', { refusal })
    }
  }

  left() {
    return Math.max(0, Math.ceil((this.endsAt - serverNow(this.offset)) / 1000))
  }

  tick() {
    if (this.phase !== 'live' && this.phase !== 'dead' && this.phase !== 'loading') return
    const now = serverNow(this.offset)
    if (this.phase === 'live') {
      if (now >= this.endsAt) this.enter('dead', { left: 0 })
      else this.tell({ left: this.left() })
    }
    if (now >= this.renewAt && !this.issuing) this.issue()
  }

  /** What became of a code while the page was hidden. @param {string} id @param {number} run */
  async meanwhile(id, run) {
    try {
      const state = await call('GET', `/credentials/${id}`)
      if (run !== this.run) return true
      if (state.state !== 'decoded' && state.state !== 'paid') return false
      if (state.newest && state.newest === this.newest && Date.now() - this.paidAt > RECEIPT_MS) return false
      this.became(state)
      this.watch(id, run, state.state)
      return true
    } catch (error) {
      return false
    }
  }

  /**
   * Long polls until a code is long dead; of one that has paid on, as long as its bill is shown: the
   * till may give it back. @param {string} id @param {number} run
   */
  async watch(id, run, known = 'shown') {
    let newest = known === 'paid' ? this.newest : ''
    while (run === this.run) {
      const state = await this.news(id, run, known, newest)
      if (!state || run !== this.run) return
      if (state.state === 'expired' && known === 'expired') return
      if (known === 'paid' && (this.phase !== 'paid' || this.paidId !== id)) return
      if (state.state !== known || state.newest !== newest) this.became(state)
      if (state.state === 'paid' && Date.now() - this.paidAt > WATCHED_MS) return
      known = state.state
      newest = state.newest
    }
  }

  /** @param {string} id @param {number} run @param {string} known @param {string} newest */
  async news(id, run, known, newest) {
    /** @type {WechatMiniprogram.RequestTask | undefined} */
    let own
    const onTask = (/** @type {WechatMiniprogram.RequestTask} */ task) => {
      own = task
      this.tasks.add(task)
    }
    try {
      return await call('GET', `/credentials/${id}?wait=20&known=${known}&newest=${newest}`, undefined, { onTask })
    } catch (error) {
      if (run !== this.run || !refusalOf(error).retryable) return null
      await new Promise((resolve) => setTimeout(() => resolve(null), AGAIN_MS))
      return run === this.run ? { state: known, newest } : null
    } finally {
      if (own) this.tasks.delete(own)
    }
  }

  /** The till did something with one of our codes. @param {any} state */
  became(state) {
    if (state.state === 'decoded' && this.phase !== 'paid') {
      this.enter('decoded', { decodedBy: state.decoded_by || '' })
    }
    if (state.state !== 'paid') return
    if (state.newest !== this.newest) this.paidAt = Date.now()
    this.paidId = state.id
    this.newest = state.newest
    this.enter('paid', { bills: state.bills })
  }

  /** @param {string} phase @param {object} patch */
  enter(phase, patch) {
    this.phase = phase
    this.tell({ phase, trouble: '', offline: false, ...patch })
  }
}
