// wx's files: kept in memory until they are shared, which here is saving them.
const FOLDER = 'wxfile://usr'
const files = new Map()

export const env = { USER_DATA_PATH: FOLDER }

const manager = {
  writeFile({ filePath, data, success, fail, complete }) {
    const known = filePath.startsWith(`${FOLDER}/`)
    if (known) files.set(filePath, data)
    const result = { errMsg: known ? 'writeFile:ok' : 'writeFile:fail permission denied' }
    ;(known ? success : fail)?.(result)
    complete?.(result)
  },
}

export const getFileSystemManager = () => manager

/** Saves a file that was written before. */
export function shareFileMessage({ filePath, fileName }) {
  if (!files.has(filePath)) throw new Error('shareFileMessage:fail no such file')
  const url = URL.createObjectURL(new Blob([files.get(filePath)]))
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName || 'file' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10000)
}
