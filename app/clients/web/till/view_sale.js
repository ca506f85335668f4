// The place where a customer is served: scan, basket, who pays, settle.

import { byId, h } from "/common/dom.js";

import { asideView } from "./view_aside.js";
import { basketView, focusCount } from "./view_basket.js";
import { finderView } from "./view_finder.js";
import { askPrescriptions } from "./view_prescriptions.js";
import { scanView } from "./view_scan.js";
import { askAgain, askUndo, sideView, takeNext } from "./view_side.js";
import { printSlip, slipPaper } from "./view_slip.js";
import { atRest, canSettle } from "./machine.js";
import { askCancel } from "./undoing.js";
import { t } from "./words.js";

/**
 * @param {import("./desk.js").Desk} desk
 * @param {{leave: (again?: boolean) => void, come: () => void, change: (rest: object) => void}} doings signs out; goes
 *   to this place; tells what was given and the change
 */
export function saleView(desk, { leave, come, change }) {
  const tell = (event) => desk.tell(event);
  const takeBack = () => askCancel(desk, desk.journal.find(desk.state.entry.msgid), come);
  const scan = scanView(desk.centre.till, tell, come, () => askPrescriptions(desk));
  const finder = finderView(desk.centre, tell);
  const basket = basketView(tell);
  const side = sideView(desk, { leave, change, takeBack });
  const aside = asideView(desk);
  const paper = h("section", { class: "paper-place", "aria-label": t("settled_slip"), hidden: true });
  const work = h("div", { class: "stack" }, finder.element, basket.element);
  const left = h("div", { class: "stack" }, scan.element, work, paper);
  const element = h("section", { class: "sale" }, aside.element, left, side.element);
  const keys = shortcuts(desk, scan, finder, takeBack);
  return {
    element,
    show: () => scan.focus(),
    stop() {
      scan.stop();
      document.removeEventListener("keydown", keys);
    },
    renderAside: () => aside.render(),
    render(state) {
      const slip = state.phase === "paid" && state.told;
      left.inert = !atRest(state); // what is being settled stays as it is
      scan.render(state);
      basket.render(state);
      side.render(state);
      aside.render();
      paper.hidden = !slip;
      work.hidden = ["paid", "undone"].includes(state.phase)
        || (!atRest(state) && state.basket.length === 0);
      paper.replaceChildren(...(slip ? [slipPaper(desk.centre.till, slip)] : []));
    },
  };
}

/** The keys that do the same as the buttons; they are shown on these. */
function shortcuts(desk, scan, finder, takeBack) {
  const phase = (...names) => names.includes(desk.state.phase);
  const last = () => phase("open") && desk.state.basket.at(-1);
  const doing = {
    F1: () => phase("open") && askPrescriptions(desk),
    F2: () => scan.focus(),
    F3: () => finder.focus(),
    F4: () => {
      if (phase("open")) focusCount(desk.state.basket.length - 1);
      else if (phase("paid")) byId("given")?.focus();
      else if (phase("waiting", "unknown")) askUndo(desk);
    },
    F6: () => desk.put() && scan.focus(),
    F7: () => printSlip(desk, desk.state.told),
    F8: () => takeNext(desk),
    F9: () => {
      if (canSettle(desk.state)) desk.tell({ type: "settle" });
      else if (phase("waiting", "unknown")) askAgain(desk);
      else if (phase("undone")) desk.tell({ type: "retry" });
    },
    F10: () => desk.foremost && desk.take(desk.foremost),
    Delete: () => last() && desk.tell({ type: "drop", line: last() }),
    "Ctrl+z": () => phase("paid") && desk.state.told.infno === "2102" && takeBack(),
  };
  const key = (event) => {
    const name = `${event.ctrlKey ? "Ctrl+" : ""}${event.key}`;
    if (!doing[name] || byId("place-sale").hidden || document.querySelector("dialog[open]")) return;
    if (!/^F\d/.test(name) && typing()) return;
    event.preventDefault();
    doing[name]();
  };
  document.addEventListener("keydown", key);
  return key;
}

/** Whether a text is being typed, in which such a key means something else. */
function typing() {
  const at = document.activeElement;
  return at instanceof HTMLInputElement && ["text", "search"].includes(at.type) && at.value !== "";
}
