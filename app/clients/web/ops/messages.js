// The messages behind a figure: a minute's, a reason's, a shop's. Nobody's name stands in them.

import { byId, fill, h } from "/common/dom.js";
import { newest } from "/common/newest.js";
import { yuan } from "/common/money.js";

import { Refused, call } from "./api.js";
import { dayAndTime, localMinute, momentOf } from "./format.js";
import { code, state, table, trouble } from "./parts.js";
import { t } from "./words.js";

const HOUR_MS = 3_600_000;
const LEVELS = { 0: "warn", 1: "well", 2: "warn", 3: "unknown", 4: "bad" };
const STATES = ["", "1", "2", "3", "4", "0"];

export function messagesView(shell) {
  const found = h("div", { "aria-live": "polite" });
  const older = h("button", { type: "button", hidden: true, onclick: () => ask(next) }, t("older"));
  const narrowed = h("div", { class: "row" });
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true },
    h("div", { class: "fields three" },
      field("since", t("from_moment"), h("input", { id: "messages-since", type: "datetime-local" })),
      field("until", t("to_moment"), h("input", { id: "messages-until", type: "datetime-local" })),
      field("state", t("became"), h("select", { id: "messages-state" },
        STATES.map((one) => h("option", { value: one }, t(one === "" ? "any_state" : `state_${one}`)))))),
    narrowed, h("div", {}, h("button", { type: "submit" }, t("show_messages"))));
  const element = h("section", { class: "card stack", id: "find-messages" },
    h("h2", {}, t("messages")), h("p", { class: "soft small" }, t("messages_note")), form, found, h("div", {}, older));
  let only = { reason: "", fixmedins_code: "", unpaid: "", pool: "" };
  let rows = [];
  const asking = newest();
  let next = null;
  return { element, open };

  /** Shows the messages of a stretch of time, and of a reason or shop if one is named. */
  function open({ since, until, state: became = "", reason = "", fixmedins_code = "", unpaid = "", pool = "" }) {
    byId("messages-since").value = localMinute(since);
    byId("messages-until").value = localMinute(until, true);
    byId("messages-state").value = became;
    only = { reason, fixmedins_code, unpaid, pool };
    element.scrollIntoView({ block: "start" });
    return begin();
  }

  function submit(event) {
    event.preventDefault();
    return begin();
  }

  function begin() {
    rows = [];
    older.hidden = true;
    fill(found, h("p", { class: "soft" }, t("waiting")));
    fill(narrowed, Object.keys(only).filter((name) => only[name]).map((name) =>
      h("button", { type: "button", class: "plain", onclick: () => narrow({ [name]: "" }) },
        code(only[name]), " ", h("span", { "aria-hidden": "true" }, "✕"), h("span", { class: "aloud" }, t("not_only")))));
    return ask(null);
  }

  function narrow(by) {
    only = { ...only, ...by };
    return begin();
  }

  async function ask(before) {
    const until = byId("messages-until").value || localMinute(Date.now(), true);
    const since = byId("messages-since").value || localMinute(momentOf(until) - HOUR_MS);
    const query = { since: new Date(momentOf(since)).toISOString(), until: new Date(momentOf(until)).toISOString() };
    const wanted = { state: byId("messages-state").value, ...only, before };
    for (const [name, value] of Object.entries(wanted)) if (value) query[name] = value;
    const current = asking();
    try {
      const answer = await call("GET", `/messages?${new URLSearchParams(query)}`);
      if (!current()) return;
      rows = [...rows, ...answer.messages];
      next = answer.more;
      older.hidden = !next;
      fill(found,
        answer.looked_to && h("p", { class: "notice note" }, t("looked_to", { time: dayAndTime(answer.looked_to) })),
        rows.length ? list() : !answer.looked_to && h("p", { class: "soft" }, t("no_messages")));
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return shell.ended();
      if (!current()) return;
      older.hidden = true;
      fill(found, trouble(error));
    }
  }

  function list() {
    const heads = [...["when", "institution", "what", "became"].map((name) => ({ name: t(name) })),
      { name: t("amount"), number: true }, { name: t("msgid") }, { name: "" }];
    return table(t("messages"), heads, rows.map((one) => [
      dayAndTime(one.at),
      h("button", { type: "button", class: "plain leading", "aria-label": `${t("only_shop")} ${one.institution}`, onclick: () => narrow({ fixmedins_code: one.fixmedins_code }) },
        h("span", {}, one.institution, h("div", { class: "code soft" }, one.fixmedins_code))),
      one.what,
      [state(LEVELS[one.state], one.state_text), one.reason && h("div", { class: "small" }, one.message || one.reason)],
      one.total_fen === null ? "–" : yuan(one.total_fen), code(one.msgid), story(one),
    ]));
  }

  function story({ fixmedins_code, msgid }) {
    if (!shell.mayOpen) return "";
    return h("button", { type: "button", onclick: () => shell.openStory({ fixmedins_code, msgid }) }, t("open_story"));
  }
}

function field(name, text, input) {
  return h("div", {}, h("label", { for: `messages-${name}` }, text), input);
}
