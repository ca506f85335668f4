// What is paid over the counter beside insurance: how, how much is given, and the change.

import { h } from "/common/dom.js";
import { fenOf, isAmount, yuan } from "/common/money.js";
import { plainNumber } from "/common/typed.js";

import { dueFen, likely, restOf, WAYS } from "./rest.js";
import { t } from "./words.js";

/** The box with the sum in the largest letters; below it the way, and where something is taken in, the change. */
export function cashBox(journal, slip, told) {
  if (slip.infno === "2103A" && !slip.back) return null; // its refund is not known here
  const due = dueFen(slip);
  if (due === 0) return taken(t(slip.back ? "no_cash_back" : "no_cash"), 0);
  const { way } = journal.find(slip.msgid)?.rest ?? restOf(due);
  const word = due < 0 ? "give" : "take";
  const label = h("span", {}, t(`${word}_${way}`));
  const below = due < 0 ? goingBack : counting;
  return [taken(label, due), below(journal, slip.msgid, due, (rest) => {
    label.textContent = t(`${word}_${rest.way}`);
    told(rest);
  })];
}

function taken(word, fen) {
  return h(
    "div",
    { class: `take ${fen ? "" : "none"}` },
    h("span", {}, word),
    fen ? h("strong", { class: "number" }, yuan(Math.abs(fen))) : null,
  );
}

/** It goes back as it came, unless the cashier gives it back otherwise. */
function goingBack(journal, msgid, due, told) {
  const { way } = journal.find(msgid)?.rest ?? restOf(due);
  return h("div", { class: "counting" }, choices("way_back", way, (one) => {
    const rest = restOf(due, one);
    journal.noteRest(msgid, rest);
    told(rest);
  }));
}

function counting(journal, msgid, due, told) {
  const known = journal.find(msgid)?.rest ?? restOf(due);
  const change = h("p", { class: "change", role: "status", id: "change" });
  const field = h("input", {
    id: "given", class: "number", inputmode: "decimal", autocomplete: "off", "aria-label": t("given"),
    value: known.given_fen === due ? "" : yuan(known.given_fen).replaceAll(",", ""),
    placeholder: yuan(due),
  });
  let { way } = known;
  const given = () => {
    const typed = plainNumber(field.value);
    return way === "cash" && isAmount(typed, 2) ? fenOf(typed) : due;
  };
  const note = () => {
    const rest = restOf(due, way, given());
    journal.noteRest(msgid, rest);
    element.dataset.way = way;
    change.className = `change ${rest.change_fen < 0 ? "short" : ""}`;
    change.textContent = rest.change_fen < 0
      ? t("still_short", { sum: yuan(-rest.change_fen) })
      : t("change_due", { sum: yuan(rest.change_fen) });
    told(rest);
  };
  const give = (fen) => {
    field.value = yuan(fen).replaceAll(",", "");
    note();
  };
  field.addEventListener("input", note);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.defaultPrevented) document.getElementById("scan")?.focus();
  });
  const choose = (one) => {
    way = one;
    note();
  };
  const element = h(
    "div",
    { class: "counting" },
    choices("way", way, choose),
    h("div", { class: "row nowrap giving" },
      h("label", { for: "given" }, t("given"), " ", h("kbd", {}, "F4")), field,
      likely(due).map((fen) => h("button", { type: "button", class: "small", onclick: () => give(fen) },
        yuan(fen).replace(/\.00$/, "")))),
    change,
  );
  note();
  return element;
}

function choices(label, way, choose) {
  return h("div", { class: "row ways", role: "radiogroup", "aria-label": t(label) },
    WAYS.map((one) => wayOf(one, way, choose)));
}

function wayOf(one, way, choose) {
  const radio = h("input", {
    type: "radio", name: "way", value: one, checked: one === way, onchange: () => choose(one),
  });
  return h("label", { class: "row choice" }, radio, t(`way_${one}`));
}
