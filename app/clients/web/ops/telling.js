// A story as a timeline: each message with what became of it, and the rows that it made.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { dayAndTime, duration } from "./format.js";
import { code, facts, state, table } from "./parts.js";
import { t } from "./words.js";

const LEVELS = { 0: "warn", 1: "well", 2: "warn", 3: "unknown", 4: "bad" };

/** The whole story. */
export function told(story) {
  const { patient } = story;
  return [
    h("section", { class: "card" },
      h("h2", {}, story.institution, " ", code(story.fixmedins_code)),
      facts([
        patient && [t("patient"), `${patient.name} `, code(patient.psn_no), ` · ${patient.insutype} · ${patient.place}`],
        story.remarks.length > 0 && [t("remarks"), story.remarks.map((one) => `${one.day} ${one.what}`).join("；")],
      ])),
    h("ol", { class: "timeline" }, story.requests.map((request) => h("li", {},
      requestCard(request),
      story.settlements.filter((one) => one.request_id === request.id).map(settlementCard)))),
  ];
}

function requestCard(one) {
  return h("section", { class: "card" },
    h("div", { class: "row" },
      h("h3", {}, `${one.infno} ${one.what}${one.tombstone ? t("tombstone") : ""}`),
      state(LEVELS[one.state], one.state_text),
      h("span", { class: "soft small push" }, time(one.received_at))),
    facts([
      [t("msgid"), code(one.msgid)],
      one.decided_at && [t("received"), `${time(one.received_at)} → ${time(one.decided_at)} · ${t("took", { ms: duration(one.latency_ms) })}`],
      one.setl_id && [t("setl_id"), code(one.setl_id)],
      one.why && [t("why"), h("strong", {}, one.why.message), ` ${one.why.next_step} `, code(one.why.reason)],
      one.error && [t("error"), code(one.error)],
      [t("asked"), Object.entries(one.asked).map(([name, value]) =>
        h("span", { class: "asked" }, t(`field_${name}`), " ", code(`${name} ${value}`)))],
    ]));
}

function settlementCard(one) {
  return h("section", { class: "card made" },
    h("div", { class: "row" },
      h("h3", {}, one.what, " ", code(one.id)),
      one.cancels_id && h("span", { class: "tag note" }, t("undoes", { id: one.cancels_id })),
      h("span", { class: "soft small push" }, time(one.at))),
    legs(one),
    one.reasons.length > 0 && h("ul", { class: "why" }, one.reasons.map((why) =>
      h("li", {}, h("strong", {}, why.message), ` ${why.next_step} `, code(why.reason)))),
    one.steps.length > 0 && h("details", { open: true }, h("summary", {}, t("trace")),
      h("ol", { class: "steps" }, one.steps.map((step) => h("li", {}, step)))),
    lines(one.lines),
    one.away && h("p", { class: "soft" }, t("month_away")),
    transfers(one.transfers),
    facts([
      [t("rules_in_force"), code(one.rules)],
      [t("seal"), seal(one)],
    ]));
}

function legs(one) {
  const rows = one.legs.map((leg) => [`${t(leg.payer)}${leg.name ? ` ${leg.name}` : ""}`, yuan(leg.fen)]);
  const heads = [{ name: t("who_paid") }, { name: t("amount"), number: true }];
  return table(t("who_paid"), heads, [...rows, [h("strong", {}, t("total")), h("strong", {}, yuan(one.total_fen))]]);
}

function lines(found) {
  if (!found.length) return null;
  const heads = [
    { name: t("line_name") }, { name: t("line_count"), number: true }, { name: t("amount"), number: true },
    ...["line_scope", "line_first", "line_over", "line_own"].map((name) => ({ name: t(name), number: true })),
  ];
  return h("details", {}, h("summary", {}, t("lines", { count: found.length })),
    table(t("lines", { count: found.length }), heads, found.map((one) => [
      [h("div", {}, one.name || "–"), code(one.code)], `${one.price}×${one.count}`, yuan(one.fen),
      ...[one.scope_fen, one.first_share_fen, one.over_fen, one.own_fen].map((fen) => (fen ? yuan(fen) : "–")),
    ])));
}

function transfers(found) {
  if (!found.length) return null;
  const heads = [{ name: t("what") }, { name: t("debit") }, { name: t("credit") }, { name: t("amount"), number: true }, { name: t("seal") }];
  return h("div", {}, h("h4", {}, t("transfers")), table(t("transfers"), heads, found.map((one) => [
    [one.kind, h("div", {}, code(one.id)), counter(one)],
    side(one.debit, one.debit_version, one.debit_after_fen),
    side(one.credit, one.credit_version, one.credit_after_fen),
    yuan(one.fen),
    seal(one),
  ])));
}

function side(account, version, after) {
  const place = version === null ? t("chain_none") : t("chain_value", { version, yuan: yuan(after) });
  return [h("div", {}, account), h("div", { class: "small soft" }, place)];
}

function counter(one) {
  if (one.waits_at_counter) return state("warn", t("waits_counter", { time: dayAndTime(one.counter_since) }));
  return one.counter_done_at && h("div", { class: "small" }, t("done_counter", { time: dayAndTime(one.counter_done_at) }));
}

/** What seals a row; what isn't sealed yet is found by its ``data-unsealed`` when it is. */
function seal({ id, seal: one }) {
  return one ? h("div", {}, sealed(one)) : h("div", { class: "soft", "data-unsealed": id }, t("seal_none"));
}

/** A seal, for its place. */
export function sealed(one) {
  const day = one.root ? t("seal_closed", { day: one.day, root: one.root.slice(0, 12) }) : t("seal_open", { day: one.day });
  return [code(one.hash.slice(0, 16), one.hash), h("div", { class: "small soft" }, day)];
}

const time = (moment) => dayAndTime(moment, true);
