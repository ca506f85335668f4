// A cashier's shift, and the shop's day: who paid what, and how, to print and to sign.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { Lost } from "../centre.js";
import { wireDay, wireTime } from "../times.js";
import { notice, refusalNotice } from "../view_parts.js";
import { Refused, shopDay } from "./day.js";
import { cashiersOf, COLUMNS, drawersOf, summedUp, waysOf } from "./sums.js";
import { inOut, wayWord } from "./view_sums.js";
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
    await counter.ways.tell();
    const { sums, ways, waits } = await shopDay(counter.centre, day, { sumsOnly: true });
    return { day, sums, ways, waits };
  } catch (error) {
    if (error instanceof Refused) return { problem: refusalNotice(error.refusal) };
    if (error instanceof Lost) return { problem: notice("bad", s("shift_lost")) };
    throw error;
  }
}

/** What is printed, at 80 mm. */
function paper(till, { day, sums, ways, waits }, opter) {
  const { sales, back, net } = summedUp(sums, { opter });
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
    figures(null, COLUMNS.map((name) => [s(name), ...[sales, back, net].map((one) => yuan(one[name]))]), "summed"),
    paidHow(waysOf(ways, { opter }), drawersOf(ways, { opter })),
    pending > 0 && h("p", { class: "ruled" }, s("shift_waits", { n: pending })),
    h("div", { class: "ruled signed" }, pair(s("sign_cashier"), ""), pair(s("sign_manager"), "")),
  );
}

/** By what ways customers paid, and what of it lies in which drawer. */
function paidHow(ways, drawers) {
  const [first, ...more] = drawers;
  return ways.length > 0 && [
    figures(s("ways"), ways.map(({ way, ...sums }) => [wayWord(way), ...inOut(sums)]), "paid-how"),
    first && h("div", { class: "ruled drawers" },
      h("p", {}, s("drawers")),
      [first, ...more].map(([name, fen]) => pair(name || s("till_unsaid"), yuan(fen))),
      more.length > 0 && pair(s("sum"), yuan(drawers.reduce((sum, [, fen]) => sum + fen, 0)))),
  ];
}

/** In, out and net, a line each. */
function figures(title, rows, kind) {
  return h("div", { class: `ruled ${kind}` },
    title && h("p", {}, title),
    h("table", { "aria-label": title },
      h("thead", {}, h("tr", {}, h("td", {}), [s("took"), s("gave"), s("sums_net")].map(figureHead))),
      h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name),
        cells.map((text) => h("td", { class: "number" }, text)))))));
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
