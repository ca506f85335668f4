// Plays app/clients/miniprogram in the browser: the source as it lies, only its templates compiled before.
import { drawBar } from './demo.js'
import { useCommonStyle } from './engine.js'
import { on } from './device.js'
import './navigator.js'
import { callers, start } from './pages.js'
import './share.js'
import { dressPlayer } from './storage.js'
import { wx } from './wx.js'

let mini = {}
Object.assign(globalThis, {
  wx,
  App: (definition) => {
    mini = definition
  },
  getApp: () => mini,
  getCurrentPages: callers,
})

dressPlayer()
useCommonStyle()
await import('/miniprogram/app.js')
mini.onLaunch?.({ path: '', query: {} })
mini.onShow?.({})
on('show')(() => mini.onShow?.({}))
on('hide')(() => mini.onHide?.())
drawBar()
await start()
