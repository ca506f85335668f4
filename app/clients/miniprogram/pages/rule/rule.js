/*
 * A rule where the server shows it to everybody (/regions), with its documents, what it said before and
 * what other places say. WeChat fills the whole page with it.
 */
import { API } from '../../config.js'
import { blank, dress } from '../../core/page.js'
import { isElder } from '../../core/theme.js'
import texts from './texts.js'

Page({
  data: { ...blank, src: '' },
  /** @param {{ page?: string }} query  its address on the server */
  onLoad(query) {
    const page = decodeURIComponent(query.page || '')
    // Whatever else a link may say, only the regions' pages of our own server are shown here.
    const ours = /^\/regions\/\d{2,6}\?[\w.=&-]*#[\w.-]+$/.test(page)
    const read = isElder() ? page.replace('#', '&large=1#') : page
    this.setData({ src: ours ? API.replace('/api/v1', '') + read : '' })
  },
  onShow() {
    dress(this, texts)
  },
})
