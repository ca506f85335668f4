import { act } from '../../core/act.js'
import { call } from '../../core/api.js'
import { moment } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import { markSeen, newOnes } from '../../core/logins.js'
import { attempt, blank, dress } from '../../core/page.js'
import { Refused } from '../../core/refused.js'
import { mend } from '../../core/why.js'
import texts from './texts.js'

Page({
  data: {
    ...blank,
    acting: '',
    loaded: false,
    /** @type {{ id: string, name: string, present: boolean, fresh: boolean, lines: string[] }[]} */
    logins: [],
    others: false,
    most: '',
  },
  /** @type {Set<string>} New ones stay so while the page is open. */
  fresh: new Set(),
  onLoad() {
    this.fresh = new Set()
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
      const found = /** @type {LogIns} */ (await call('GET', '/sessions'))
      for (const one of newOnes(found.sessions)) this.fresh.add(one.id)
      markSeen(found.sessions)
      const shown = found.sessions.length
      this.setData({
        loaded: true,
        logins: found.sessions.map((one) => ({
          id: one.id,
          name: one.device || fill(texts, 'unknown'),
          present: one.present,
          fresh: this.fresh.has(one.id),
          lines: [
            fill(texts, 'begun', { at: moment(one.begun_at) }),
            one.present ? '' : fill(texts, 'used', { at: moment(one.used_at) }),
            one.address && fill(texts, 'net', { address: one.address }),
          ].filter(Boolean),
        })),
        others: found.sessions.some((one) => !one.present),
        most: shown < found.count ? fill(texts, 'most', { shown, count: found.count }) : '',
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
  /** @param {WechatMiniprogram.TouchEvent} event */
  end(event) {
    const { id } = event.currentTarget.dataset
    return act(this, 'end' + id, async () => {
      try {
        await call('DELETE', `/sessions/${id}`)
      } catch (error) {
        // One that has ended by itself meanwhile is as wished.
        if (!(error instanceof Refused) || error.view.reason !== 'NOT_FOUND') throw error
      }
      await this.load()
      wx.showToast({ title: fill(texts, 'ended') })
    })
  },
  endOthers() {
    return act(this, 'others', async () => {
      const { ended } = await call('POST', '/sessions/end-others')
      await this.load()
      wx.showToast({ title: fill(texts, 'endedOthers', { count: ended }) })
    })
  },
})
