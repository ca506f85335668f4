// The price list of an institution, on this machine: nothing personal.

const PREFIX = "qinji.shelf.";

export function keepShelf(code, items) {
  localStorage.setItem(PREFIX + code, JSON.stringify(items));
}

/** @returns {import("./shelf.js").Item[]} */
export function keptShelf(code) {
  return JSON.parse(localStorage.getItem(PREFIX + code) ?? "[]");
}
