// The audit: who looked at whose data and why, and who signed in; narrowed down, and as a table.

import { fill, h } from "/common/dom.js";
import { newest } from "/common/newest.js";
import { plain } from "/common/typed.js";

import { Refused, call, download } from "./api.js";
import { dayAndTime, today } from "./format.js";
import { code, state, table, trouble } from "./parts.js";
import { t } from "./words.js";

const PAGE = 50;
const LOOK = ["when", "operator", "kind", "target", "result", "reason"];
const SIGN = ["when", "operator", "result", "address"];
const LEVELS = { in: "well", out: "well", wrong: "warn", unknown: "warn", disabled: "warn", locked: "bad", elsewhere: "warn" };
const KINDS = ["story", "bills", "looks", "sign_ins", "operators", "ended", "refused", "limits", "person", "acts"];
const RESULTS = ["in", "out", "wrong", "unknown", "disabled", "locked", "elsewhere"];

export function auditView(shell) {
  const looks = kept("looks", LOOK, "/audit/looks", (one) => [
    dayAndTime(one.at), one.operator, t(`looked_${one.what}`), code(one.target),
    one.what === "refused" ? state("warn", t("refused_look")) : t(found(one)), one.reason,
  ], [
    narrowing("looks", "what", t("kind"), choices(KINDS, "looked")),
    narrowing("looks", "setl_id", t("at_patient_of"), h("input", { inputmode: "numeric", maxlength: 19 })),
  ]);
  const signIns = kept("sign_ins", SIGN, "/audit/sign-ins", (one) => [
    dayAndTime(one.at), one.operator ?? h("span", { class: "soft" }, t("nobody")),
    state(LEVELS[one.result], t(`result_${one.result}`)), code(one.address),
  ], [narrowing("sign_ins", "result", t("result"), choices(RESULTS, "result"))]);
  return { element: h("div", { class: "stack" }, looks.element, signIns.element), show };

  async function show() {
    await looks.first(); // one after the other: each is itself a look, and the lists show it next time
    await signIns.first();
  }

  function kept(title, names, path, row, own) {
    const body = h("div", { "aria-live": "polite" });
    const older = h("button", { type: "button", hidden: true, onclick: () => more() }, t("older"));
    const fields = [
      narrowing(title, "operator", t("operator"), h("input", { maxlength: 50 })), ...own,
      narrowing(title, "since", t("day_from"), h("input", { type: "date" })),
      narrowing(title, "until", t("day_until"), h("input", { type: "date" })),
    ];
    const form = h("form", { class: "stack", onsubmit: submit, novalidate: true },
      h("div", { class: "fields three" }, fields.map((one) => one.element)),
      h("div", { class: "row" }, h("button", { type: "submit" }, t("find")),
        h("button", { type: "button", onclick: save }, t("as_file"))));
    let lines = [];
    const begin = newest();
    const element = h("section", { class: "card stack", id: `audit-${title}` }, h("h2", {}, t(title)), form, body, h("div", {}, older));
    return { element, first: () => more(true) };

    function submit(event) {
      event.preventDefault();
      return more(true);
    }

    function query(before = null) {
      const wanted = new URLSearchParams();
      for (const one of fields) if (one.value()) wanted.set(one.name, one.value());
      if (before) wanted.set("before", before);
      return wanted.size ? `${path}?${wanted}` : path;
    }

    async function more(anew = false) {
      const current = begin();
      try {
        const lasts = await call("GET", query(anew ? null : lines.at(-1)?.id));
        if (!current()) return;
        lines = anew ? lasts : [...lines, ...lasts];
        older.hidden = lasts.length < PAGE;
        const heads = names.map((name) => ({ name: t(name) }));
        fill(body, lines.length ? table(t(title), heads, lines.map(row)) : h("p", { class: "soft" }, t("no_lines")));
      } catch (error) {
        if (current()) failed(error);
      }
    }

    async function save() {
      try {
        await download(query(), `${t(title)}-${today()}.csv`);
      } catch (error) {
        failed(error);
      }
    }

    function failed(error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else fill(body, trouble(error));
    }
  }
}

/** One field by which lines are narrowed down. */
function narrowing(list, name, text, input) {
  input.id = `${list}-${name}`;
  input.autocomplete = "off";
  return { name, element: h("div", {}, h("label", { for: input.id }, text), input), value: () => plain(input.value) };
}

function choices(values, words) {
  return h("select", {}, h("option", { value: "" }, t("all_kinds")),
    values.map((one) => h("option", { value: one }, t(`${words}_${one}`))));
}

function found(one) {
  if (!one.found) return "not_found";
  return one.what === "ended" ? "ended_look" : "found";
}
