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

/** @type {WeakMap<object, Record<string, object>>} */
const newest = new WeakMap()

/**
 * A search. It changes nothing, so it waits for no action and no other search; of one name the newest
 * counts. While it runs `data.seeking` holds its name.
 *
 * @template T
 * @param {AnyPage} page @param {string} name @param {() => Promise<T>} look @param {(found: T) => void} show
 */
export async function seek(page, name, look, show) {
  const searches = newest.get(page) ?? {}
  newest.set(page, searches)
  const mine = {}
  searches[name] = mine
  page.setData({ seeking: name })
  try {
    const found = await look()
    if (searches[name] === mine) show(found)
  } catch (error) {
    if (searches[name] === mine) await tell(error)
  } finally {
    if (searches[name] === mine && page.data.seeking === name) page.setData({ seeking: '' })
  }
}
