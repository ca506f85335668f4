// The day's end: reconciliation, and every difference explained.

import { fill, h } from "/common/dom.js";
import { fenOf, yuan } from "/common/money.js";

import { Lost } from "../centre.js";
import { wireDay } from "../times.js";
import { notice, refusalNotice } from "../view_parts.js";
import { Refused } from "./day.js";
import { mend } from "./mending.js";
import { reconcile } from "./reconcile.js";
import { table } from "./view_table.js";
import { s } from "./words.js";

const GROUPS = ["office", "slips", "result"];
const ROWS = ["time", "who", "customer", "total", "what_to_do"];

/**
 * @param {import("../counter.js").Counter} counter
 * @param {() => void} toSale goes to where the machine shows its work
 */
export function statementView(counter, toSale) {
  const day = h("input", { type: "date", id: "day", class: "day" });
  const shown = h("div", { class: "stack", role: "status" });
  const go = h("button", { type: "submit", class: "main", id: "reconcile" }, s("statement_go"));
  const run = async () => {
    go.disabled = true;
    fill(shown, h("p", { class: "soft" }, s("statement_busy")));
    fill(shown, await result(counter.centre, day.value, (row) => mend(counter, row, run, toSale)));
    go.disabled = false;
  };
  const submit = (event) => {
    event.preventDefault();
    run();
  };
  const element = h(
    "section",
    { class: "stack wide" },
    h(
      "form",
      { class: "card stack", onsubmit: submit },
      h("h2", {}, s("statement")),
      h("p", { class: "soft" }, s("statement_lead")),
      h("div", { class: "row" }, h("label", { for: "day" }, s("day")), day, go),
    ),
    shown,
  );
  return {
    element,
    show() {
      day.max = wireDay(new Date());
      day.value ||= day.max;
    },
  };
}

async function result(centre, day, mendings) {
  try {
    return found(await reconcile(centre, day), mendings);
  } catch (error) {
    if (error instanceof Refused) return refusalNotice(error.refusal);
    if (error instanceof Lost) return notice("bad", s("statement_lost"));
    throw error;
  }
}

function found({ own, waits, groups, differences }, mendings) {
  const even = groups.every((group) => group.verdict === "0");
  const word = even ? s("statement_even") : s("statement_odd", { n: differences.length });
  return [
    notice(even ? "good" : "warn", `${even ? "✓ " : "! "}${word}`,
      h("p", {}, s("statement_own", { n: own })),
      waits > 0 && h("p", {}, s("statement_waits", { n: waits }))),
    differences.length > 0
      ? h("div", { class: "card" },
          table(ROWS, differences.map((row) => difference(row, mendings(row))), ["total"]))
      : null,
    h("div", { class: "card" }, table(GROUPS, groups.map(groupRow), ["slips"])),
  ];
}

function groupRow({ insutype, clrType, office, verdict, count }) {
  const plan = ["310", "390"].includes(insutype) ? s(`plan_${insutype}`) : insutype;
  const clearing = ["41", "11"].includes(clrType) ? s(`clearing_${clrType}`) : clrType;
  return [`${office} · ${plan} · ${clearing}`, String(count), tag(verdict)];
}

/** Whose it is, beside what is wrong and what can be done about it. */
function difference(row, mendings) {
  const { slip } = row;
  const number = row.setl_id || slip?.setlId || row.msgid;
  const doings = mendings.length > 0 ? h("div", { class: "row" }, mendings) : null;
  const why = row.stmt_rslt === "101" ? s("why_101") : row.memo;
  return [
    [slip?.at ?? "", number ? h("p", { class: "code small" }, number) : null],
    slip ? [slip.opterName, slip.till].filter(Boolean).join(" · ") : "",
    slip?.patient ?? "",
    row.medfee_sumamt ? yuan(fenOf(row.medfee_sumamt)) : s("whole"),
    h("div", { class: "stack" }, h("p", {}, tag(row.stmt_rslt)), h("p", {}, why), doings),
  ];
}

function tag(verdict) {
  const known = ["0", "1", "101", "102"].includes(verdict) ? verdict : "103";
  return h("span", { class: `tag ${known === "0" ? "good" : "warn"}` }, s(`verdict_${known}`));
}
