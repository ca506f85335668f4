/*
 * Reading aloud, where the phone has a voice for pages. Browsers have one; WeChat's own library has
 * none, and then nothing is offered.
 */
import { language } from './i18n.js'

const KEY = 'look.aloud'

/** @returns {any} */
function here() {
  return typeof globalThis === 'undefined' ? {} : globalThis
}

/** @returns {boolean} */
export function canSpeak() {
  return Boolean(here().speechSynthesis && here().SpeechSynthesisUtterance)
}

/** Whether what is new on the page is to be read aloud. @returns {boolean} */
export function isAloud() {
  return canSpeak() && wx.getStorageSync(KEY) === true
}

/** @param {boolean} on */
export function setAloud(on) {
  wx.setStorageSync(KEY, on)
  if (!on) hush()
}

/** Reads a text, and nothing of what was read before any more. @param {string} text */
export function speak(text) {
  if (!canSpeak()) return
  const { speechSynthesis: voice, SpeechSynthesisUtterance: Said } = here()
  const said = new Said(text)
  said.lang = language() === 'zh' ? 'zh-CN' : 'en'
  said.rate = 0.85
  voice.cancel()
  voice.speak(said)
}

/** Stops reading. */
export function hush() {
  if (canSpeak()) here().speechSynthesis.cancel()
}
