// Today's slips of this till: look at one, take it back, take a part of it back.

import { fill, h } from "/common/dom.js";
import { fenOf, yuan } from "/common/money.js";

import { setlIds, totalFen } from "./journal.js";
import { wireDay } from "./times.js";
import { askCancel, askReturn } from "./undoing.js";
import { ask } from "./view_parts.js";
import { printSlip, slipPaper, slipTitle } from "./view_slip.js";
import { t } from "./words.js";

const COLUMNS = ["time", "kind", "slip_number", "total", "account", "cash", "state"];
const RIGHT = ["total", "account", "cash"];
const UNDONE = { "2103": "state_cancelled", "2103A": "state_returned", "2601": "state_reversed" };

/**
 * @param {import("./counter.js").Counter} counter
 * @param {() => void} toSale goes to where the machine shows its work
 */
export function dayView(counter, toSale) {
  const element = h("section", { class: "stack wide" });
  const show = () => {
    const today = wireDay(new Date());
    const entries = counter.journal.entries().filter((entry) => entry.at.startsWith(today)).reverse();
    fill(
      element,
      h("div", { class: "card stack" }, h("h2", {}, t("tab_day")), summary(entries),
        entries.length > 0 ? table(entries, counter, toSale) : h("p", { class: "soft" }, t("day_empty"))),
    );
  };
  return { element, show };
}

function summary(entries) {
  const rows = entries.filter((entry) => entry.answer?.ok && entry.undone !== "2601")
    .flatMap((entry) => entry.answer.rows);
  if (rows.length === 0) return null;
  const fen = rows.reduce((sum, row) => sum + fenOf(row.medfee_sumamt), 0);
  return h("p", { class: "soft" }, t("day_sum", { n: rows.length, amount: yuan(fen) }));
}

function table(entries, counter, toSale) {
  const heads = COLUMNS.map((name) =>
    h("th", { scope: "col", class: RIGHT.includes(name) ? "number" : "" }, t(name)),
  );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, heads, h("td", {}))),
    h("tbody", {}, entries.map((entry) => row(entry, counter, toSale))),
  );
}

function row(entry, counter, toSale) {
  const last = entry.answer?.rows.at(-1);
  const money = (name) => (last ? yuan(fenOf(last[name])) : "");
  return h(
    "tr",
    { "data-msgid": entry.msgid },
    h("td", {}, entry.at.slice(11, 16)),
    h("td", {}, t(`kind_${entry.infno}`)),
    h("td", { class: "code" }, last?.setl_id ?? entry.msgid),
    h("td", { class: "number" }, last ? yuan(totalFen(entry)) : ""),
    h("td", { class: "number" }, money("acct_pay")),
    h("td", { class: "number" }, money("psn_cash_pay")),
    h("td", {}, state(entry)),
    h("td", {}, h("div", { class: "row end" }, doings(entry, counter, toSale))),
  );
}

function state({ answer, undone }) {
  if (undone) return h("span", { class: "tag warn" }, t(UNDONE[undone]));
  if (!answer) return h("span", { class: "tag bad" }, t("state_unknown"));
  if (answer.ok) return h("span", { class: "tag good" }, t("state_ok"));
  return h("span", { class: "tag" }, t("state_refused", { reason: answer.reason }));
}

function doings(entry, counter, toSale) {
  const slip = counter.journal.slip(entry.msgid);
  const stands = entry.infno === "2102" && entry.answer?.ok && !entry.undone
    && setlIds(entry).length > 0;
  const button = (label, onclick, kind = "") =>
    h("button", { type: "button", class: `small ${kind}`, onclick }, t(label));
  return [
    slip?.told && button("see_slip", () => seeSlip(counter.centre.till, slip)),
    stands && slip?.lines && button("give_back", () => askReturn(counter, entry, slip, toSale)),
    stands && button("cancel", () => askCancel(counter, entry, toSale), "grave"),
  ];
}

function seeSlip(till, slip) {
  ask(slipTitle(slip), slipPaper(till, slip), (close) => [
    h("button", { type: "button", onclick: () => printSlip(till, slip) }, t("print")),
    h("button", { type: "button", class: "main", onclick: close }, t("close")),
  ]);
}
