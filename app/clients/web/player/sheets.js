// What lies over the page: dialogs, sheets from below, toasts.
import { frame } from './frame.js'

const WORDS = {
  zh: { ok: '确定', cancel: '取消', day: '选择日期', scan: '把码对准镜头', loading: '正在加载', allow: '允许',
    subscribe: '“亲济”申请给您发送一次消息提醒',
    share: '发给微信好友', shareNote: '演示：把下面的链接发给对方，在对方的手机上打开。正式环境由微信发送卡片。',
    link: '卡片的链接', copy: '复制链接', copied: '已复制' },
  en: { ok: 'OK', cancel: 'Cancel', day: 'Choose a day', scan: 'Hold the code before the camera', loading: 'Loading', allow: 'Allow',
    subscribe: 'Qinji asks to send you a reminder',
    share: 'Send to a friend', shareNote: 'Demo: send this link and open it on the other phone. In earnest, WeChat sends the card.',
    link: 'The card\'s link', copy: 'Copy the link', copied: 'Copied' },
}

/** A word of the player's own, in the mini-program's language. */
export function word(name) {
  return WORDS[document.documentElement.lang === 'en' ? 'en' : 'zh'][name]
}

/** A DOM element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/**
 * Shows a dialog and gives what its button stands for; Escape gives the first one's.
 * Buttons: `{text, value: () => any, main?}`.
 */
function dialog(className, title, content, buttons) {
  return new Promise((resolve) => {
    const box = element('dialog', { className, ariaLabel: title || word('ok') })
    const done = (value) => {
      box.close()
      box.remove()
      resolve(value)
    }
    if (title) box.append(element('h2', {}, title))
    box.append(content)
    const row = element('div', { className: 'sheet-buttons' })
    for (const { text, value, main } of buttons) {
      row.append(element('button', {
        className: main ? 'main' : '', type: 'button', onclick: () => done(value()),
      }, text))
    }
    if (buttons.length) box.append(row)
    box.addEventListener('cancel', (event) => {
      event.preventDefault()
      done(buttons.length ? buttons[0].value() : null)
    })
    box.finish = done
    frame.over.append(box)
    box.showModal()
  })
}

/** A sheet from below. */
export function sheet(title, content, buttons) {
  return dialog('drawer', title, content, buttons)
}

/** A sheet with a list: the index chosen, or null. */
export function listSheet(title, texts, chosen = -1) {
  const list = element('div', { className: 'choices', role: 'listbox', ariaLabel: title })
  texts.forEach((text, index) => {
    list.append(element('button', {
      type: 'button', role: 'option', ariaSelected: String(index === chosen),
      onclick: () => list.closest('dialog').finish(index),
    }, text))
  })
  return sheet(title, list, [{ text: word('cancel'), value: () => null }])
}

/** A dialog in the middle: whether it was confirmed, and what was written into it. */
export function modal({ title, content, showCancel = true, confirmText, cancelText, editable, placeholderText }) {
  const body = element('div', { className: 'modal-body' }, editable ? '' : content || '')
  let field
  if (editable) {
    field = element('input', { value: content || '', placeholder: placeholderText || '',
      ariaLabel: placeholderText || title || '' })
    body.append(field)
  }
  const buttons = [{ text: confirmText || word('ok'), main: true, value: () => ({
    confirm: true, cancel: false, content: field ? field.value : null }) }]
  const no = { text: cancelText || word('cancel'), value: () => ({ confirm: false, cancel: true, content: null }) }
  if (showCancel) buttons.unshift(no)
  return dialog('modal', title, body, buttons)
}

let toastTimer = 0

/** A short message that goes by itself; with `duration` 0 it stays until `hideToast`. */
export function toast(title, duration) {
  clearTimeout(toastTimer)
  frame.toast.textContent = title
  frame.toast.hidden = false
  if (duration) toastTimer = setTimeout(hideToast, duration)
}

export function hideToast() {
  frame.toast.hidden = true
}
