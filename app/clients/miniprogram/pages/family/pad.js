/*
 * A pad to sign on with a finger.
 *   const pad = await openPad('#pad', '#172122')
 *   pad.move(x, y, begins)   pad.picture()   pad.clear()
 */

/**
 * @param {AnyPage} page @param {string} selector @param {string} colour
 * @returns {Promise<Pad>}
 */
export function openPad(page, selector, colour) {
  return new Promise((resolve) => {
    const query = wx.createSelectorQuery().in(page)
    query.select(selector).fields({ node: true, size: true }).exec(([found]) => {
      const { node, width, height } = found
      node.width = width
      node.height = height
      resolve(padOn(node, colour))
    })
  })
}

/** @param {any} node @param {string} colour @returns {Pad} */
function padOn(node, colour) {
  const pen = node.getContext('2d')
  Object.assign(pen, { lineWidth: 3, lineCap: 'round', lineJoin: 'round', strokeStyle: colour })
  let strokes = 0
  return {
    move(x, y, begins) {
      if (begins) {
        pen.beginPath()
        pen.moveTo(x, y)
        return
      }
      pen.lineTo(x, y)
      pen.stroke()
      strokes += 1
    },
    picture: () => (strokes ? node.toDataURL('image/png') : ''),
    clear() {
      pen.clearRect(0, 0, node.width, node.height)
      strokes = 0
    },
  }
}
