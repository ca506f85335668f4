// Log-ins: one's own, ended by a click; for an auditor, how many everybody has, ended with a reason.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { dayAndTime } from "./format.js";
import { state, table, trouble } from "./parts.js";
import { whyField } from "./why.js";
import { t } from "./words.js";

const MINE = ["begun", "used", "client", "address", "do"];
const ALL = ["operator", "role", "log_ins", "do"];

export function logInsView(shell) {
  const told = h("div", { "aria-live": "polite" });
  const mine = h("div");
  const why = whyField("end-why", t("why_end"), t("why_end_example"));
  const all = h("div");
  const others = h("button", { type: "button", onclick: () => end("POST", "/sessions/end-others") }, t("end_others"));
  const own = h("section", { class: "card stack", id: "log-ins-mine" },
    h("h2", {}, t("my_log_ins")), h("p", { class: "soft small" }, t("my_log_ins_note")), mine, h("div", {}, others));
  const everybody = h("section", { class: "card stack", id: "log-ins-all" },
    h("h2", {}, t("all_log_ins")),
    why.element, all);
  return { element: h("div", { class: "stack" }, told, own, shell.mayOpen && everybody), show };

  async function show() {
    fill(told);
    await asking(load);
  }

  async function load() {
    const found = await call("GET", "/sessions");
    fill(mine, table(t("my_log_ins"), MINE.map((name) => ({ name: t(name) })), found.map(ownRow)));
    others.hidden = found.length < 2;
    if (!shell.mayOpen) return;
    const operators = await call("GET", "/operators");
    const heads = ALL.map((name) => ({ name: t(name), number: name === "log_ins" }));
    fill(all, table(t("all_log_ins"), heads, operators.map(operatorRow)));
  }

  function ownRow(one) {
    return [
      dayAndTime(one.begun_at), dayAndTime(one.used_at), one.client || "—", h("span", { class: "code" }, one.address),
      one.present ? state("well", t("this_one")) : button(() => end("DELETE", `/sessions/${one.id}`), one.client),
    ];
  }

  function operatorRow(one) {
    const who = one.disabled_at ? [one.name, " ", state("warn", t("result_disabled"))] : one.name;
    const endAll = () => {
      const reason = why.read();
      if (reason !== null) end("POST", "/operators/end-sessions", { name: one.name, reason });
    };
    return [who, t(one.role), String(one.log_ins), one.log_ins > 0 && button(endAll, one.name)];
  }

  function button(work, whose) {
    return h("button", { type: "button", "aria-label": `${t("end")} ${whose}`, onclick: work }, t("end"));
  }

  function end(method, path, body) {
    return asking(async () => {
      const done = await call(method, path, body);
      fill(told, h("p", { class: "notice note" }, t("log_ins_ended", { count: done?.ended ?? 1 })));
      await load();
    });
  }

  async function asking(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else fill(told, trouble(error));
    }
  }
}
