// <input> and <textarea>.
import { emit } from './tags.js'

const MODES = { number: 'numeric', digit: 'decimal', idcard: 'text', text: 'text' }

/** Takes over an attribute that means something else to WeChat than to the DOM. */
export function attributesOf(element, name, text) {
  if (name === 'value') {
    if (element.value !== text) element.value = text
  } else if (name === 'type') {
    element.inputMode = MODES[text] || 'text'
    if (text === 'password') element.type = 'password'
  } else if (name === 'password') {
    element.type = 'password'
  } else if (name === 'focus') {
    requestAnimationFrame(() => element.focus())
  } else {
    return false
  }
  return true
}

/** What WeChat adds: at most 140 characters unless told, `bindconfirm`. */
export function readyInput(element) {
  element.maxLength = 140
  element.autocomplete = 'off'
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || element.tagName === 'TEXTAREA') return
    event.preventDefault()
    emit(element, 'confirm', { value: element.value })
  })
}

/** What a named element of a form holds. */
export function valueOf(element) {
  if ('value' in element) return element.value
  if (element.tagName === 'SWITCH') return element.ariaChecked === 'true'
  const chosen = [...element.querySelectorAll('[aria-checked="true"]')]
    .map((one) => one.getAttribute('value'))
  return element.tagName === 'RADIO-GROUP' ? chosen[0] || '' : chosen
}
