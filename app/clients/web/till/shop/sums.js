// Sums of a shop's day: who paid what, and how, by sales and by what came back. Pure.

import { WAYS } from "../rest.js";

const PARTS = ["count", "fund", "own", "aid", "wallet", "cash", "sum"];

/** The columns of a table of sums, by their names. */
export const COLUMNS = PARTS.slice(1);

/**
 * Sales, what came back, and what is left of both.
 *
 * @param {object[]} sums of a day (`shopDay`)
 * @param {{opter?: string, till?: string}} [only] of one cashier, of one till
 */
export function summedUp(sums, only = {}) {
  const mine = onlyOf(sums, only);
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
 * What came in over the counter and went out, by way of paying; last what nobody has said the way of.
 *
 * @param {object[]} ways of a day (`shopDay`)
 * @param {{opter?: string, till?: string}} [only] of one cashier, of one till
 * @returns {{way: string, took: number, gave: number, net: number}[]} in fen; those that there are
 */
export function waysOf(ways, only = {}) {
  const mine = onlyOf(ways, only);
  return [...WAYS, ""].map((way) => {
    const these = mine.filter((one) => one.way === way);
    const took = cashOf(these.filter((one) => one.sale));
    const gave = cashOf(these.filter((one) => !one.sale));
    return { way, took, gave, net: took + gave, there: these.length > 0 };
  }).filter(({ there }) => there).map(({ there: _, ...sums }) => sums);
}

/**
 * What notes and coins a shift, or a day, leaves in the drawer of each till.
 *
 * @returns {[string, number][]} the till and the sum in fen
 */
export function drawersOf(ways, only = {}) {
  const inCash = onlyOf(ways, only).filter((one) => one.way === "cash");
  const tills = [...new Set(inCash.map((one) => one.till))].sort();
  return tills.map((till) => [till, cashOf(inCash.filter((one) => one.till === till))]);
}

function onlyOf(rows, { opter = "", till = "" }) {
  return rows.filter((one) => (!opter || one.opter === opter) && (!till || one.till === till));
}

function cashOf(rows) {
  return rows.reduce((fen, row) => fen + row.cash, 0);
}

function added(rows) {
  return Object.fromEntries(PARTS.map((name) => [
    name, rows.reduce((sum, row) => sum + row[name], 0),
  ]));
}
