// The place where a customer is served: scan, basket, who pays, settle.

import { byId, h } from "/common/dom.js";

import { basketView } from "./view_basket.js";
import { finderView } from "./view_finder.js";
import { scanView } from "./view_scan.js";
import { sideView, takeNext } from "./view_side.js";
import { printSlip, slipPaper } from "./view_slip.js";
import { atRest, canSettle } from "./machine.js";
import { t } from "./words.js";

/**
 * @param {import("./counter.js").Counter} counter
 * @param {() => void} leave signs out
 */
export function saleView(counter, leave) {
  const tell = (event) => counter.tell(event);
  const scan = scanView(counter.centre.till, tell);
  const finder = finderView(counter.centre, tell);
  const basket = basketView(tell);
  const side = sideView(counter, leave);
  const paper = h("section", { class: "paper-place", "aria-label": t("settled_slip"), hidden: true });
  const work = h("div", { class: "stack" }, finder.element, basket.element);
  const left = h("div", { class: "stack" }, scan.element, work, paper);
  const element = h("section", { class: "sale" }, left, side.element);
  const keys = shortcuts(counter, scan, finder);
  return {
    element,
    show: () => scan.focus(),
    stop() {
      scan.stop();
      document.removeEventListener("keydown", keys);
    },
    render(state) {
      const slip = state.phase === "paid" && state.told;
      left.inert = !atRest(state); // what is being settled stays as it is
      scan.render(state);
      basket.render(state);
      side.render(state);
      paper.hidden = !slip;
      work.hidden = ["paid", "undone"].includes(state.phase)
        || (!atRest(state) && state.basket.length === 0);
      paper.replaceChildren(...(slip ? [slipPaper(counter.centre.till, slip)] : []));
    },
  };
}

/** The keys that do the same as the buttons; they are shown on these. */
function shortcuts(counter, scan, finder) {
  const doing = {
    F2: () => scan.focus(),
    F3: () => finder.focus(),
    F7: () => printSlip(counter, counter.state.told),
    F8: () => takeNext(counter),
    F9: () => canSettle(counter.state) && counter.tell({ type: "settle" }),
  };
  const key = (event) => {
    if (!doing[event.key] || byId("place-sale").hidden) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    doing[event.key]();
  };
  document.addEventListener("keydown", key);
  return key;
}
