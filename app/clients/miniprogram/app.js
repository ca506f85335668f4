import { applyTheme, watchTheme } from './core/theme.js'

App({
  globalData: {
    /** The relative whose code the code page shows when it opens next; '' leaves it as it was. */
    holder: '',
  },
  onLaunch() {
    watchTheme()
    applyTheme()
  },
})
