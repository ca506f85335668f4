// WXML's built-in tags as DOM elements, and their events as WeChat tells them.
import { attributesOf as inputAttributes, readyInput, valueOf } from './inputs.js'
import { readyChoice } from './choices.js'
import { readyPicker } from './picker.js'
import { attribute, emit, pressable } from './tags.js'

const DOM_TAG = { image: 'img', 'web-view': 'iframe' }
const READY = {
  input: readyInput,
  textarea: readyInput,
  switch: readyChoice,
  radio: readyChoice,
  checkbox: readyChoice,
  picker: readyPicker,
  button: readyButton,
  form: readyForm,
}
const ATTRIBUTES = {
  input: inputAttributes,
  textarea: inputAttributes,
  image: imageAttribute,
  button: buttonAttribute,
}
const FLAGS = new Set(['disabled', 'checked', 'hidden', 'focus', 'password', 'loading'])

/** Says how a tag is made ready, for those whose work is done by modules above this one. */
export function defineTag(tag, ready) {
  READY[tag] = ready
}

/** Makes the DOM element of a WXML tag. */
export function makeElement(tag) {
  const element = document.createElement(DOM_TAG[tag] || tag)
  const own = ATTRIBUTES[tag]
  element.setAttribute = (name, text) => {
    const raw = attribute(element, name)
    if (FLAGS.has(name) && !raw && raw !== '') return element.removeAttribute(name)
    if (name === 'style') return (element.style.cssText = text)
    if (own && own(element, name, text)) return undefined
    return Element.prototype.setAttribute.call(element, name, text)
  }
  READY[tag]?.(element)
  return element
}

/** WeChat's `event.detail` of a DOM event, or nothing where the DOM's will do. */
export function detailOf(event) {
  if (event instanceof CustomEvent) return event.detail
  const target = event.target
  if (event.type === 'submit') return { value: valuesOf(target) }
  if (['input', 'focus', 'blur', 'confirm'].includes(event.type) && 'value' in target) {
    return { value: target.value, cursor: target.selectionEnd ?? target.value.length }
  }
  if (event.type === 'scroll') return { scrollTop: target.scrollTop, scrollLeft: target.scrollLeft }
  return null
}

/** What can be tapped can be reached and pressed with a keyboard. */
export function makeTappable(element) {
  if (['BUTTON', 'INPUT', 'LABEL', 'NAVIGATOR'].includes(element.tagName)) return
  element.tabIndex = 0
  if (!element.getAttribute('role')) Element.prototype.setAttribute.call(element, 'role', 'button')
  pressable(element)
}

function readyButton(element) {
  element.type = 'button'
  element.addEventListener('click', () => {
    if (element.getAttribute('open-type') === 'agreePrivacyAuthorization') {
      emit(element, 'agreeprivacyauthorization', {})
    }
    if (element.getAttribute('open-type') === 'share') {
      document.dispatchEvent(new CustomEvent('qinji-share', { detail: element.dataset }))
    }
  })
}

function buttonAttribute(element, name, text) {
  if (name !== 'form-type') return false
  element.type = text
  return true
}

function imageAttribute(element, name, text) {
  if (name !== 'src') return false
  element.src = /^(data:|https?:)/.test(text) ? text : `/miniprogram/${text.replace(/^\//, '')}`
  if (!element.alt) element.alt = ''
  return true
}

function readyForm(element) {
  element.addEventListener('submit', (event) => event.preventDefault())
}

function valuesOf(form) {
  const named = [...form.querySelectorAll('[name]')]
  return Object.fromEntries(named.map((one) => [one.getAttribute('name'), valueOf(one)]))
}

// A label also works the choices that are no form elements of the DOM.
document.addEventListener('click', (event) => {
  const label = event.target.closest?.('label')
  const choice = label?.querySelector('radio, checkbox, switch')
  if (choice && !choice.contains(event.target)) choice.click()
})
