// <switch>, <radio> and <checkbox>, drawn by player.css after their `aria-checked`.
import { emit, pressable } from './tags.js'

/** Makes an element a choice: `checked` sets it, a click changes it. */
export function readyChoice(element) {
  const kind = element.tagName.toLowerCase()
  element.role = kind
  element.tabIndex = 0
  element.ariaChecked = 'false'
  pressable(element)
  element.addEventListener('click', () => {
    if (!element.hasAttribute('disabled')) CHANGE[kind](element)
  })
  new MutationObserver(() => {
    element.ariaChecked = String(element.hasAttribute('checked'))
    element.ariaDisabled = String(element.hasAttribute('disabled'))
  }).observe(element, { attributeFilter: ['checked', 'disabled'] })
}

const CHANGE = {
  switch(element) {
    const on = element.ariaChecked !== 'true'
    element.ariaChecked = String(on)
    emit(element, 'change', { value: on })
  },
  radio(element) {
    const group = element.closest('radio-group')
    for (const one of group?.querySelectorAll('radio') || []) one.ariaChecked = 'false'
    element.ariaChecked = 'true'
    if (group) emit(group, 'change', { value: element.getAttribute('value') || '' })
  },
  checkbox(element) {
    element.ariaChecked = String(element.ariaChecked !== 'true')
    const group = element.closest('checkbox-group')
    if (!group) return
    const chosen = [...group.querySelectorAll('checkbox[aria-checked="true"]')]
    emit(group, 'change', { value: chosen.map((one) => one.getAttribute('value')) })
  },
}
