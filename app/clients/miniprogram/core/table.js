/*
 * A table of the server as a file of its own: on a phone it is offered to a chat, in the browser
 * saved.
 */
import { fetchText } from './api.js'

/** @param {string} path  of a call that knows text/csv @param {string} name  without its ending */
export async function exportTable(path, name) {
  const text = await fetchText(path, 'text/csv')
  const filePath = `${wx.env.USER_DATA_PATH}/${name}.csv`
  await new Promise((resolve, reject) => {
    wx.getFileSystemManager().writeFile({ filePath, data: text, encoding: 'utf8', success: resolve, fail: reject })
  })
  return new Promise((resolve) => {
    wx.shareFileMessage({ filePath, fileName: `${name}.csv`, success: () => resolve(true), fail: () => resolve(false) })
  })
}
