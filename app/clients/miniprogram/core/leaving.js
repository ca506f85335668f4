/*
 * Whoever logs out, withdraws or closes the account leaves nothing of the person on the phone.
 */
import { forgetHelper } from './helper.js'
import { forget } from './notices.js'
import { dropSession } from './session.js'

/** The log-in and all that is the person's; the look stays, which is the phone's. */
export function forgetAll() {
  dropSession()
  forget()
  forgetHelper()
}
