// wx.request over fetch.

/** Starts a request; gives WeChat's task. The callbacks are its own: an answer with any status is a
 * success, `fail` means that nobody answered. */
export function request(options) {
  const { url, method = 'GET', data, header = {}, timeout = 60000, dataType = 'json' } = options
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort('timeout'), timeout)
  fetch(url, {
    method, headers: header, signal: controller.signal,
    body: method === 'GET' || data === undefined ? undefined
      : typeof data === 'string' ? data : JSON.stringify(data),
    cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
  }).then(async (answer) => [answer, await answer.text()]).then(([answer, text]) => {
    clearTimeout(timer)
    settle(options, 'success', {
      data: dataType === 'json' ? parsed(text) : text,
      statusCode: answer.status,
      header: Object.fromEntries(answer.headers),
      errMsg: 'request:ok',
    })
  }, (error) => {
    clearTimeout(timer)
    const why = controller.signal.reason === 'timeout' ? 'timeout' : error.message
    settle(options, 'fail', { errMsg: `request:fail ${why}`, errno: 600000 })
  })
  return { abort: () => controller.abort('abort'), onHeadersReceived() {}, offHeadersReceived() {} }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Calls back what was asked for: `success` or `fail`, then `complete`. */
export function settle(options, name, result) {
  options[name]?.(result)
  options.complete?.(result)
}
