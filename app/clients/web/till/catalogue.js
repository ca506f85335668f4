// What insurance says of the items on the price list: what is new since this machine asked last.

import { wireDay, wireTime } from "./times.js";

const EVER = "2000-01-01 00:00:00";
const PAGE = 500;
const FEW = 200;

/**
 * Asks 1312 and 1318 for what has changed; of a short list the first time item by item.
 *
 * @param {import("./centre.js").Centre} centre
 * @param {import("./shelf.js").Item[]} shelf
 * @param {{since?: string, items?: Object<string, object>}} held what was asked for before
 * @returns {Promise<{held?: object, changed?: number, refusal?: object}>}
 * @throws {import("./centre.js").Lost}
 */
export async function refreshed(centre, shelf, held) {
  const now = new Date();
  const wanted = new Set(shelf.map((item) => item.med_list_codg));
  const asked = { updt_time: held.since ?? EVER, query_date: wireDay(now) };
  const codes = !held.since && wanted.size <= FEW ? [...wanted] : [""];
  const told = {};
  for (const [infno, note] of [["1312", noteItem], ["1318", noteLimit]]) {
    for (const code of codes) {
      const { rows, refusal } = await allRows(centre, infno, { ...asked, hilist_code: code });
      if (refusal) return { refusal };
      for (const row of rows) if (wanted.has(row.hilist_code)) note(told, row);
    }
  }
  const items = held.items ?? {};
  const changed = Object.keys(told).filter(
    (code) => JSON.stringify(items[code]) !== JSON.stringify(told[code]),
  );
  const kept = Object.fromEntries(Object.entries(items).filter(([code]) => wanted.has(code)));
  return { held: { since: wireTime(now), items: { ...kept, ...told } }, changed: changed.length };
}

/** The items as insurance calls them: behind its name may stand the shop's own words. */
export function withCatalogue(shelf, held) {
  return shelf.map((item) => {
    const said = held.items?.[item.med_list_codg];
    if (!said) return item;
    const name = item.name.startsWith(said.name) ? item.name : said.name;
    return { ...item, name, limit: said.limit ?? "" };
  });
}

/** Whether an item costs more than insurance counts of it. */
export function overLimit(item) {
  return Boolean(item.limit) && Number(item.pric) > Number(item.limit);
}

function noteItem(told, row) {
  told[row.hilist_code] = { name: String(row.hilist_name), lv: String(row.chrgitm_lv) };
}

function noteLimit(told, row) {
  told[row.hilist_code] = {
    ...told[row.hilist_code], limit: String(Number(row.hilist_pric_uplmt_amt)),
  };
}

async function allRows(centre, infno, asked) {
  const rows = [];
  for (let page = 1; ; page += 1) {
    const data = { ...asked, page_num: page, page_size: PAGE };
    const answer = await centre.ask(infno, { data });
    if (!answer.ok) return { rows, refusal: answer.refusal };
    const some = Array.isArray(answer.output) ? answer.output : [];
    rows.push(...some);
    if (some.length < PAGE) return { rows };
  }
}
