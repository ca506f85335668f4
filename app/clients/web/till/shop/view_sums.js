// Who paid what, as a table.

import { yuan } from "/common/money.js";

import { COLUMNS } from "./sums.js";
import { table } from "./view_table.js";
import { s } from "./words.js";

const NAMES = ["kind", "slips", ...COLUMNS];

/** @param {{sales: object, back: object, net: object}} sums as `summedUp` gives them */
export function sumsTable({ sales, back, net }) {
  const row = (name, one) => [
    s(name), String(one.count), ...COLUMNS.map((column) => yuan(one[column])),
  ];
  const last = row("sums_net", net);
  last[1] = "";
  return table(NAMES, [row("sums_sale", sales), row("sums_back", back), last], NAMES.slice(1));
}
