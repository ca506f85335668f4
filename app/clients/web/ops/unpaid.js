// Mutual aid that was asked and left something in cash: why, in which region, how many, how much.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { count } from "./format.js";
import { code, state, table } from "./parts.js";
import { t } from "./words.js";

export function unpaidView(shell) {
  const body = h("div");
  const element = h("section", { class: "card", id: "unpaid" },
    h("div", { class: "row" }, h("h2", {}, t("unpaid")), h("span", { class: "soft small push" }, t("unpaid_note"))), body);
  let shown = "";
  return { element, draw };

  function draw(found) {
    const next = JSON.stringify([found.since, found.unpaid, found.unpaid_bills]);
    if (next === shown) return;
    shown = next;
    const asked = found.unpaid.filter((one) => one.asked);
    const others = found.unpaid.filter((one) => !one.asked);
    fill(body,
      h("p", { class: "row" }, h("span", { class: "figure" }, count(found.unpaid_bills)),
        h("span", { class: "soft small" }, t("unpaid_sum", { yuan: yuan(found.unpaid_fen) }))),
      asked.length > 0 ? list(asked, found) : h("p", { class: "soft" }, t("unpaid_none")),
      others.length > 0 && h("details", {}, h("summary", {}, t("unpaid_not_asked", { count: count(others.reduce((sum, one) => sum + one.count, 0)) })),
        list(others, found)));
  }

  function list(rows, { since, until }) {
    const heads = [{ name: t("why_not") }, { name: t("region") }, { name: t("bills_count"), number: true },
      { name: t("left_in_cash"), number: true }, { name: "" }];
    return table(t("unpaid"), heads, rows.map((one) => [
      [one.message || state("unknown", t("other_version")), h("div", { class: "code soft" }, one.reason)],
      [h("span", { lang: "zh" }, one.region), " ", code(one.pool)], count(one.count), yuan(one.fen),
      h("button", {
        type: "button", "aria-label": `${t("open_bills")} ${one.region} ${one.message}`,
        onclick: () => shell.openMessages({ since, until, unpaid: one.reason, pool: one.pool }),
      }, t("open_bills")),
    ]));
  }
}
