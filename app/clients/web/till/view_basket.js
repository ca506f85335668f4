// What the customer buys.

import { h } from "/common/dom.js";
import { fenOfProduct, yuan } from "/common/money.js";
import { plainNumber } from "/common/typed.js";

import { lineOf, wanted } from "./box.js";
import { lineFen, sum } from "./sale.js";
import { redraw } from "./view_parts.js";
import { t } from "./words.js";

/** Where the count of a line is typed; so that the next digits take the place of the old ones. */
export function focusCount(at) {
  const field = document.getElementById(`count${at}`);
  field?.focus();
  field?.select();
}

export function basketView(tell) {
  let shown = 0;
  const body = h("div", { class: "basket-body" });
  const element = h("section", { class: "card stack basket" },
    h("div", { class: "row" }, h("h2", {}, t("basket")),
      h("span", { class: "push small soft keys" }, h("kbd", {}, "F4"), ` ${t("key_count")} `,
        h("kbd", {}, "Delete"), ` ${t("key_drop")}`)), body);
  return {
    element,
    render({ basket, preview, refusal, phase }) {
      const more = basket.length > shown && phase === "open";
      shown = basket.length;
      if (basket.length === 0) redraw(body, h("p", { class: "soft" }, t("basket_empty")));
      else redraw(body, table(basket, preview?.levels ?? [], refusal, tell));
      if (more) body.querySelector("tbody tr:last-child").scrollIntoView({ block: "nearest" });
    },
  };
}

function table(basket, levels, refusal, tell) {
  const wrong = lineOf(refusal, basket);
  const counting = wrong >= 0 || basket.some((line) => line.codes.length > 0);
  const heads = ["item", "price", "count", "amount"].map((name) =>
    h("th", { scope: "col", class: name === "item" ? "" : "number" }, t(name)),
  );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, heads, h("td", {}))),
    h("tbody", {}, basket.map((line, at) => [
      row(line, at, levels[at], tell),
      counting ? boxes(line, at === wrong ? refusal.sentence : "", tell) : null,
    ])),
  );
}

function row(line, at, level, tell) {
  const { name } = line;
  const count = (cnt) => tell(Number(cnt) === 0 ? { type: "drop", line } : { type: "count", line, cnt });
  const step = (by, label, sign) =>
    h(
      "button",
      {
        type: "button", class: "step", id: `step${sign}${at}`, "aria-label": t(label, { name }),
        disabled: by < 0 && Number(line.cnt) <= 1, onclick: () => count(sum(line.cnt, String(by))),
      },
      sign,
    );
  const field = h("input", {
    id: `count${at}`, class: "number", inputmode: "decimal", value: line.cnt,
    "aria-label": t("count_of", { name }), onchange: (event) => count(plainNumber(event.target.value)),
    onkeydown: (event) => event.key === "Enter" && document.getElementById("scan").focus(),
  });
  const out = h(
    "button",
    {
      type: "button", class: "step plain", "aria-label": t("take_out", { name }),
      onclick: () => tell({ type: "drop", line }),
    },
    "×",
  );
  return h(
    "tr",
    {},
    h("td", {}, level ? h("span", { class: "tag" }, t(`level_${level}`)) : null, " ",
      line.rxno ? [h("span", { class: "tag note" }, t("rx")), " "] : null, name),
    h("td", { class: "number" }, yuan(fenOfProduct(line.pric, "1"))),
    h("td", { class: "number" }, h("div", { class: "counts" },
      step(-1, "one_less", "−"), field, step(1, "one_more", "+"))),
    h("td", { class: "number" }, h("strong", {}, yuan(lineFen(line)))),
    h("td", {}, out),
  );
}

/** A line's trace codes, how many are missing, and what the centre has against them. */
function boxes(line, wrong, tell) {
  const { name, codes } = line;
  const recode = (code, change) => () => tell({ type: "recode", line, code, change });
  const chip = ({ code, split }) => h(
    "li",
    {},
    h("span", { class: "number" }, code),
    h("button", {
      type: "button", class: "small plain", "aria-pressed": String(split),
      "aria-label": t("split_of", { code, name }), onclick: recode(code, "split"),
    }, t("slip_split")),
    h("button", {
      type: "button", class: "small plain", "aria-label": t("code_out", { code, name }),
      onclick: recode(code, "drop"),
    }, "×"),
  );
  const told = t("codes_of", { got: codes.length, need: wanted(line) });
  const short = codes.length < wanted(line) ? "short" : "soft";
  return h("tr", { class: "boxes" }, h("td", { colspan: "5" },
    h("span", { class: `small ${short}` }, told),
    h("ul", { class: "codes" }, codes.map(chip)),
    wrong && h("p", { class: "line-wrong", role: "alert" }, wrong)));
}
