// The pharmacy's price list, and what a cashier types to find something on it. Pure.

import { isAmount } from "/common/money.js";
import { plain, plainNumber } from "/common/typed.js";

import { gtin } from "./box.js";

const COLUMNS = ["short", "med_list_codg", "name", "pric"];
const MAY = "barcode";
const FOUND_MAX = 8;
const WORD = /^(?<what>[^@]+?)(?:\s*[x*×](?<cnt>\d+(?:\.\d+)?))?(?:\s*@(?<pric>\d+(?:\.\d+)?))?$/i;
const NATIONAL_CODE = /^[A-Z0-9]{10,30}$/;

/**
 * @typedef {{short: string, med_list_codg: string, name: string, pric: string,
 *   barcodes: string[]}} Item
 */

/**
 * Reads a price list: UTF-8 CSV with the header `short,med_list_codg,name,pric`, prices in yuan, and
 * perhaps `barcode`: those of its packages, blanks between them.
 *
 * @returns {{items: Item[], wrongLines: number[]}} lines that can't be used are left out and named
 */
export function readShelf(csv) {
  const [header, ...lines] = csv.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = cells(header);
  const places = COLUMNS.map((name) => names.indexOf(name));
  if (places.includes(-1)) return { items: [], wrongLines: [1] };
  const items = [];
  const wrongLines = [];
  lines.forEach((line, at) => {
    if (!line.trim()) return;
    const row = cells(line);
    const values = places.map((place) => (row[place] ?? "").trim());
    const item = Object.fromEntries(COLUMNS.map((name, index) => [name, values[index]]));
    item.med_list_codg = plain(item.med_list_codg).toUpperCase();
    item.barcodes = plain(row[names.indexOf(MAY)] ?? "").split(/[\s;]+/).filter(Boolean).map(gtin);
    const usable = NATIONAL_CODE.test(item.med_list_codg) && item.name && isAmount(item.pric, 6);
    if (usable) items.push(item);
    else wrongLines.push(at + 2);
  });
  return { items, wrongLines };
}

/**
 * What a typed text asks for: `toubao`, `头孢 x2`, `XQ99…@12.50`.
 *
 * @returns {{found: Item[], cnt: string}} the best first
 */
export function look(items, typed) {
  const { what = "", cnt = "1", pric } = WORD.exec(plainNumber(typed))?.groups ?? {};
  const wanted = what.trim().toLowerCase();
  if (!wanted) return { found: [], cnt: "1" };
  const found = items
    .map((item) => [rank(item, wanted), item])
    .filter(([place]) => place > 0)
    .sort(([one], [other]) => one - other)
    .slice(0, FOUND_MAX)
    .map(([, item]) => (pric ? { ...item, pric } : item));
  if (found.length === 0 && pric && NATIONAL_CODE.test(wanted.toUpperCase())) {
    const code = wanted.toUpperCase();
    found.push({ short: "", med_list_codg: code, name: code, pric });
  }
  return { found, cnt: isAmount(cnt, 4) ? cnt : "1" };
}

/** How well an item fits; one letter is the beginning of a name, not any letter inside. */
function rank(item, wanted) {
  const [short, name] = [plain(item.short).toLowerCase(), plain(item.name).toLowerCase()];
  const code = item.med_list_codg.toLowerCase();
  if (short === wanted || code === wanted) return 1;
  if (short.startsWith(wanted)) return 2;
  if (name.startsWith(wanted)) return 3;
  if (/^[a-z0-9]$/.test(wanted)) return 0;
  if (name.includes(wanted) || short.includes(wanted)) return 4;
  return code.includes(wanted) ? 5 : 0;
}

function cells(line) {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return found.map(([, quoted, bare]) => (quoted === undefined ? bare : quoted.replace(/""/g, '"')));
}
