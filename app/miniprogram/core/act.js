/*
 * A button's action, done once however often it is tapped:
 *   freeze(event) {
 *     return act(this, 'freeze' + id, async () => { await call('POST', …); … })
 *   }
 * While it runs `data.acting` holds its name (for `loading`); other actions of the page wait too.
 * A refusal is told in a dialog, and everything that was filled in stays.
 */
import { tell } from './page.js'

/** @type {WeakSet<object>} A page's data would know too late of a second tap. */
const running = new WeakSet()

/**
 * @param {AnyPage} page @param {string} name @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>}  whether it was done
 */
export async function act(page, name, work) {
  if (running.has(page)) return false
  running.add(page)
  page.setData({ acting: name })
  try {
    await work()
    return true
  } catch (error) {
    await tell(error)
    return false
  } finally {
    running.delete(page)
    page.setData({ acting: '' })
  }
}
