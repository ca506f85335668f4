// WeChat's sharing: the card of the page on top, as a link that another phone can open.
import { top } from './pages.js'
import { element, sheet, toast, word } from './sheets.js'

document.addEventListener('qinji-share', async ({ detail }) => {
  const { caller, path } = top()
  const said = caller.onShareAppMessage?.({ from: 'button', target: { dataset: { ...detail } } })
  const { title = document.title, path: to = `/${path}`, imageUrl } = said || {}
  const link = `${location.origin}/#${to}`
  const field = element('input', { className: 'day', readOnly: true, value: link, ariaLabel: word('link') })
  field.addEventListener('focus', () => field.select())
  const card = element('figure', { className: 'share-card' }, element('figcaption', {}, title))
  if (imageUrl) card.append(element('img', { src: `/miniprogram${imageUrl}`, alt: '' }))
  const copy = await sheet(word('share'), element('div', {}, card,
    element('p', { className: 'demo-note' }, word('shareNote')), field),
  [{ text: word('cancel'), value: () => false }, { text: word('copy'), main: true, value: () => true }])
  if (!copy) return
  await navigator.clipboard.writeText(link).then(() => toast(word('copied'), 1500), () => {})
})
