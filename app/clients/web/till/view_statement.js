// The day's end: reconciliation, and every difference explained.

import { fill, h } from "/common/dom.js";

import { Lost } from "./centre.js";
import { mend } from "./mending.js";
import { reconcile, Refused } from "./reconcile.js";
import { wireDay } from "./times.js";
import { notice, refusalNotice } from "./view_parts.js";
import { t } from "./words.js";

const GROUPS = ["group", "statement_own", "result", "why"];
const ROWS = ["result", "slip_number", "total", "account", "why"];

/**
 * @param {import("./counter.js").Counter} counter
 * @param {() => void} toSale goes to where the machine shows its work
 */
export function statementView(counter, toSale) {
  const day = h("input", { type: "date", id: "day", class: "day" });
  const shown = h("div", { class: "stack", role: "status" });
  const go = h("button", { type: "submit", class: "main", id: "reconcile" }, t("statement_go"));
  const run = async () => {
    go.disabled = true;
    fill(shown, h("p", { class: "soft" }, t("statement_busy")));
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
      h("h2", {}, t("tab_statement")),
      h("p", { class: "soft" }, t("statement_lead")),
      h("div", { class: "row" }, h("label", { for: "day" }, t("statement_day")), day, go),
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
    if (error instanceof Lost) return notice("bad", t("statement_lost"));
    throw error;
  }
}

function found({ own, groups, differences }, mendings) {
  const even = groups.every((group) => group.verdict === "0");
  const word = even ? t("statement_even") : t("statement_odd", { n: differences.length });
  return [
    notice(even ? "good" : "warn", `${even ? "✓ " : "! "}${word}`,
      h("p", {}, t("statement_own", { n: own }))),
    differences.length > 0
      ? h("div", { class: "card" },
          table(ROWS, differences.map((row) => difference(row, mendings(row)))))
      : null,
    h("div", { class: "card" }, table(GROUPS, groups.map(groupRow))),
  ];
}

function groupRow({ insutype, clrType, agency, verdict, words, count }) {
  const plan = ["310", "390"].includes(insutype) ? t(`plan_${insutype}`) : insutype;
  const clearing = ["41", "11"].includes(clrType) ? t(`clearing_${clrType}`) : clrType;
  return [
    `${plan} · ${clearing} · ${agency}`, t("statement_own", { n: count }), tag(verdict), words,
  ];
}

function difference(row, mendings) {
  const known = row.setl_id || row.msgid;
  const number = known ? h("span", { class: "code" }, known) : t("whole");
  const doings = mendings.length > 0 ? h("div", { class: "row" }, mendings) : null;
  const why = h("div", { class: "stack" }, h("p", {}, row.memo), doings);
  return [
    tag(row.stmt_rslt), number, row.medfee_sumamt ?? "", row.acct_pay ?? "", why,
  ];
}

function tag(verdict) {
  const known = ["0", "1", "101", "102"].includes(verdict) ? verdict : "103";
  return h("span", { class: `tag ${known === "0" ? "good" : "warn"}` }, t(`verdict_${known}`));
}

function table(heads, rows) {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, head(name))))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell))))),
  );
}

function head(name) {
  return name === "statement_own" ? t("count") : t(name);
}
