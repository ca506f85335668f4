// <picker>: a list (mode selector) or a day (mode date) on a sheet from below.
import { element, listSheet, sheet, word } from './sheets.js'
import { attribute, emit, pressable } from './tags.js'

/** Makes an element open its sheet when it is clicked. */
export function readyPicker(picker) {
  picker.tabIndex = 0
  picker.role = 'button'
  picker.ariaHasPopup = 'dialog'
  pressable(picker)
  picker.addEventListener('click', async () => {
    if (picker.hasAttribute('disabled')) return
    const mode = picker.getAttribute('mode') || 'selector'
    const value = await (mode === 'date' ? chooseDay(picker) : chooseOne(picker))
    if (value === null) emit(picker, 'cancel', {})
    else emit(picker, 'change', { value })
  })
}

async function chooseOne(picker) {
  const range = attribute(picker, 'range') || []
  const key = picker.getAttribute('range-key')
  const texts = range.map((item) => String(key ? item[key] : item))
  const chosen = Number(attribute(picker, 'value') ?? -1)
  const title = picker.getAttribute('header-text') || picker.ariaLabel || ''
  return listSheet(title, texts, chosen)
}

function chooseDay(picker) {
  const input = element('input', { className: 'day', type: 'date', ariaLabel: word('day') })
  input.value = attribute(picker, 'value') || ''
  for (const [name, from] of [['min', 'start'], ['max', 'end']]) {
    const limit = picker.getAttribute(from)
    if (limit) input[name] = limit
  }
  return sheet(picker.getAttribute('header-text') || picker.ariaLabel || word('day'), input, [
    { text: word('cancel'), value: () => null },
    { text: word('ok'), main: true, value: () => input.value || null },
  ])
}
