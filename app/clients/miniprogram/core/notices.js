/*
 * What of the inbox is unread, for the dots on the tabs. It is asked for after a tab has loaded, so
 * that it never stands in a page's way; who is on the page of a tab has seen what its dot was about.
 */
import { call } from './api.js'
import { hasSession } from './session.js'

const SOME_S = 10
/** @type {Answer.Tabs & { me: number }} */
let counts = { codes: 0, family: 0, aid: 0, me: 0 }
let asked = 0
/** @type {Promise<void> | null} */
let under = null

/** How many unread notices each tab has, as far as is known. */
export const unread = () => counts

/** What an answer of the inbox says of it. @param {Answer.Unread} told */
export function told({ unread: all, tabs }) {
  counts = { ...tabs, me: all }
}

/** Nothing is known any more: somebody else may log in. */
export function forget() {
  counts = { codes: 0, family: 0, aid: 0, me: 0 }
  asked = 0
  under = null
}

/** Who opens this tab has seen what its dot is about. @param {string} tab @returns {tab is 'family' | 'aid'} */
const seenThere = (tab) => (tab === 'family' || tab === 'aid') && (counts[tab] || 0) > 0

/**
 * Asks anew, unless it was asked a moment ago. A question that another page began is waited for:
 * whoever goes on to the next tab before the answer is there gets its dots, too.
 * @param {string} tab  the one that is open
 */
export async function lookAgain(tab) {
  if (!hasSession()) return // dots are no reason to log in: the page itself is
  if (under) {
    await under
    if (!seenThere(tab)) return
  } else if (Date.now() - asked < SOME_S * 1000 && !counts[/** @type {keyof typeof counts} */ (tab)]) return
  const mine = ask(tab)
  under = mine
  await mine
  if (under === mine) under = null
}

/** @param {string} tab */
async function ask(tab) {
  const mine = (asked = Date.now())
  /** @param {Answer.Unread} answer */
  const take = (answer) => {
    if (asked === mine) told(answer) // else somebody else may have logged in
  }
  try {
    take(await call('GET', '/notices?limit=1'))
    if (seenThere(tab)) take(await call('PATCH', '/notices', { all: true, tab }))
  } catch (error) {
    // Without the dots everything is there all the same.
  }
}
