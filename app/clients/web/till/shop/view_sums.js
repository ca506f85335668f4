// Who paid what, and what of it came over the counter how, as tables.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { t } from "../words.js";
import { COLUMNS } from "./sums.js";
import { table } from "./view_table.js";
import { s } from "./words.js";

const NAMES = ["kind", "slips", ...COLUMNS];
const WAY_NAMES = ["way", "took", "gave", "sums_net"];

/** @param {{sales: object, back: object, net: object}} sums as `summedUp` gives them */
export function sumsTable({ sales, back, net }) {
  const row = (name, one) => [
    s(name), String(one.count), ...COLUMNS.map((column) => yuan(one[column])),
  ];
  const last = row("sums_net", net);
  last[1] = "";
  return table(NAMES, [row("sums_sale", sales), row("sums_back", back), last], NAMES.slice(1));
}

/** @param {{way: string, took: number, gave: number, net: number}[]} ways as `waysOf` gives them */
export function waysTable(ways) {
  const rows = ways.map(({ way, ...sums }) => [wayWord(way), ...inOut(sums)]);
  return table(WAY_NAMES, rows, WAY_NAMES.slice(1));
}

/** In, out and what is left of both, as texts. */
export function inOut({ took, gave, net }) {
  return [took, gave, net].map(yuan);
}

/** A way of paying, by its name. */
export function wayWord(way) {
  return way ? t(`way_${way}`) : s("not_noted");
}

/** A list to choose a way from; nothing is chosen where none was noted. */
export function wayChoice(way, ways, choose) {
  const options = ["", ...ways].map((one) => h("option", {
    value: one, selected: one === way, disabled: one === "", hidden: one === "" && way !== "",
  }, wayWord(one)));
  const select = h("select", { id: "slip-way" }, options);
  select.addEventListener("change", () => choose(select.value));
  return select;
}
