// What was done, on the screen and as a printed confirmation.

import { byId, fill, h } from "/common/dom.js";

import { keyed, time } from "./parts.js";
import { t } from "./words.js";

/** A card that says that it was done; `more`: a code to be scanned. */
export function slipCard(act, back, more = null) {
  return h("section", { class: "card stack", "aria-label": t("done") },
    h("p", { class: "notice good", role: "status" }, t("done"), "：", act.what, act.other && ` · ${act.other}`),
    more && h("div", { class: "stack" },
      h("img", { class: "shown-picture", alt: t("do_code"), src: `data:image/svg+xml,${encodeURIComponent(more.picture)}` }),
      h("p", { class: "code", id: "shown-code" }, more.code),
      h("p", { class: "soft" }, t("code_hint", { time: time(more.expires_at) }))),
    h("div", { class: "row" },
      h("button", { type: "button", class: "main", id: "slip-on", onclick: back }, t("go_on"), " ", h("kbd", { "aria-hidden": "true" }, "Enter")),
      keyed("P", t("print"), () => printSlip(act))));
}

/** Prints the confirmation of an act. */
export function printSlip(act) {
  fill(byId("to-print"), slip(act));
  print();
}

function slip(act) {
  const pairs = [
    ["slip_number", act.id], ["what", act.what], ["person", act.person], act.other && ["who", act.other],
    ["form", act.form_no], ["slip_office", act.place], ["by", act.clerk], act.second && ["second", act.second],
    ["when", time(act.at)],
  ];
  return h("article", { class: "slip" },
    h("h2", {}, t("slip_title")),
    h("dl", { class: "facts" }, pairs.filter((one) => one).map(([name, value]) =>
      h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)))),
    h("p", { class: "signature" }, t("slip_signature")),
    h("p", { class: "small" }, t("slip_note")));
}
