// The slip: on the screen as paper, and on the printer at 80 mm.

import { h } from "/common/dom.js";
import { fenOfProduct, yuan } from "/common/money.js";

import { lineFen } from "./sale.js";
import { payerName } from "./view_parts.js";
import { t } from "./words.js";

const TITLES = { "2102": "settled_slip", "2103": "cancelled_slip", "2103A": "returned_slip" };

/** A slip's title. */
export function slipTitle(slip) {
  return t(TITLES[slip.infno]);
}

/**
 * The slip as an element.
 *
 * @param {object} till
 * @param {{infno: string, lines?: object[], told: object}} slip
 */
export function slipPaper(till, slip) {
  const { told, lines = [] } = slip;
  return h(
    "article",
    { class: "slip", lang: document.documentElement.lang },
    h("h2", {}, till.name),
    h("h3", {}, slipTitle(slip)),
    pairs([
      [t("slip_time"), told.time],
      [t("slip_number"), told.setlId],
      [t("slip_patient"), told.patient],
      [t("slip_cashier"), till.opterName],
    ]),
    lines.length > 0 ? h("ol", { class: "ruled" }, lines.map((line, at) => item(line, at, told))) : null,
    h("div", { class: "ruled" }, pair(t("total"), yuan(told.totalFen), "sum")),
    h(
      "div",
      { class: "ruled" },
      told.legs.map((leg) => pair(payerName(leg), yuan(leg.fen))),
      told.balanceFen === null ? null : pair(t("slip_balance"), yuan(told.balanceFen)),
    ),
    told.reasons.length > 0 ? h("ul", { class: "ruled" }, told.reasons.map(reason)) : null,
    h("p", { class: "ruled end" }, t("slip_keep")),
  );
}

/** Prints one slip and nothing else of the page. */
export function printSlip(till, slip) {
  if (!slip) return;
  document.getElementById("to-print")?.remove();
  document.body.append(h("div", { id: "to-print" }, slipPaper(till, slip)));
  window.print();
}

function item(line, at, told) {
  const level = told.levels[at];
  return h(
    "li",
    {},
    h("p", {}, level ? `${t(`level_${level}`)} ` : "", line.name),
    pair(`${line.cnt} × ${yuan(fenOfProduct(line.pric, "1"))}`, yuan(lineFen(line))),
    (told.codes?.[at] ?? []).map(codeLine),
  );
}

function codeLine(one) {
  const split = one.split ? ` ${t("slip_split")}` : "";
  return h("p", { class: "trace number" }, `${t("slip_trace")} ${one.code}${split}`);
}

function reason(one) {
  return h("li", {}, h("p", {}, `※ ${one.sentence}`), one.next ? h("p", {}, `→ ${one.next}`) : null);
}

function pairs(list) {
  return h("div", { class: "ruled" }, list.filter(([, value]) => value).map(([k, v]) => pair(k, v)));
}

function pair(left, right, kind = "") {
  return h("p", { class: `pair ${kind}` }, h("span", {}, left), h("span", { class: "number" }, right));
}
