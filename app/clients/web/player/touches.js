// Fingers as WeChat tells them; a mouse that is pressed is a finger.

const KINDS = { mousedown: 'touchstart', mousemove: 'touchmove', mouseup: 'touchend' }

/** `touches` and `changedTouches` of an event; on a canvas they are measured from its corner. */
export function touchesOf(event) {
  if (!event) return null
  if (event.changedTouches) {
    return { touches: [...event.touches].map((one) => told(one, event.target)),
      changedTouches: [...event.changedTouches].map((one) => told(one, event.target)) }
  }
  if (!(event.type in KINDS)) return null
  const own = [told({ identifier: 0, clientX: event.clientX, clientY: event.clientY }, event.target)]
  return { touches: event.type === 'mouseup' ? [] : own, changedTouches: own }
}

function told({ identifier, clientX, clientY }, target) {
  const box = target.tagName === 'CANVAS' ? target.getBoundingClientRect() : { left: 0, top: 0 }
  return { identifier, clientX, clientY, pageX: clientX, pageY: clientY,
    x: clientX - box.left, y: clientY - box.top }
}

/** Calls `trigger(event, type)` for what a pressed mouse does. */
export function mouseAsFinger(trigger) {
  for (const [kind, type] of Object.entries(KINDS)) {
    document.addEventListener(kind, (event) => {
      const pressed = kind === 'mousemove' ? event.buttons & 1 : event.button === 0
      if (pressed) trigger(event, type)
    }, true)
  }
}
