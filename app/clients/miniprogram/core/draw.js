/*
 * Draws a code's modules on a canvas: '1' is dark. Always black on white, also in dark mode, each
 * module a whole number of the screen's own pixels, with the quiet zones that scanners need.
 */
const QR_QUIET = 4
const BAR_QUIET = 10

/**
 * A canvas of the page, sized to its place and white.
 * @param {AnyPage} page @param {string} selector
 * @returns {Promise<{ canvas: any, context: any, width: number, height: number } | null>}
 *   null when it is not on the page; sizes in the screen's own pixels
 */
export function canvasOf(page, selector) {
  return new Promise((resolve) => {
    wx.createSelectorQuery().in(page).select(selector).fields({ node: true, size: true }).exec(([found]) => {
      if (!found || !found.node) return resolve(null)
      const ratio = wx.getWindowInfo().pixelRatio
      const canvas = found.node
      canvas.width = Math.round(found.width * ratio)
      canvas.height = Math.round(found.height * ratio)
      const context = canvas.getContext('2d')
      context.fillStyle = '#ffffff'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.fillStyle = '#000000'
      resolve({ canvas, context, width: canvas.width, height: canvas.height })
    })
  })
}

/**
 * The QR in the middle of its canvas.
 * @param {AnyPage} page @param {string} selector @param {string[]} rows
 */
export async function drawQr(page, selector, rows) {
  const place = await canvasOf(page, selector)
  if (!place) return
  const { context, width, height } = place
  const size = Math.max(1, Math.floor(Math.min(width, height) / (rows.length + 2 * QR_QUIET)))
  const left = Math.floor((width - size * rows.length) / 2)
  const top = Math.floor((height - size * rows.length) / 2)
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] === '1') context.fillRect(left + x * size, top + y * size, size, size)
    }
  })
}

/**
 * Code 128 bars over the whole height of their canvas; `turned`: over its width, from top to bottom.
 * @param {AnyPage} page @param {string} selector @param {string} bars @param {boolean} [turned]
 */
export async function drawBars(page, selector, bars, turned) {
  const place = await canvasOf(page, selector)
  if (!place) return
  const { context, width, height } = place
  const along = turned ? height : width
  const size = Math.max(1, Math.floor(along / (bars.length + 2 * BAR_QUIET)))
  const start = Math.floor((along - size * bars.length) / 2)
  for (let at = 0; at < bars.length; at += 1) {
    if (bars[at] !== '1') continue
    if (turned) context.fillRect(0, start + at * size, width, size)
    else context.fillRect(start + at * size, 0, size, height)
  }
}
