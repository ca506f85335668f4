/*
 * The session: a token, kept in storage (in the browser: sessionStorage) and nowhere else.
 * Pages do not use this: `call` (core/api.js) does.
 */
import { hasConsented } from './consent.js'
import { ours, Refused } from './refused.js'

const KEY = 'token'
/** @type {Promise<string> | null} */
let running = null

/**
 * The token; logs in when there is none. Calls that come together share one login.
 * @param {(code: string) => Promise<{ token: string }>} login
 * @returns {Promise<string>}
 */
export function session(login) {
  const kept = wx.getStorageSync(KEY)
  if (kept) return Promise.resolve(kept)
  if (!running) {
    running = begin(login)
    const over = () => { running = null }
    running.then(over, over)
  }
  return running
}

/** Whether there is a token; it may have ended. @returns {boolean} */
export function hasSession() {
  return Boolean(wx.getStorageSync(KEY))
}

/** Forgets the token: the next call logs in anew. */
export function dropSession() {
  wx.removeStorageSync(KEY)
}

/** @param {(code: string) => Promise<{ token: string }>} login */
async function begin(login) {
  if (!hasConsented()) throw new Refused(ours('CONSENT_REQUIRED', 'consentNeeded', 'consentNeededNext'))
  const code = await new Promise((resolve, reject) => {
    wx.login({
      success: (found) => resolve(found.code),
      fail: () => reject(new Refused(ours('LOGIN_FAILED', 'loginFailed', 'loginFailedNext'))),
    })
  })
  const begun = await login(code)
  wx.setStorageSync(KEY, begun.token)
  return begun.token
}
