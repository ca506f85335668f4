// glass-easel, WeChat's own component engine, on the DOM: every tag of WXML is one DOM element.
import { CurrentWindowBackendContext, Event as EaselEvent } from '/made/engine.js'
import { MiniProgramEnv } from '/made/adapter.js'
import { app, settings, style as common } from '/made/program.js'
import { detailOf, makeElement, makeTappable } from './elements.js'
import { mouseAsFinger, touchesOf } from './touches.js'

export { app, settings }

class Backend extends CurrentWindowBackendContext {
  constructor() {
    super()
    this.document = {
      createElement: makeElement,
      createTextNode: (text) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    }
    this.onEvent((target, type, detail, options) => {
      const extraFields = touchesOf(options.originalEvent)
      const event = new EaselEvent(type, detail, extraFields ? { ...options, extraFields } : options)
      EaselEvent.dispatchEvent(target, event)
      return event.getEventBubbleStatus()
    })
    mouseAsFinger((event, type) => this._$trigger(event, type, {}, true, true))
    // A tap comes from a finger or a mouse; a keyboard or a screen reader only clicks.
    document.addEventListener('click', (event) => {
      if (event.detail === 0) this._$trigger(event, 'tap', { x: 0, y: 0 }, true, true)
    }, true)
  }

  /** What `event.detail` holds: WeChat's, where it differs from the DOM's. */
  _$getEventDetail(event) {
    return detailOf(event) || super._$getEventDetail(event)
  }

  setListenerStats(element, type, capture, level) {
    if (element && type === 'tap') makeTappable(element)
    super.setListenerStats(element, type, capture, level)
  }
}

const env = new MiniProgramEnv()
const space = env.createCodeSpace('qinji', true)
const backend = env.associateBackend(new Backend())
for (const [path, content] of Object.entries(settings)) space.addComponentStaticConfig(path, content)

// The stylesheets are built, not written into the page: no inline style needs to be allowed.
function useStyle(text) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}

/** Puts what all pages wear to use. */
export function useCommonStyle() {
  useStyle(common)
}

function scoped(path, text) {
  return settings[path].component ? text : `@scope (page[data-route="${path}"]) {\n${text}\n}`
}

let registering = ''
/** Registers what the module being loaded gives to Page() or Component(). */
function register(kind, definition) {
  space.componentEnv(registering, (made) => made[kind](definition))
}
globalThis.Page = (definition) => register('Page', definition)
globalThis.Component = (definition) => register('Component', definition)

let queue = Promise.resolve()
const loaded = new Map()

/** Loads a page or component with the components it uses: one module after another, since each
 * registers itself while it runs. */
export function load(path) {
  if (!loaded.has(path)) {
    const used = Object.values(settings[path]?.usingComponents || {})
    const parts = used.map((address) => load(absolute(address, path)))
    const look = import(`/made/${path}.js`)
    const own = Promise.all([look, ...parts]).then(([made]) => (queue = queue.catch(() => {}).then(async () => {
      space.addCompiledTemplate(path, { content: made.template, fallbackListenerOnNativeNode: true })
      registering = path
      await import(`/miniprogram/${path}.js`)
      if (made.style) useStyle(scoped(path, made.style))
    })))
    loaded.set(path, own.catch((error) => {
      loaded.delete(path)
      throw error
    }))
  }
  return loaded.get(path)
}

/** An address of the mini-program without its leading slash. */
export function absolute(address, from) {
  return new URL(address, `http://x/${from}`).pathname.slice(1)
}

/** Makes an instance; `put` shows it in a DOM element. */
export function create(tag, path) {
  const root = backend.createRoot(tag, space, path)
  return {
    caller: root.get(),
    put(parent) {
      const place = document.createElement('i')
      parent.append(place)
      root.attach(parent, place)
      parent.querySelector(tag).dataset.route = path
    },
    release: () => root.release(),
    lifetime: (name) => root.getComponent().triggerPageLifetime(name, []),
  }
}
