// A cashier's shift, and the shop's day: who paid what, to print and to sign.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { Lost } from "../centre.js";
import { wireDay, wireTime } from "../times.js";
import { notice, refusalNotice } from "../view_parts.js";
import { Refused, shopDay } from "./day.js";
import { cashiersOf, COLUMNS, summedUp, waysOf } from "./sums.js";
import { s } from "./words.js";

/** @param {import("../counter.js").Counter} counter */
export function shiftView(counter) {
  const { till } = counter.centre;
  const day = h("input", { type: "date", id: "shift-day", class: "day" });
  const opter = h("select", { id: "shift-cashier" });
  const shown = h("div", { class: "stack", "aria-live": "polite" });
  const print = h("button", { type: "button", class: "main", id: "shift-print", disabled: true }, s("print"));
  let kept = null;
  let asked = 0;
  let stood = "";

  const draw = () => {
    print.disabled = !kept?.sums;
    fill(shown, kept?.sums ? h("div", { class: "paper-place" }, paper(till, kept, opter.value)) : kept?.problem);
  };
  const load = async () => {
    const mine = ++asked;
    print.disabled = true;
    fill(shown, h("p", { class: "soft" }, s("reading")));
    const read = await shiftOf(counter, day.value);
    if (mine !== asked) return;
    kept = read;
    if (read.sums) choose(opter, read.sums, till);
    draw();
  };
  day.addEventListener("change", load);
  opter.addEventListener("change", draw);
  print.addEventListener("click", () => {
    document.getElementById("to-print")?.remove();
    document.body.append(h("div", { id: "to-print" }, paper(till, kept, opter.value)));
    window.print();
  });
  const element = h(
    "section",
    { class: "stack wide journal" },
    h(
      "div",
      { class: "card stack" },
      h("h2", {}, s("shift")),
      h("p", { class: "soft small" }, s("shift_lead")),
      h("div", { class: "row asked" },
        h("div", { class: "day" }, h("label", { for: day.id }, s("day")), day),
        h("div", {}, h("label", { for: opter.id }, s("cashier")), opter), print),
    ),
    shown,
  );
  return {
    element,
    show() {
      if (stood !== till.opter) fill(opter); // another shift: its cashier comes first
      stood = till.opter;
      day.max = wireDay(new Date());
      day.value ||= day.max;
      load();
    },
  };
}

/** The one who is signed in, the others of the day, and the whole shop. */
function choose(select, sums, till) {
  const chosen = select.options.length > 0 ? select.value : till.opter;
  const names = new Map([[till.opter, till.opterName], ...cashiersOf(sums)]);
  const pairs = [...names].map(([number, name]) => [number, name === number ? name : `${name}（${number}）`]);
  const options = [...pairs, ["", s("whole_shop")]].map(([value, text]) =>
    h("option", { value, selected: value === chosen }, text),
  );
  fill(select, options);
}

async function shiftOf(counter, day) {
  try {
    const { sums, waits } = await shopDay(counter.centre, day, { sumsOnly: true });
    return { day, sums, waits, entries: counter.journal.entries() };
  } catch (error) {
    if (error instanceof Refused) return { problem: refusalNotice(error.refusal) };
    if (error instanceof Lost) return { problem: notice("bad", s("shift_lost")) };
    throw error;
  }
}

/** What is printed, at 80 mm. */
function paper(till, { day, sums, waits, entries }, opter) {
  const { sales, back, net } = summedUp(sums, { opter });
  const ways = waysOf(entries, day, opter);
  const pending = waits.filter((one) => !opter || one.opter === opter).length;
  return h(
    "article",
    { class: "slip", lang: document.documentElement.lang },
    h("h2", {}, till.name),
    h("h3", {}, s(opter ? "shift_slip" : "day_slip")),
    h("div", { class: "ruled" }, pair(s("day"), day),
      opter && pair(s("cashier"), nameOf(opter, sums, till)), pair(s("printed"), wireTime(new Date()))),
    h("div", { class: "ruled" }, pair(s("sums_sale"), s("times", { n: sales.count })),
      pair(s("sums_back"), s("times", { n: back.count }))),
    h("table", { class: "ruled" },
      h("thead", {}, h("tr", {}, h("td", {}), [s("took"), s("gave"), s("sums_net")].map(figureHead))),
      h("tbody", {}, COLUMNS.map((name) => h("tr", {}, h("th", { scope: "row" }, s(name)),
        [sales, back, net].map((one) => h("td", { class: "number" }, yuan(one[name]))))))),
    ways.length > 0 && h("div", { class: "ruled" }, h("p", {}, s("ways")),
      ways.map(([way, fen]) => pair(way, yuan(fen)))),
    pending > 0 && h("p", { class: "ruled" }, s("shift_waits", { n: pending })),
    h("div", { class: "ruled signed" }, pair(s("sign_cashier"), ""), pair(s("sign_manager"), "")),
  );
}

function nameOf(opter, sums, till) {
  const names = new Map([[till.opter, till.opterName], ...cashiersOf(sums)]);
  return [names.get(opter), opter].filter(Boolean).join(" ");
}

function figureHead(text) {
  return h("th", { scope: "col", class: "number" }, text);
}

function pair(left, right) {
  return h("p", { class: "pair" }, h("span", {}, left), h("span", { class: "number" }, right));
}
