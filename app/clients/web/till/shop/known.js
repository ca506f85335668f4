// Which of the centre's settlements a till of this shop knows. Pure.
//
// What this till's own journal has stands for itself, so that its figures are compared. What another
// till of the shop has sent is that till's: it says who it is, or it has signed in. What was made
// and undone again concerns nobody any more. The rest is known to no till.

import { toldRow } from "./rows.js";

const REVERSAL = "2601";

/**
 * The rows of the day that the shop knows, ready to be compared.
 *
 * @param {import("./day.js").ShopDay} shop
 * @param {import("../journal.js").Journal} journal this till's own
 * @param {string} day `yyyy-MM-dd`
 */
export function knownRows(shop, journal, day) {
  const own = ownRows(journal, day);
  const theirs = new Set(shop.rows.map((row) => row.setl_id));
  const alone = [...own.values()].filter((row) => !theirs.has(row.setlId));
  const known = shop.rows
    .filter((row) => own.has(row.setl_id) || isKnown(row, journal))
    .map((row) => own.get(row.setl_id) ?? toldRow(row, row.psn_no));
  return [...known, ...alone];
}

function isKnown(row, journal) {
  if (row.infno === REVERSAL || row.undo_infno === REVERSAL) return true;
  if (journal.find(row.medins_setl_id)) return false;
  const ofThisTill = row.dev_no !== "" && row.dev_no === journal.till.devNo;
  return !ofThisTill && Boolean(row.sign_no || row.dev_no);
}

/** What this till was told on the day, by setl_id. */
function ownRows(journal, day) {
  const found = new Map();
  for (const entry of journal.entries()) {
    if (!entry.answer?.ok || entry.undone === REVERSAL) continue;
    for (const row of entry.answer.rows) {
      if (row.setl_time.slice(0, 10) === day) {
        found.set(row.setl_id, toldRow(row, journal.psnNo(entry)));
      }
    }
  }
  return found;
}
