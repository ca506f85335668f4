// <navigator>: a link to another page of the mini-program.
import { defineTag } from './elements.js'
import { navigate } from './pages.js'
import { pressable } from './tags.js'

defineTag('navigator', (element) => {
  element.tabIndex = 0
  element.role = 'link'
  pressable(element)
  element.addEventListener('click', () => {
    const kind = element.getAttribute('open-type') || 'navigate'
    navigate(kind, element.getAttribute('url') || '')
  })
})
