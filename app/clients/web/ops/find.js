// Finding a bill whose number nobody has: by shop and day, or by name and the last four. What was
// found is a list; each line opens its story, for the reason that was given already.

import { byId, fill, h } from "/common/dom.js";
import { newest } from "/common/newest.js";
import { yuan } from "/common/money.js";
import { plain } from "/common/typed.js";

import { Refused, call } from "./api.js";
import { dayAndTime, today } from "./format.js";
import { messagesView } from "./messages.js";
import { code, state, table, trouble } from "./parts.js";
import { shopField } from "./shop.js";
import { whyField } from "./why.js";
import { t } from "./words.js";

const WAYS = ["shop", "person", "number"];

export function findView(shell) {
  const messages = messagesView(shell);
  const bills = shell.mayOpen ? billsView(shell) : null;
  return {
    element: h("div", { class: "stack" }, bills?.element, messages.element),
    openMessages: messages.open,
  };
}

function billsView(shell) {
  const shop = shopField("find-shop", failed);
  const why = whyField("find-why", t("why_look"), t("why_example"));
  const button = h("button", { type: "submit", class: "main" }, t("find"));
  const parts = {
    shop: shop.element,
    person: h("div", { class: "fields three" }, field("name", t("person_name"), { maxlength: 50 }),
      field("last", t("certno_last"), { maxlength: 4, inputmode: "text" }),
      field("born", t("born"), { type: "date" })),
    number: field("number", t("number"), { inputmode: "numeric", maxlength: 19 }),
  };
  const days = h("div", { class: "fields three" }, field("since", t("day_from"), { type: "date" }),
    field("until", t("day_to"), { type: "date" }), field("amount", t("amount_any"), { inputmode: "decimal", maxlength: 12 }));
  const more = h("div", { class: "fields" }, field("ending", t("number_end"), { inputmode: "numeric", maxlength: 19 }),
    field("clr", t("clr_optins"), { inputmode: "numeric", maxlength: 6 }));
  const narrow = h("details", {}, h("summary", {}, t("narrow")), more);
  const found = h("div", { "aria-live": "polite" });
  const older = h("button", { type: "button", hidden: true, onclick: () => ask(next) }, t("older"));
  const form = h("form", { class: "card stack", onsubmit: submit, novalidate: true },
    h("h2", {}, t("find_bill")),
    h("fieldset", { class: "row" }, h("legend", { class: "aloud" }, t("find_bill")), WAYS.map(choice)),
    parts.shop, parts.person, parts.number, days,
    narrow,
    why.element, h("div", {}, button));
  const element = h("div", { class: "stack", id: "find-bills" }, form, found, h("div", {}, older));
  let way = "shop";
  let asked = null;
  let next = null;
  let rows = [];
  const begin = newest();
  choose("shop");
  days.querySelector("#find-since").value = today();
  return { element };

  function choice(value) {
    return h("label", { class: "choice" },
      h("input", { type: "radio", name: "find-way", value, id: `find-way-${value}`, checked: value === "shop", onchange: () => choose(value) }),
      t(`find_by_${value}`));
  }

  function choose(value) {
    way = value;
    for (const one of WAYS) parts[one].hidden = one !== value;
    days.hidden = value === "number";
    narrow.hidden = value === "number";
  }

  async function submit(event) {
    event.preventDefault();
    const reason = why.read();
    if (reason === null) return;
    asked = { ...wanted(), reason };
    rows = [];
    older.hidden = true;
    fill(found, h("p", { class: "soft" }, t("waiting")));
    await ask(null);
  }

  function wanted() {
    const of = (name) => plain(byId(`find-${name}`).value);
    if (way === "number") return { number: of("number") };
    const narrowed = { amount: of("amount").replaceAll(",", ""), number: of("ending"), clr_optins: of("clr") };
    const when = { since: of("since") || null, until: of("until") || null };
    if (way === "shop") return { fixmedins_code: shop.code(), ...when, ...narrowed };
    return { psn_name: byId("find-name").value.trim(), certno_last: of("last"), born: of("born") || null, ...when, ...narrowed };
  }

  async function ask(before) {
    const current = begin();
    button.disabled = true; // pressed twice it is asked, and written down, once
    try {
      const answer = await call("POST", "/bills/search", { ...asked, before: before ?? "" });
      if (!current()) return;
      rows = [...rows, ...answer.bills];
      next = answer.more;
      older.hidden = !next;
      fill(found, said(answer), rows.length > 0 && list());
    } catch (error) {
      if (current()) failed(error);
    } finally {
      if (current()) button.disabled = false;
    }
  }

  function said(answer) {
    if (answer.crowded) return h("p", { class: "notice warn" }, t("crowded"));
    if (answer.people === 0) return h("p", { class: "notice note" }, t("nobody_so"));
    if (answer.looked_to) return h("p", { class: "notice note" }, t("looked_to", { time: dayAndTime(answer.looked_to) }));
    return rows.length ? null : h("p", { class: "notice note" }, t("no_bills"));
  }

  function list() {
    const heads = [
      ...["when", "institution", "patient", "what"].map((name) => ({ name: t(name) })),
      ...["total", "fund", "own", "aid", "cash"].map((name) => ({ name: t(name), number: true })), { name: "" },
    ];
    return h("section", { class: "card" }, table(t("found_bills"), heads, rows.map((one) => [
      [dayAndTime(one.at), h("div", { class: "code soft" }, one.setl_id)],
      [one.institution, h("div", { class: "code soft" }, one.fixmedins_code)],
      [one.name, h("div", { class: "small soft" }, one.place)],
      [one.what, one.undone && h("div", {}, state("warn", t("taken_back")))],
      ...[one.total_fen, one.fund_fen, one.own_fen + one.wallet_fen, one.aid_fen, one.cash_fen].map((fen) => (fen ? yuan(fen) : "–")),
      h("button", { type: "button", onclick: () => shell.openStory({ setl_id: one.setl_id }, asked.reason) }, t("open_story")),
    ])));
  }

  function failed(error) {
    if (error instanceof Refused && error.status === 401) return shell.ended();
    older.hidden = true;
    fill(found, trouble(error));
  }
}

function field(name, text, attributes) {
  const id = `find-${name}`;
  return h("div", {}, h("label", { for: id }, text), h("input", { id, autocomplete: "off", ...attributes }));
}
