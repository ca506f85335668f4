/*
 * How a page talks to the server.
 *
 *   import { call } from '../../core/api.js'
 *   const family = await call('GET', '/family')                 // the answer's `data`
 *   await call('POST', '/aid', { psn_name: name, ... })         // a body
 *   await call('GET', '/aid/records?limit=20')                  // a query: write it yourself
 *
 * Logs in silently when there is no session, and once more when the server says 401. Throws
 * `Refused` (core/refused.js) for everything else; its `view` is a plain object for setData:
 *   { reason, message, next_step, retryable, offline, status, request_id }
 * `message` and `next_step` are the server's own sentences in the language chosen: show both, always.
 * In a page use `attempt` (core/page.js), which puts the refusal on the page, or, for a button's
 * action, `tell(error)` (core/page.js), which shows it in a dialog.
 */
import { API } from '../config.js'
import { language } from './i18n.js'
import { device } from './logins.js'
import { ours, Refused } from './refused.js'
import { dropSession, session } from './session.js'

/**
 * One call of the phones' door.
 *
 * @param {'GET' | 'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} path  below /api/v1, with its query
 * @param {object} [data]  the body
 * @param {{ onTask?: (task: WechatMiniprogram.RequestTask) => void }} [options]  `onTask` gets the
 *   request's task, so that a page may abort a long poll
 * @returns {Promise<any>}  the answer's `data`
 */
export async function call(method, path, data, options) {
  const first = await send(method, path, data, await session(login), options)
  if (first.statusCode !== 401) return unpack(first)
  dropSession()
  return unpack(await send(method, path, data, await session(login), options))
}

/**
 * An answer that is no JSON, such as a table.
 * @param {string} path @param {string} accept  its type
 * @returns {Promise<string>}
 */
export async function fetchText(path, accept) {
  const options = { accept }
  let answer = await send('GET', path, undefined, await session(login), options)
  if (answer.statusCode === 401) {
    dropSession()
    answer = await send('GET', path, undefined, await session(login), options)
  }
  return answer.statusCode === 200 ? answer.data : unpack({ ...answer, data: JSON.parse(answer.data) })
}

/**
 * What a thrown error says to a person.
 * @param {any} error
 * @returns {RefusalView}
 */
export function refusalOf(error) {
  if (error instanceof Refused) return error.view
  return ours('APP_FAULT', 'appFault', 'appFaultNext')
}

/** @param {string} code  of wx.login */
async function login(code) {
  return unpack(await send('POST', '/login', { code, device: device() }, ''))
}

/**
 * @param {string} method @param {string} path @param {object | undefined} data @param {string} token
 * @param {{ onTask?: (task: WechatMiniprogram.RequestTask) => void, accept?: string }} [options]
 * @returns {Promise<WechatMiniprogram.RequestSuccessCallbackResult<any>>}
 */
function send(method, path, data, token, options) {
  return new Promise((resolve, reject) => {
    /** @type {Record<string, string>} */
    const header = { 'Accept-Language': language() === 'en' ? 'en' : 'zh-CN' }
    if (token) header.Authorization = 'Bearer ' + token
    if (data) header['Content-Type'] = 'application/json'
    if (options && options.accept) header.Accept = options.accept
    const task = wx.request({
      url: API + path,
      // WeChat's typings leave PATCH out; its clients send it.
      method: /** @type {any} */ (method),
      data: data && JSON.stringify(data),
      header,
      dataType: options && options.accept ? 'text' : 'json',
      timeout: 40000,
      success: resolve,
      fail: () => reject(new Refused(offline())),
    })
    if (options && options.onTask) options.onTask(task)
  })
}

/** @param {WechatMiniprogram.RequestSuccessCallbackResult<any>} answer */
function unpack(answer) {
  const body = answer.data
  if (body && body.code === 0) return body.data
  if (!body || !body.message) throw new Refused(offline())
  throw new Refused({
    reason: body.reason,
    message: body.message,
    next_step: body.next_step || '',
    retryable: Boolean(body.retryable),
    offline: false,
    status: answer.statusCode,
    request_id: body.request_id || '',
  })
}

const offline = () => ours('OFFLINE', 'offline', 'offlineNext')
