import { commonTexts } from '../core/i18n.js'
import { look } from '../core/theme.js'

// Our own tab bar: WeChat's has 10 px letters, which elder mode forbids.
Component({
  options: { styleIsolation: 'apply-shared' },
  data: {
    look: '',
    at: '',
    /** @type {{ url: string, mark: string, text: string }[]} */
    tabs: [],
  },
  methods: {
    /** Marks the page that is open, in the language and look chosen. @param {string} route */
    dress(route) {
      const c = commonTexts()
      this.setData({
        look: look(),
        at: '/' + route,
        tabs: [
          { url: '/pages/codes/codes', mark: 'codes', text: c.tabCodes },
          { url: '/pages/family/family', mark: 'family', text: c.tabFamily },
          { url: '/pages/aid/aid', mark: 'aid', text: c.tabAid },
          { url: '/pages/me/me', mark: 'me', text: c.tabMe },
        ],
      })
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    open(event) {
      wx.switchTab({ url: event.currentTarget.dataset.url })
    },
  },
})
