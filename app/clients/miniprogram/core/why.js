/*
 * Reasons as cards, each with what mends it (core/why.wxml draws them):
 *   this.setData({ reasons: reasonCards(found.reasons, { side: 'donor', grant }) })
 *   <template is="why" data="{{reasons, c}}" />       and in the page:  mend(event) { mend(event) }
 */
import { fixOf } from './fixes.js'
import { go } from './page.js'
import { word } from './i18n.js'

/**
 * @param {{ reason: string, message: string, next_step: string }[]} reasons
 * @param {{ side?: string, grant?: string }} seen
 */
export function reasonCards(reasons, seen) {
  return reasons.map((one) => ({ ...one, fix: fixOf(one.reason, seen) }))
}

/** Does what the button of a reason says. @param {WechatMiniprogram.TouchEvent} event */
export function mend(event) {
  const { url, phone, text } = event.currentTarget.dataset
  if (url) go(url)
  else if (phone) wx.makePhoneCall({ phoneNumber: phone, fail: () => undefined })
  else wx.setClipboardData({ data: text, success: () => wx.showToast({ title: word('copied') }) })
}
