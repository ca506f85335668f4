/*
 * The screen while a code is shown: kept on, as bright as it goes, and put back afterwards.
 */
/** @type {number | null} */
let before = null

/**
 * Lights the screen up.
 * @param {(bright: boolean) => void} told  whether the brightness could be raised (browsers can't)
 */
export function lightUp(told) {
  wx.setKeepScreenOn({ keepScreenOn: true, fail: () => {} })
  wx.getScreenBrightness({
    success: ({ value }) => {
      if (before === null) before = value
      wx.setScreenBrightness({ value: 1, success: () => told(true), fail: () => told(false) })
    },
    fail: () => told(false),
  })
}

/** Puts the screen back as it was. */
export function restore() {
  wx.setKeepScreenOn({ keepScreenOn: false, fail: () => {} })
  if (before !== null) wx.setScreenBrightness({ value: before, fail: () => {} })
  before = null
}
