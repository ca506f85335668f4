import { commonTexts, word } from '../core/i18n.js'
import { lookAgain, unread } from '../core/notices.js'
import { look } from '../core/theme.js'

// Our own tab bar: WeChat's has 10 px letters, which elder mode forbids.
Component({
  options: { styleIsolation: 'apply-shared' },
  data: {
    look: '',
    at: '',
    /** @type {{ url: string, mark: string, text: string, dot: string, label: string }[]} */
    tabs: [],
  },
  methods: {
    /** Marks the page that is open, in the language and look chosen. @param {string} route */
    dress(route) {
      this.setData({
        look: look(),
        at: '/' + route,
      })
      this.draw()
    },
    /** The tabs' names, with a dot where something is unread. */
    draw() {
      const c = commonTexts()
      const counts = unread()
      const tab = (/** @type {keyof typeof counts} */ mark, /** @type {string} */ text) => {
        const count = counts[mark] || 0
        const dot = count > 99 ? '99+' : count ? String(count) : ''
        return { url: `/pages/${mark}/${mark}`, mark, text, dot, label: dot ? word('unreadOn', { tab: text, count: dot }) : text }
      }
      this.setData({
        tabs: [tab('codes', c.tabCodes), tab('family', c.tabFamily), tab('aid', c.tabAid), tab('me', c.tabMe)],
      })
    },
    /** Asks what is unread. */
    async look() {
      await lookAgain(this.data.at.split('/')[2])
      this.draw()
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    open(event) {
      wx.switchTab({ url: event.currentTarget.dataset.url })
    },
  },
})
