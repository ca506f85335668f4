// The price list of an institution, on this machine: nothing personal.

const PREFIX = "qinji.shelf.";
const BOXES = "qinji.boxes.";
const CATALOGUE = "qinji.catalogue.";

export function keepShelf(code, items) {
  localStorage.setItem(PREFIX + code, JSON.stringify(items));
}

/** @returns {import("./shelf.js").Item[]} */
export function keptShelf(code) {
  return JSON.parse(localStorage.getItem(PREFIX + code) ?? "[]");
}

/** What boxes of a product are, as it was learned from sales here: item's code by product. */
export function keptBoxes(code) {
  return JSON.parse(localStorage.getItem(BOXES + code) ?? "{}");
}

export function keepBoxes(code, learned) {
  localStorage.setItem(BOXES + code, JSON.stringify({ ...keptBoxes(code), ...learned }));
}

/** What insurance says of the items, and since when it was not asked again. */
export function keepCatalogue(code, held) {
  localStorage.setItem(CATALOGUE + code, JSON.stringify(held));
}

/** @returns {{since?: string, items?: Object<string, {name: string, lv: string, limit?: string}>}} */
export function keptCatalogue(code) {
  return JSON.parse(localStorage.getItem(CATALOGUE + code) ?? "{}");
}
