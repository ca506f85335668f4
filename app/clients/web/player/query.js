// wx.createSelectorQuery, with fields({node: true}) and its like.
import { pageOf, top } from './pages.js'

const shadowOf = (caller) => caller._$.getShadowRoot()

function measured(element, fields) {
  const dom = element?.getBackendElement()
  if (!dom) return null // the page has been closed meanwhile
  const box = dom.getBoundingClientRect()
  const found = {}
  if (fields.node) found.node = dom
  if (fields.id) found.id = element.id
  if (fields.dataset) found.dataset = element.dataset
  if (fields.size) Object.assign(found, { width: box.width, height: box.height })
  if (fields.rect) Object.assign(found, { left: box.left, top: box.top, right: box.right, bottom: box.bottom })
  if (fields.scrollOffset) Object.assign(found, { scrollTop: dom.scrollTop, scrollLeft: dom.scrollLeft })
  return found
}

class Query {
  constructor() {
    this.caller = null
    this.asked = []
  }

  in(caller) {
    this.caller = caller
    return this
  }

  select(selector) {
    return this.reader((root, fields) => measured(root.querySelector(selector), fields))
  }

  selectAll(selector) {
    return this.reader((root, fields) =>
      root.querySelectorAll(selector).map((element) => measured(element, fields)))
  }

  selectViewport() {
    return this.reader(() => {
      const { scroller } = pageOf(this.caller) || top()
      return { scrollTop: scroller.scrollTop, scrollLeft: scroller.scrollLeft,
        scrollHeight: scroller.scrollHeight, width: scroller.clientWidth, height: scroller.clientHeight }
    })
  }

  reader(read) {
    const ask = (fields, callback) => {
      this.asked.push((root) => {
        const found = read(root, fields)
        callback?.(found)
        return found
      })
      return this
    }
    return {
      fields: ask,
      node: (callback) => ask({ node: true }, callback),
      boundingClientRect: (callback) => ask({ id: true, dataset: true, rect: true, size: true }, callback),
      scrollOffset: (callback) => ask({ scrollOffset: true }, callback),
    }
  }

  exec(callback) {
    requestAnimationFrame(() => {
      const root = shadowOf(this.caller || top().caller)
      const found = this.asked.map((ask) => ask(root))
      callback?.(found)
    })
    return this
  }
}

export const createSelectorQuery = () => new Query()

/** wx.pageScrollTo: to a height, or to an element. */
export function pageScrollTo({ scrollTop = 0, selector, offsetTop = 0 }) {
  const { caller, scroller } = top()
  const element = selector && shadowOf(caller).querySelector(selector)
  const dom = element && element.getBackendElement()
  const there = dom ? dom.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop : scrollTop
  scroller.scrollTo({ top: there + offsetTop, behavior: 'smooth' })
}
