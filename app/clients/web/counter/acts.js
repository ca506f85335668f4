// What was done at the counter, to be read and printed again.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { table, time, trouble } from "./parts.js";
import { printSlip } from "./slip.js";
import { t } from "./words.js";

const PAGE = 50;

export function actsView(shell) {
  const body = h("div", { "aria-live": "polite" });
  const older = h("button", { type: "button", hidden: true, onclick: () => more() }, t("older"));
  const element = h("section", { class: "card stack" }, h("h2", {}, t("tab_acts")), body, h("div", {}, older));
  let lines = [];
  return { element, show: () => more(true) };

  async function more(anew = false) {
    try {
      const before = anew || !lines.length ? "" : `?before=${lines.at(-1).id}`;
      const found = await call("GET", `/acts${before}`);
      lines = anew ? found : [...lines, ...found];
      older.hidden = found.length < PAGE;
      fill(body, table(t("tab_acts"), heads("when", "what", "person", "who", "form", "why", "by", "second", "print_short"), lines.map((one) => [
        time(one.at), one.what, one.person, one.other ?? "", one.form_no, one.reason, one.clerk, one.second ?? "",
        h("button", { type: "button", class: "small", "aria-label": `${t("print")} ${one.form_no}`, onclick: () => printSlip(one) }, t("print_short")),
      ])));
    } catch (error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else fill(body, trouble(error));
    }
  }
}

const heads = (...names) => names.map((name) => t(name));
