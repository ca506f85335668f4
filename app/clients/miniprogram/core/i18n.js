/*
 * Two languages. Each page has `texts.js` beside it:
 *
 *   export default {
 *     zh: { title: '亲情账户', confirm: '同意' },
 *     en: { title: 'Family account', confirm: 'Agree' },
 *   }
 *
 * with the same keys in both (a test holds that). `dress(this, texts)` (core/page.js) puts the chosen
 * language's texts into `data.t` and the common ones of core/texts.js into `data.c`:
 *   <text>{{t.title}}</text>  <button>{{c.cancel}}</button>
 * In JS: `fill(texts, 'greeting', { name })` for a text with `{name}` in it, `word('cancel')` for a
 * common one. Sentences of refusals and reasons come from the server: never write them here.
 */
import common from './texts.js'

/** @returns {'zh' | 'en'} */
export function language() {
  return wx.getStorageSync('look.language') === 'en' ? 'en' : 'zh'
}

/** @param {'zh' | 'en'} chosen */
export function setLanguage(chosen) {
  wx.setStorageSync('look.language', chosen)
}

/**
 * A text of a page, filled in.
 * @param {Texts} texts
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function fill(texts, key, values) {
  const text = texts[language()][key]
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    values && name in values ? String(values[name]) : whole)
}

/**
 * A common text.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function word(key, values) {
  return fill(common, key, values)
}

/** All common texts in the chosen language. */
export function commonTexts() {
  return common[language()]
}
