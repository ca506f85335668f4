/*
 * A table or a slip of the server as a file of its own: on a phone it is offered to a chat, in the
 * browser saved.
 */
import { fetchText } from './api.js'

/** @param {string} path  of a call that knows text/csv @param {string} name  without its ending */
export const exportTable = (path, name) => exportFile(path, 'text/csv', `${name}.csv`)

/** @param {string} path  of a call that knows application/pdf @param {string} name  without its ending */
export const exportSlip = (path, name) => exportFile(path, 'application/pdf', `${name}.pdf`)

/** @param {string} path @param {string} accept @param {string} fileName */
async function exportFile(path, accept, fileName) {
  const text = await fetchText(path, accept)
  const filePath = `${wx.env.USER_DATA_PATH}/${fileName}`
  await new Promise((resolve, reject) => {
    wx.getFileSystemManager().writeFile({ filePath, data: text, encoding: 'utf8', success: resolve, fail: reject })
  })
  return new Promise((resolve) => {
    wx.shareFileMessage({ filePath, fileName, success: () => resolve(true), fail: () => resolve(false) })
  })
}
