// What the customer buys.

import { h } from "/common/dom.js";
import { fenOfProduct, yuan } from "/common/money.js";
import { plainNumber } from "/common/typed.js";

import { lineFen, sum } from "./sale.js";
import { redraw } from "./view_parts.js";
import { t } from "./words.js";

export function basketView(tell) {
  const body = h("div", { class: "basket-body" });
  const element = h("section", { class: "card stack basket" }, h("h2", {}, t("basket")), body);
  return {
    element,
    render({ basket, preview }) {
      if (basket.length === 0) redraw(body, h("p", { class: "soft" }, t("basket_empty")));
      else redraw(body, table(basket, preview?.levels ?? [], tell));
    },
  };
}

function table(basket, levels, tell) {
  const heads = ["item", "price", "count", "amount"].map((name) =>
    h("th", { scope: "col", class: name === "item" ? "" : "number" }, t(name)),
  );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, heads, h("td", {}))),
    h("tbody", {}, basket.map((line, at) => row(line, at, levels[at], tell))),
  );
}

function row(line, at, level, tell) {
  const { name } = line;
  const count = (cnt) => tell({ type: "count", line, cnt });
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
    h("td", {}, level ? h("span", { class: "tag" }, t(`level_${level}`)) : null, " ", name),
    h("td", { class: "number" }, yuan(fenOfProduct(line.pric, "1"))),
    h("td", { class: "number" }, h("div", { class: "counts" },
      step(-1, "one_less", "−"), field, step(1, "one_more", "+"))),
    h("td", { class: "number" }, h("strong", {}, yuan(lineFen(line)))),
    h("td", {}, out),
  );
}
