// The shop's slips of a day, of all its tills: look at one, take it back, take a part of it back.

import { fill, h } from "/common/dom.js";
import { fenOf, yuan } from "/common/money.js";

import { toldOf } from "../answer.js";
import { Lost } from "../centre.js";
import { WAYS } from "../rest.js";
import { wireDay } from "../times.js";
import { askCancel, askReturn } from "../undoing.js";
import { ask, notice, refusalNotice } from "../view_parts.js";
import { printSlip, slipPaper, slipTitle } from "../view_slip.js";
import { Refused, shopDay } from "./day.js";
import { found } from "./search.js";
import { cashiersOf, summedUp, tillsOf, waysOf } from "./sums.js";
import { sumsTable, wayChoice, waysTable, wayWord } from "./view_sums.js";
import { table } from "./view_table.js";
import { s } from "./words.js";

const COLUMNS = ["time", "who", "customer", "items", "total", "by_fund", "by_cash", "state", ""];
const RIGHT = ["total", "by_fund", "by_cash"];
const SHOWN_MAX = 300;
const KINDS = {
  "2102": "sale", "2102A": "sale", "2207": "sale", "2207A": "sale", "2103": "cancel",
  "2208": "cancel", "2103A": "return", "2601": "reversal",
};
const UNDONE = { "2103": "cancelled", "2208": "cancelled", "2103A": "returned", "2601": "reversed" };

/**
 * @param {import("../counter.js").Counter} counter
 * @param {() => void} toSale goes to where the machine shows its work
 */
export function journalView(counter, toSale) {
  const day = h("input", { type: "date", id: "journal-day", class: "day" });
  const opter = h("select", { id: "journal-cashier" });
  const till = h("select", { id: "journal-till" });
  const search = h("input", {
    type: "search", id: "journal-search", placeholder: s("search_hint"), autocomplete: "off",
  });
  const shown = h("div", { class: "stack", "aria-live": "polite" });
  let kept = null;
  let asked = 0;

  const draw = () => {
    if (kept) fill(shown, drawn(kept, { opter: opter.value, till: till.value }, search.value, acts));
  };
  const load = async () => {
    const mine = ++asked;
    fill(shown, h("p", { class: "soft" }, s("reading")));
    const read = await readDay(counter, day.value, opter.value);
    if (mine !== asked) return;
    kept = read;
    choices(opter, s("everybody"), cashiersOf(kept.sums), opter.value);
    choices(till, s("all_tills"), tillsOf(kept.sums).map((one) => [one, one]), till.value);
    draw();
  };
  const acts = { counter, toSale, load };
  day.addEventListener("change", load);
  opter.addEventListener("change", () => (kept?.whole ? draw() : load()));
  till.addEventListener("change", draw);
  search.addEventListener("input", draw);
  const element = h(
    "section",
    { class: "stack wide journal" },
    h(
      "div",
      { class: "card stack" },
      h("h2", {}, s("journal")),
      h("p", { class: "soft small" }, s("lead")),
      h("div", { class: "row asked" }, labelled(day, "day"), labelled(opter, "cashier"),
        labelled(till, "till"), labelled(search, "search")),
    ),
    shown,
  );
  return {
    element,
    show() {
      day.max = wireDay(new Date());
      day.value ||= day.max;
      load();
    },
  };
}

function labelled(input, name) {
  return h("div", { class: name }, h("label", { for: input.id }, s(name)), input);
}

function choices(select, all, pairs, chosen) {
  const options = [["", all], ...pairs].map(([value, text]) =>
    h("option", { value, selected: value === chosen }, value && text !== value ? `${text}（${value}）` : text),
  );
  fill(select, options);
}

