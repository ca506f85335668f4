// The price list of an institution, on this machine: nothing personal.

const PREFIX = "qinji.shelf.";
const BOXES = "qinji.boxes.";

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
