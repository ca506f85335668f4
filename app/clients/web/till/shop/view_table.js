// A table of the shop's books.

import { h } from "/common/dom.js";

import { s } from "./words.js";

/**
 * @param {string[]} names of the columns, as the texts have them; an empty one has no head
 * @param {Array[]} rows cells
 * @param {string[]} right columns of figures
 */
export function table(names, rows, right = []) {
  const kind = (name) => (right.includes(name) ? "number" : "");
  const heads = names.map((name) =>
    name ? h("th", { scope: "col", class: kind(name) }, s(name)) : h("td", {}),
  );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, rows.map((cells) =>
      h("tr", {}, cells.map((cell, at) => h("td", { class: kind(names[at]) }, cell))),
    )),
  );
}
