import { call } from '../../core/api.js'
import { fill } from '../../core/i18n.js'
import { attempt, blank, dress, tell } from '../../core/page.js'
import { mend } from '../../core/why.js'
import texts from './settings-texts.js'

const NIGHT = { from_hour: 22, until_hour: 7 }

Page({
  data: {
    ...blank,
    asking: false,
    /** @type {{ key: string, text: string, left: string, ids: string[], names: string[] }[]} */
    asks: [],
    loaded: false,
    /** @type {Answer.Topic[]} */
    topics: [],
    quiet: false,
    from: NIGHT.from_hour,
    until: NIGHT.until_hour,
    /** @type {string[]} */
    hours: [],
  },
  /** @type {Promise<void> | null} */
  last: null,
  onShow() {
    dress(this, texts)
    return this.load()
  },
  /** @param {WechatMiniprogram.TouchEvent} event */
  mend(event) {
    return mend(event)
  },
  retry() {
    return this.load()
  },
  load() {
    return attempt(this, async () => this.show(await call('GET', '/notices/settings')))
  },
  /** @param {Answer.NoticeSettings} found */
  show(found) {
    const { from_hour, until_hour } = found.quiet || { from_hour: this.data.from, until_hour: this.data.until }
    this.setData({
      loaded: true,
      topics: found.topics,
      asks: this.asks(found.templates),
      quiet: Boolean(found.quiet),
      from: from_hour,
      until: until_hour,
      hours: Array.from({ length: 24 }, (_, hour) => fill(texts, 'hour', { hour })),
    })
  },
  /** What WeChat is asked together: never those for good and those for one message.
   * @param {Answer.MessageTemplate[]} templates */
  asks(templates) {
    return [false, true].map((lasting) => {
      const some = templates.filter((one) => one.lasting === lasting)
      const done = lasting && some.every((one) => one.left === null)
      const counts = some.map((one) => one.left || 0)
      return {
        key: lasting ? 'lasting' : 'once',
        text: fill(texts, lasting ? 'askLasting' : 'askOnce'),
        left: lasting ? fill(texts, done ? 'agreed' : 'notAgreed') : fill(texts, 'left', { count: Math.min(...counts) }),
        ids: some.map((one) => one.id),
        names: some.map((one) => one.template),
      }
    }).filter((one) => one.ids.length)
  },
  /** WeChat asks after a tap only. @param {WechatMiniprogram.TouchEvent} event */
  ask(event) {
    const found = this.data.asks.find((one) => one.key === event.currentTarget.dataset.key)
    if (!found) return
    wx.requestSubscribeMessage({
      tmplIds: found.ids,
      success: (/** @type {Record<string, any>} */ said) => {
        const results = found.ids.map((id, at) => ({ template: found.names[at], result: said[id] }))
          .filter((one) => ['accept', 'reject', 'ban', 'filter'].indexOf(one.result) >= 0)
        if (results.length) this.answered(results)
      },
      fail: () => wx.showToast({ title: fill(texts, 'notAsked'), icon: 'none' }),
    })
  },
  /** @param {object[]} results */
  async answered(results) {
    try {
      this.show(await call('POST', '/notices/consents', { results }))
    } catch (error) {
      await tell(error)
    }
  },
  /** One change after the other, however fast they are tapped. @param {() => object} body */
  change(body) {
    const before = this.last || Promise.resolve()
    this.last = before.then(async () => {
      try {
        this.show(await call('PATCH', '/notices/settings', body()))
      } catch (error) {
        await tell(error)
        await this.load()
      }
    })
    return this.last
  },
  /** @param {WechatMiniprogram.SwitchChange} event */
  setTopic(event) {
    const { topic, where } = event.currentTarget.dataset
    const on = event.detail.value
    return this.change(() => {
      const found = this.data.topics.find((one) => one.topic === topic)
      const inbox = where === 'inbox' ? on : Boolean(found && found.inbox)
      const outside = where === 'outside' ? on : Boolean(found && found.outside)
      return { topics: [{ topic, inbox, outside }] }
    })
  },
  /** @param {WechatMiniprogram.SwitchChange} event */
  setQuiet(event) {
    const on = event.detail.value
    return this.change(() => ({ quiet: on ? { from_hour: this.data.from, until_hour: this.data.until } : null }))
  },
  /** @param {WechatMiniprogram.PickerChange} event */
  pickHour(event) {
    const { field } = event.currentTarget.dataset
    const hour = Number(event.detail.value)
    return this.change(() => ({ quiet: { from_hour: this.data.from, until_hour: this.data.until, [field]: hour } }))
  },
})
