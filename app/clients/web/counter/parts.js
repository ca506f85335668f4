// Small pieces that several places use.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";
import { language } from "/common/words.js";

import { Refused } from "./api.js";
import { t } from "./words.js";

/** What went wrong, in the server's own words where it spoke. */
export function trouble(error) {
  if (!(error instanceof Refused)) return h("p", { class: "notice bad", role: "alert" }, t("unreachable"));
  return h("p", { class: "notice bad", role: "alert" }, error.message, " ", error.nextStep);
}

/** A table with a caption for those who don't see it; cells may be elements. */
export function table(caption, heads, rows) {
  if (!rows.length) return h("p", { class: "soft" }, t("none"));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: "aloud" }, caption),
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((value) => h("td", {}, value)))))));
}

export const sum = (fen) => t("yuan", { sum: yuan(fen) });

const tag = (look, text) => h("span", { class: `tag ${look}` }, text);
export const good = (text) => tag("good", text);
export const warn = (text) => tag("warn", text);
export const note = (text) => tag("note", text);

/** `2026-11-21 09:30`, China's clock. */
export function time(moment) {
  const parts = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "Asia/Shanghai", hourCycle: "h23", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  return parts.format(new Date(moment));
}

/** A button that a letter presses, too. */
export function keyed(key, text, press, more = {}) {
  return h("button", { type: "button", onclick: press, "aria-keyshortcuts": key, "data-key": key.toLowerCase(), ...more },
    text, " ", h("kbd", { "aria-hidden": "true" }, key));
}
