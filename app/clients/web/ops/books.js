// Refunds on their way, reconciliation, and what the books say of themselves.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { age, count, dayAndTime } from "./format.js";
import { code, facts, state, table } from "./parts.js";
import { t } from "./words.js";

export function booksView(shell) {
  const books = h("section", { class: "card", id: "books" });
  const refunds = h("section", { class: "card", id: "refunds" });
  const lists = h("div", { class: "stack", hidden: true });
  let shown = "";
  return { element: h("div", { class: "stack" }, h("div", { class: "halves" }, refunds, books), lists), draw };

  function draw(found) {
    const { books: data } = found;
    if (!data) return;
    const { verified, sealing, tasks, statements, tombstones, set_aside, } = data;
    // Only what has changed is made anew: whoever reads or selects here isn't disturbed.
    const next = JSON.stringify([verified, sealing, tasks, statements, tombstones, set_aside]);
    if (next === shown) return;
    shown = next;
    fill(refunds, h("h2", {}, t("refunds")), facts([
      [t("counter"), t("counter_value", { count: count(tasks.count), yuan: yuan(tasks.fen) }),
        tasks.oldest && h("span", { class: "soft" }, ` ${t("counter_oldest", { time: dayAndTime(tasks.oldest) })}`)],
      [t("statements"), statementsText(statements)],
      [t("tombstones"), count(tombstones)],
      [t("set_aside"), set_aside.length ? state("warn", count(set_aside.length)) : t("none")],
    ]));
    fill(books, h("h2", {}, t("books")), facts([
      [t("verified"), ...verifiedText(verified)],
      [t("sealing"), sealingText(sealing)],
      [t("root"), sealing.root ? [`${sealing.day} `, h("span", { class: "code" }, sealing.root)] : t("root_none")],
    ]));
    const items = statements?.items ?? [];
    fill(lists, set_aside.length > 0 && setAsideTable(set_aside), items.length > 0 && oneSidedTable(items));
    lists.hidden = !set_aside.length && !items.length;
  }

  function setAsideTable(rows) {
    const heads = ["when", "institution", "msgid", "what", "error"].map((name) => ({ name: t(name) }));
    return h("section", { class: "card" }, h("h2", {}, t("set_aside")), table(t("set_aside"), [...heads, { name: "" }],
      rows.map((one) => [
        dayAndTime(one.at), code(one.fixmedins_code), code(one.msgid), one.what, code(one.error),
        story({ fixmedins_code: one.fixmedins_code, msgid: one.msgid }),
      ])));
  }

  function oneSidedTable(rows) {
    const heads = [...["when", "institution", "what", "msgid"].map((name) => ({ name: t(name) })), { name: t("amount"), number: true }];
    return h("section", { class: "card" }, h("h2", {}, t("one_sided")), table(t("one_sided"), [...heads, { name: "" }],
      rows.map((one) => [
        one.at, code(one.fixmedins_code), one.what, code(one.msgid ?? one.setl_id ?? ""),
        one.amount_fen === null ? "" : yuan(one.amount_fen),
        story(one.setl_id ? { setl_id: one.setl_id } : { fixmedins_code: one.fixmedins_code, msgid: one.msgid }),
      ])));
  }

  function story(which) {
    if (!shell.mayOpen) return "";
    return h("button", { type: "button", onclick: () => shell.openStory(which) }, t("open_story"));
  }
}

function statementsText(found) {
  if (!found) return t("statements_never");
  const text = t("statements_value", { day: found.day, made: count(found.made), count: count(found.institutions) });
  return found.institutions ? state("warn", text) : text;
}

function verifiedText(found) {
  if (!found) return [t("verified_never")];
  const rows = t("verified_rows", { checks: found.checks, rows: count(found.rows) });
  return [
    found.wrong ? state("bad", t("verified_wrong", { count: count(found.wrong) })) : state("well", t("verified_well")),
    ` ${dayAndTime(found.ended_at)} · ${rows}`,
    found.found.length > 0 && h("ul", { class: "small" }, found.found.map((one) =>
      h("li", {}, `${one.message}: ${one.wrong} (${one.rows.join(", ")})`))),
  ];
}

function sealingText(found) {
  if (!found.sealed_to) return t("sealed_never");
  const text = t("sealed_to", { time: dayAndTime(found.sealed_to) });
  return found.behind_s > 120 ? [text, " ", state("warn", t("sealed_behind", { age: age(found.behind_s) }))] : text;
}
