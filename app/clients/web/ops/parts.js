// Small pieces that several places use.

import { h } from "/common/dom.js";

import { Refused } from "./api.js";
import { t } from "./words.js";

/** What went wrong, in the server's own words where it spoke. */
export function trouble(error) {
  if (!(error instanceof Refused)) return h("p", { class: "notice bad", role: "alert" }, t("unreachable"));
  return h("p", { class: "notice bad", role: "alert" }, error.message, " ", error.nextStep);
}

/** A table with a caption for those who don't see it; cells may be elements. */
export function table(caption, heads, rows) {
  const cell = (value, at) =>
    h("td", { class: heads[at].number ? "number" : false, "data-head": heads[at].name }, value);
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: heads.length > 3 ? "wide-table" : false },
      h("caption", { class: "aloud" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) =>
        h("th", { scope: "col", class: head.number ? "number" : false }, head.name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
}

/** Something to be copied, or told to a machine. */
export const code = (text, title = null) => h("span", { class: "code", title }, text);

/** Pairs of name and value. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs
    .filter((pair) => pair)
    .map(([name, ...values]) => h("div", {}, h("dt", {}, name), h("dd", {}, values))));
}

const SIGNS = { well: "✓", quiet: "…", warn: "!", bad: "✕", unknown: "?" };
const LOOKS = { well: "good", quiet: "note", warn: "warn", bad: "bad", unknown: "note" };

/** A state as a sign and a word, its colour besides. */
export function state(level, text) {
  return h("span", { class: `tag ${LOOKS[level]}` }, h("span", { "aria-hidden": "true" }, `${SIGNS[level]} `), text);
}

export function signOf(level) {
  return h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[level]);
}

export const lookOf = (level) => LOOKS[level];
