// Sums of a shop's day: who paid what, by sales and by what came back. Pure.

import { fenOf } from "/common/money.js";

const PARTS = ["count", "fund", "own", "aid", "wallet", "cash", "sum"];

/** The columns of a table of sums, by their names. */
export const COLUMNS = PARTS.slice(1);

/**
 * Sales, what came back, and what is left of both.
 *
 * @param {object[]} sums of a day (`shopDay`)
 * @param {{opter?: string, till?: string}} [only] of one cashier, of one till
 */
export function summedUp(sums, { opter = "", till = "" } = {}) {
  const mine = sums.filter((one) => (!opter || one.opter === opter) && (!till || one.till === till));
  const sales = added(mine.filter((one) => one.sale));
  const back = added(mine.filter((one) => !one.sale));
  return { sales, back, net: added([sales, back]) };
}

/** The cashiers of a day, each once: number and name. */
export function cashiersOf(sums) {
  const found = new Map(sums.map((one) => [one.opter, one.opterName]));
  return [...found].filter(([opter]) => opter).sort();
}

/** The tills of a day that have said who they are. */
export function tillsOf(sums) {
  return [...new Set(sums.map((one) => one.till).filter(Boolean))].sort();
}

/**
 * By what ways customers paid their own part at this till, as it was noted when they paid.
 *
 * @param {import("../journal.js").Entry[]} entries this till's own journal
 * @returns {Array<[string, number]>} the way and its sum in fen
 */
export function waysOf(entries, day, opter) {
  const found = new Map();
  for (const entry of entries) {
    const mine = entry.at.startsWith(day) && (!opter || !entry.opter || entry.opter === opter);
    if (!mine || !entry.rest?.way || !entry.answer?.ok || entry.undone) continue;
    const { way } = entry.rest;
    found.set(way, (found.get(way) ?? 0) + cashOf(entry));
  }
  return [...found];
}

function cashOf({ answer }) {
  return answer.rows.reduce((fen, row) => fen + fenOf(row.psn_cash_pay), 0);
}

function added(rows) {
  return Object.fromEntries(PARTS.map((name) => [
    name, rows.reduce((sum, row) => sum + row[name], 0),
  ]));
}
