// Residents' premiums: how many stand where by region, what waits for too long, which days come.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { count, dayAndTime } from "./format.js";
import { facts, state, table } from "./parts.js";
import { t } from "./words.js";

const ORDER = ["planned", "reserved", "submitted", "paid", "booked", "refund_asked", "released", "refunded"];

export function premiumsView() {
  const element = h("section", { class: "card", id: "premiums", hidden: true });
  let shown = "";
  return { element, draw };

  function draw({ premiums }) {
    element.hidden = !premiums || !(premiums.standing.length || premiums.days.length);
    if (element.hidden) return;
    // Only what has changed is made anew: whoever reads or selects here isn't disturbed.
    const next = JSON.stringify(premiums);
    if (next === shown) return;
    shown = next;
    const { standing, late, late_count, days } = premiums;
    fill(element, h("h2", {}, t("premiums")), h("div", { class: "stack" },
      facts([
        [t("premiums_late"), late_count ? state("warn", count(late_count)) : state("well", t("none"))],
        ...days.map((one) => [one.day, `${one.what} (${one.year}): `, name(one.places.join(t("list_comma")))]),
      ]),
      standing.length > 0 && standingTable(standing),
      late.length > 0 && lateTable(late)));
  }
}

/** A row a region, a column a state that there is. */
function standingTable(rows) {
  const states = ORDER.filter((which) => rows.some((one) => one.state === which));
  const heads = states.map((which) => ({ name: rows.find((one) => one.state === which).what, number: true }));
  const regions = [...new Map(rows.map((one) => [one.pool, one.region])).entries()];
  const cells = regions.map(([pool, region]) => {
    const mine = rows.filter((one) => one.pool === pool);
    return [name(region), ...states.map((which) => cell(mine.find((one) => one.state === which)))];
  });
  return [
    h("p", { class: "soft small" }, t("premiums_note")),
    table(t("premiums"), [{ name: t("region") }, ...heads], cells),
  ];
}

function cell(one) {
  if (!one) return "";
  return [
    count(one.count),
    one.short > 0 && [" ", state("warn", t("premiums_short", { count: count(one.short) }))],
    h("span", { class: "soft small" }, ` ¥${yuan(one.fen)}`),
  ];
}

function lateTable(rows) {
  const heads = ["premium", "region", "what", "when"].map((head) => ({ name: t(head) }));
  return table(t("premiums_late"), heads, rows.map((one) => [
    h("span", { class: "code" }, one.id), name(one.region), one.what, dayAndTime(one.since),
  ]));
}

/** Names of places stay Chinese. */
const name = (text) => h("span", { lang: "zh" }, text);
