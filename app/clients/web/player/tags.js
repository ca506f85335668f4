// What the tags of WXML share: attributes as they were given, events, keys that click.

/** An attribute as the template gave it: lists stay lists. */
export function attribute(element, name) {
  return element.__wxElement?.getAttribute(name)
}

/** Tells the page's `bind…` of something that happened in an element. */
export function emit(element, type, detail, bubbles = false) {
  element.dispatchEvent(new CustomEvent(type, { detail, bubbles }))
}

/** Enter and space click. */
export function pressable(element) {
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || !['Enter', ' '].includes(event.key)) return
    event.preventDefault()
    element.click()
  })
}
