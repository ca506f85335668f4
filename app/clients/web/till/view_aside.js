// The sales that are put aside: whose, how much, and what is known of each.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { dueFen } from "./rest.js";
import { basketFen } from "./sale.js";
import { redraw } from "./view_parts.js";
import { t } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function asideView(desk) {
  const element = h("section", { class: "aside row", hidden: true, "aria-label": t("aside") });
  return {
    element,
    render() {
      element.hidden = desk.aside.length === 0;
      const lead = h("strong", {}, t("aside"), " ", h("kbd", {}, "F10"));
      redraw(element, lead, desk.aside.map((one, at) => chip(one, at, desk)));
    },
  };
}

function chip(counter, at, desk) {
  const { state, since } = counter;
  const [kind, word] = standing(state);
  const fen = state.told?.told.totalFen ?? basketFen(state.basket);
  const time = new Date(since).toTimeString().slice(0, 5);
  const facts = [time, state.patient?.name, fen !== 0 && yuan(Math.abs(fen))].filter(Boolean).join(" ");
  return h(
    "button",
    { type: "button", id: `aside${at}`, class: "aside-one", onclick: () => desk.take(counter) },
    h("span", { class: "number" }, facts),
    h("span", { class: `tag ${kind}` }, word),
  );
}

/** What is known of it: a colour, and a word. */
function standing({ phase, refusal, told }) {
  if (phase === "open") return refusal ? ["bad", t("aside_refused")] : ["note", t("aside_held")];
  if (phase === "undone") return ["note", t("aside_undone")];
  if (phase !== "paid") return ["warn", t(phase === "undoing" ? "undoing" : "aside_asking")];
  const due = dueFen(told);
  const word = due > 0 ? "take_cash" : "give_cash";
  return ["good", due ? `${t("aside_done")} ${t(word)} ${yuan(Math.abs(due))}` : t("aside_done")];
}
