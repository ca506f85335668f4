// wx.scanCode: the camera, where the browser can read codes itself.
import { element, sheet, word } from './sheets.js'

const LOOK_EVERY_MS = 150
const FORMATS = { qrCode: ['qr_code'], barCode: ['code_128', 'ean_13'], datamatrix: ['data_matrix'] }

/** Shows what the camera sees until a code is seen or the sheet is put away. */
export async function scanCode({ scanType = Object.keys(FORMATS) }) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  const video = element('video', { className: 'camera', autoplay: true, playsInline: true, muted: true, srcObject: stream })
  const asked = sheet(word('scan'), video, [{ text: word('cancel'), value: () => null }])
  const read = seen(video, scanType.flatMap((type) => FORMATS[type] ?? []))
  try {
    const result = await Promise.race([asked, read])
    if (result === null) throw new Error('scanCode:fail cancel')
    return { result }
  } finally {
    video.closest('dialog')?.finish(null)
    for (const track of stream.getTracks()) track.stop()
  }
}

/** The first code that is seen; never, once the sheet is gone. */
async function seen(video, formats) {
  const detector = new BarcodeDetector({ formats })
  for (;;) {
    const [found] = video.readyState >= 2 ? await detector.detect(video) : []
    if (found) return found.rawValue
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    if (!video.isConnected) return new Promise(() => {})
  }
}
