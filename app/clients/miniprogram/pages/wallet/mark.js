/*
 * The phone's own name for a transfer: sent again under it, it is the same transfer.
 */

/** A new one, which no other phone of the same person makes at the same moment. @returns {string} */
export function newMark() {
  const random = () => Math.floor(Math.random() * 0x100000000).toString(16).padStart(8, '0')
  return `${Date.now().toString(16)}-${random()}${random()}`
}
