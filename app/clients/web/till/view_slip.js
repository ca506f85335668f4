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
 * @param {{infno: string, lines?: object[], gone?: object[], told: object, back?: object}} slip
 */
export function slipPaper(till, slip) {
  const { told, printed = 0 } = slip;
  return h(
    "article",
    { class: "slip", lang: document.documentElement.lang },
    h("h2", {}, till.name),
    h("h3", {}, slipTitle(slip)),
    printed > 1 ? h("p", { class: "copy" }, t("slip_copy", { n: printed })) : null,
    pairs([
      [t("slip_shop"), till.code],
      [t("slip_time"), told.time],
      [t("slip_number"), told.setlId],
      [t("slip_patient"), told.patient],
      [t("slip_cashier"), till.opterName],
    ]),
    slip.back ? cameBack(slip) : bought(slip),
    told.balanceFen === null ? null : h("div", { class: "ruled" },
      pair(t("slip_balance"), yuan(told.balanceFen))),
    told.reasons.length > 0 ? h("ul", { class: "ruled" }, told.reasons.map(reason)) : null,
    h("p", { class: "ruled end" }, t("slip_keep")),
  );
}

/** Prints one slip and nothing else of the page; that it is a copy is said on it. */
export function printSlip({ centre, journal }, slip, till = centre.till) {
  if (!slip) return;
  const printed = (journal.slip(slip.msgid)?.printed ?? 0) + 1;
  const copy = { ...slip, printed };
  if (slip.msgid) journal.keepSlip(slip.msgid, copy);
  document.getElementById("to-print")?.remove();
  document.body.append(h("div", { id: "to-print" }, slipPaper(till, copy)));
  window.print();
}

function bought({ told, lines = [] }) {
  return [
    items(lines, told),
    h("div", { class: "ruled" }, pair(t("total"), yuan(told.totalFen), "sum")),
    whoPays(told.legs),
  ];
}

/** What comes back to whom; of a part return also what is left and who pays that. */
function cameBack({ told, back, gone = [], lines = [], wasFen, infno }) {
  const part = infno === "2103A";
  const nowFen = part ? told.totalFen : 0;
  const was = yuan(wasFen ?? nowFen + back.totalFen);
  return [
    gone.length > 0 && h("ol", { class: "ruled" }, gone.map((line) => h(
      "li",
      {},
      h("p", {}, `${t("slip_back")} `, line.name),
      pair(counted(line), `-${yuan(lineFen(line))}`),
      (line.codes ?? []).map(codeLine),
    ))),
    h("div", { class: "ruled" }, pair(t("comes_back"), yuan(back.totalFen), "sum"),
      h("p", {}, t("was_now", { was, now: yuan(nowFen) }))),
    h("div", { class: "ruled" }, h("p", {}, t("back_to")),
      back.legs.map((leg) => pair(payerName(leg), yuan(leg.fen)))),
    part && [h("p", { class: "ruled" }, t("slip_left")), items(lines, told), whoPays(told.legs)],
  ];
}

function items(lines, told) {
  return lines.length > 0 && h("ol", { class: "ruled" }, lines.map((line, at) => item(line, at, told)));
}

function whoPays(legs) {
  return h("div", { class: "ruled" }, legs.map((leg) => pair(payerName(leg), yuan(leg.fen))));
}

function item(line, at, told) {
  const level = told.levels[at];
  return h(
    "li",
    {},
    h("p", {}, level ? `${t(`level_${level}`)} ` : "", line.name),
    pair(counted(line), yuan(lineFen(line))),
    (told.codes?.[at] ?? []).map(codeLine),
  );
}

function counted(line) {
  return `${line.cnt} × ${yuan(fenOfProduct(line.pric, "1"))}`;
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
