// The audit: who looked at whose data and why, and who signed in.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { dayAndTime } from "./format.js";
import { code, state, table, trouble } from "./parts.js";
import { t } from "./words.js";

const PAGE = 50;
const LOOK = ["when", "operator", "target", "result", "reason"];
const SIGN = ["when", "operator", "result", "address"];
const LEVELS = { in: "well", out: "well", wrong: "warn", unknown: "warn", disabled: "warn", locked: "bad" };

export function auditView(shell) {
  const looks = kept("looks", LOOK, "/audit/looks", (one) => [
    dayAndTime(one.at), one.operator, code(one.target),
    one.what === "refused" ? state("warn", t("refused_look")) : t(found(one)), one.reason,
  ]);
  const signIns = kept("sign_ins", SIGN, "/audit/sign-ins", (one) => [
    dayAndTime(one.at), one.operator ?? h("span", { class: "soft" }, t("nobody")),
    state(LEVELS[one.result], t(`result_${one.result}`)), code(one.address),
  ]);
  return { element: h("div", { class: "stack" }, looks.element, signIns.element), show };

  async function show() {
    await looks.first(); // one after the other: each is itself a look, and the lists show it next time
    await signIns.first();
  }

  function kept(title, names, path, row) {
    const body = h("div", { "aria-live": "polite" });
    const older = h("button", { type: "button", hidden: true, onclick: () => more() }, t("older"));
    let lines = [];
    const element = h("section", { class: "card stack", id: `audit-${title}` }, h("h2", {}, t(title)), body, h("div", {}, older));
    return { element, first: () => more(true) };

    async function more(anew = false) {
      try {
        const before = anew || !lines.length ? "" : `?before=${lines.at(-1).id}`;
        const found = await call("GET", path + before);
        lines = anew ? found : [...lines, ...found];
        older.hidden = found.length < PAGE;
        const heads = names.map((name) => ({ name: t(name) }));
        fill(body, lines.length ? table(t(title), heads, lines.map(row)) : h("p", { class: "soft" }, t("no_lines")));
      } catch (error) {
        if (error instanceof Refused && error.status === 401) shell.ended();
        else fill(body, trouble(error));
      }
    }
  }
}

function found(one) {
  if (!one.found) return "not_found";
  return one.what === "ended" ? "ended_look" : "found";
}
