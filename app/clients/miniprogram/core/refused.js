import { word } from './i18n.js'

/** A call that was refused, or that reached nobody. */
export class Refused extends Error {
  /** @param {RefusalView} view */
  constructor(view) {
    super(view.message)
    this.view = view
  }
}

/**
 * A refusal that the phone itself finds. The server's have sentences of their own.
 * @param {string} reason @param {string} message @param {string} next  keys of core/texts.js
 * @returns {RefusalView}
 */
export function ours(reason, message, next) {
  return { reason, message: word(message), next_step: word(next), retryable: true,
    offline: reason === 'OFFLINE', status: 0, request_id: '' }
}