/** The day as the centre has it, with what only this till remembers: refused, unknown. */
async function readDay(counter, day, opter) {
  const own = counter.journal.entries().filter((entry) => entry.at.startsWith(day));
  try {
    await counter.ways.tell();
    const shop = await shopDay(counter.centre, day, { opter: "" });
    const whole = shop.whole || !opter ? shop : await shopDay(counter.centre, day, { opter });
    const known = new Set([...whole.slips, ...whole.waits].map((slip) => slip.msgid));
    const more = own.filter((entry) => !known.has(entry.msgid) && worthShowing(entry)).map(ownSlip);
    // Whatever the centre has of it: this till has not been told.
    const untold = new Set(own.filter(isUntold).map((entry) => entry.msgid));
    const theirs = whole.slips.map((slip) => (
      untold.has(slip.msgid) ? { ...slip, answer: null, stands: false } : slip
    ));
    const slips = [...theirs, ...whole.waits, ...more].sort(newestFirst);
    return { slips, sums: shop.sums, ways: shop.ways, whole: whole.whole, problem: null };
  } catch (error) {
    const slips = own.map(ownSlip).reverse();
    if (error instanceof Refused) {
      return { slips, sums: [], ways: [], whole: true, problem: refusalNotice(error.refusal) };
    }
    if (error instanceof Lost) {
      return { slips, sums: [], ways: [], whole: true, problem: notice("warn", s("only_here")) };
    }
    throw error;
  }
}

function isUntold({ answer, undone, infno }) {
  return !answer && !undone && infno !== "2601";
}

/** Within a second the numbers, which grow, tell. */
function newestFirst(one, other) {
  const [a, b] = [one, other].map((slip) => `${slip.at} ${slip.setlId ?? ""}`);
  return a < b ? 1 : -Number(a > b);
}

/** What was undone says so itself. */
function worthShowing(entry) {
  return !(entry.infno === "2601" && entry.answer?.ok);
}

function ownSlip(entry) {
  const rows = entry.answer?.rows ?? [];
  const last = rows.at(-1);
  const sum = (name) => rows.reduce((fen, row) => fen + fenOf(row[name]), 0);
  return {
    ...entry, undone: entry.undone ?? "", totalFen: sum("medfee_sumamt"), cashFen: sum("psn_cash_pay"),
    leftFen: last ? fenOf(last.medfee_sumamt) : 0, patient: "", lines: [], opterName: entry.opter ?? "", till: "",
    stands: ["2102", "2103A"].includes(entry.infno) && Boolean(last) && !entry.undone,
    setlId: last?.setl_id ?? "", mdtrtId: last?.mdtrt_id ?? "",
  };
}

function drawn({ slips, sums, ways, whole, problem }, only, word, acts) {
  const mine = slips.filter((slip) => (!only.opter || slip.opter === only.opter)
    && (!only.till || slip.till === only.till));
  const these = found(mine, word);
  const listed = these.slice(0, SHOWN_MAX);
  return [
    problem,
    sums.length > 0
      ? h("div", { class: "card stack" }, h("h3", {}, s("sums")), sumsTable(summedUp(sums, only)), paidHow(ways, only))
      : null,
    h(
      "div",
      { class: "card stack" },
      whole && listed.length === these.length ? null : h("p", { class: "soft" }, s("cut", { n: listed.length })),
      word.trim() && these.length > 0 ? h("p", { class: "soft" }, s("found", { n: these.length })) : null,
      listed.length > 0 ? table(COLUMNS, listed.map((slip) => row(slip, acts)), RIGHT) : nothing(word),
    ),
  ];
}

function paidHow(ways, only) {
  const found = waysOf(ways, only);
  return found.length > 0 && [h("h3", {}, s("ways")), h("div", { class: "paid-how" }, waysTable(found))];
}

function nothing(word) {
  return h("p", { class: "soft" }, word.trim() ? s("none_found", { what: word.trim() }) : s("none"));
}

function row(slip, acts) {
  const fund = slip.totalFen - slip.cashFen;
  const part = slip.infno === "2103A" && slip.leftFen
    ? h("p", { class: "soft small" }, s("left", { amount: yuan(slip.leftFen) }))
    : null;
  const money = (fen) => (slip.answer?.ok || slip.undecided ? yuan(fen) : "");
  return [
    [slip.at.slice(11, 16), " ", s(KINDS[slip.infno]),
      h("p", { class: "code small soft" }, slip.setlId || slip.msgid)],
    [slip.opterName, slip.till ? h("p", { class: "soft small" }, slip.till) : null],
    slip.patient,
    items(slip.back?.length > 0 ? slip.back : slip.lines),
    [money(slip.totalFen), part],
    slip.undecided ? "" : money(fund),
    slip.undecided ? "" : [money(slip.cashFen), wayNoted(slip)],
    state(slip),
    h("div", { class: "row end" }, doings(slip, acts)),
  ];
}

