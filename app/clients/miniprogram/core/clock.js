/*
 * The server's clock on a phone whose own may be wrong: kept as a difference, taken from `server_time`
 * of an answer. Half of the time that the answer was on its way is given to it.
 */

/**
 * How far the server's clock is ahead of the phone's, in milliseconds.
 * @param {string} serverTime  ISO 8601 @param {number} asked  Date.now() when the call went out
 * @returns {number}
 */
export function offsetOf(serverTime, asked) {
  const now = Date.now()
  return Date.parse(serverTime) + (now - asked) / 2 - now
}

/** What the server's clock shows now, in milliseconds. @param {number} offset */
export function serverNow(offset) {
  return Date.now() + offset
}