function wayNoted({ way, cashFen }) {
  return way !== undefined && cashFen !== 0 && h("p", { class: "soft small" }, wayWord(way));
}

function items(lines) {
  if (lines.length === 0) return "";
  const more = lines.length > 1 ? ` ${s("more_items", { n: lines.length })}` : "";
  return `${lines[0].name} ×${lines[0].cnt}${more}`;
}

function state({ answer, undone, undecided }) {
  if (undecided) return h("span", { class: "tag warn" }, s("undecided"));
  if (undone) return h("span", { class: "tag warn" }, s(UNDONE[undone] ?? "cancelled"));
  if (!answer) return h("span", { class: "tag bad" }, s("unknown"));
  return h("span", { class: `tag ${answer.ok ? "good" : ""}` }, s(answer.ok ? "ok" : "refused"));
}

function doings(slip, { counter, toSale, load }) {
  const kept = counter.journal.slip(slip.msgid);
  const lines = kept?.lines?.length > 0 ? kept.lines : slip.lines;
  const standing = { ...slip, answer: slip.answer && { ...slip.answer, rows: slip.answer.rows.slice(-1) } };
  const stands = slip.stands && slip.infno !== "2207" && slip.infno !== "2207A";
  const button = (label, onclick, kind = "") =>
    h("button", { type: "button", class: `small ${kind}`, onclick }, s(label));
  // What another till has sold is known here from now on, so that the slip of its return names it.
  const known = () => {
    const whole = { infno: slip.infno, ...kept, lines };
    counter.journal.keepSlip(slip.msgid, whole);
    return whole;
  };
  const open = !slip.answer && !slip.undone && !slip.undecided && slip.infno !== "2601";
  return [
    open && counter.journal.find(slip.msgid) && button("see_to", () => {
      counter.seeTo(counter.journal.find(slip.msgid));
      toSale();
    }),
    slip.setlId && button("see_slip", () => seeSlip(counter, slip, kept, load)),
    stands && lines.length > 0
      && button("give_back", () => askReturn(counter, standing, known(), toSale)),
    stands && button("do_cancel", () => {
      known();
      askCancel(counter, standing, toSale);
    }, "grave"),
  ];
}

/** This till's own slip, else the centre's figures (5203) with the lines that it has. */
async function seeSlip(counter, slip, kept, load) {
  const { centre } = counter;
  const till = { ...centre.till, opterName: slip.opterName || centre.till.opterName };
  const paper = kept?.told ? kept : await fetched(centre, slip);
  if (!paper) {
    ask(s("see_slip"), notice("warn", s("slip_gone")), closing);
    return;
  }
  ask(slipTitle(paper), [slipPaper(till, paper), howPaid(counter, slip, load)], (close) => [
    h("button", { type: "button", onclick: () => printSlip(counter, paper, till) }, s("print")),
    ...closing(close),
  ]);
}

/** How its cash was paid, and a way to say so later: also of what another till has sold. */
function howPaid({ ways }, { msgid, way, cashFen }, load) {
  if (way === undefined || cashFen === 0) return null;
  const said = h("div", { role: "status" });
  const choose = async (one) => {
    try {
      const answer = await ways.say(msgid, one);
      fill(said, answer.ok ? notice("good", s("way_kept")) : refusalNotice(answer.refusal));
      if (answer.ok) load();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      fill(said, notice("bad", s("offline")));
    }
  };
  const choice = wayChoice(way, WAYS, choose);
  const asked = s(cashFen < 0 ? "back_by" : "paid_by", { sum: yuan(Math.abs(cashFen)) });
  return h("div", { class: "stack" }, h("div", { class: "row" }, h("label", { for: choice.id }, asked), choice), said);
}

function closing(close) {
  return [h("button", { type: "button", class: "main", onclick: close }, s("close"))];
}

async function fetched(centre, { infno, lines, psnNo, setlId, mdtrtId }) {
  try {
    const data = { psn_no: psnNo, setl_id: setlId, mdtrt_id: mdtrtId };
    const answer = await centre.ask("5203", { data });
    if (!answer.ok) return null;
    const known = ["2102", "2103", "2103A"].includes(infno) ? infno : "2102";
    const codes = lines.map((line) => line.codes ?? []);
    return { infno: known, lines, told: { ...toldOf(answer.output.setlinfo), codes } };
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return null;
  }
}
