// The right side: what it comes to, who pays, and what is happening. The largest letters are here.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { atRest, canPut, canSettle } from "./machine.js";
import { basketFen } from "./sale.js";
import { cashBox } from "./view_cash.js";
import { ask, notice, payers, reasons, redraw, refusalNotice } from "./view_parts.js";
import { printSlip, slipTitle } from "./view_slip.js";
import { t } from "./words.js";

/**
 * @param {import("./desk.js").Desk} desk
 * @param {{leave: (again?: boolean) => void, change: (rest: object) => void, takeBack: () => void}} doings
 */
export function sideView(desk, doings) {
  const element = h("section", { class: "card side stack", "aria-live": "polite" });
  return {
    element,
    render(state) {
      element.dataset.phase = state.phase;
      redraw(element, (SIDES[state.phase] ?? busy)(state, desk, doings));
    },
  };
}

const SIDES = { open, paid, undone, waiting, unknown, undoing };

function open(state, counter, { leave }) {
  const shown = state.preview?.totalFen ?? basketFen(state.basket);
  return [
    total(t("total"), shown),
    state.refusal ? refused(state, counter, leave) : null,
    state.lost === "price" ? lostPrice(counter) : null,
    state.kept && !state.preview ? notice("warn", t("kept")) : null,
    hint(state),
    state.preview ? previewed(state.preview) : null,
    h(
      "div",
      { class: "stack foot" },
      h(
        "button",
        {
          type: "button", class: "main big", id: "settle", disabled: !canSettle(state),
          onclick: () => counter.tell({ type: "settle" }),
        },
        t("settle"), " ", h("kbd", {}, "F9"),
      ),
      h(
        "div",
        { class: "row nowrap pair-of" },
        putButton(counter, "put_held", !canPut(state)),
        nextButton(counter, state.basket.length === 0 && !state.patient && !state.refusal),
      ),
    ),
  ];
}

function hint(state) {
  if (state.preview || state.refusal || state.lost === "price") return null;
  if (state.pricing) return h("p", { class: "soft", role: "status" }, t("pricing"));
  if (state.patient) return h("p", { class: "soft" }, t("need_basket"));
  return h("p", { class: "soft" }, t(state.basket.length > 0 ? "need_patient" : "need_both"));
}

function previewed(told) {
  const content = () => [payers(told.legs), reasons(told.reasons)];
  return [
    h("p", {}, h("span", { class: "tag note" }, t("nothing_paid_yet"))),
    content(),
    toCustomer(t("nothing_paid_yet"), () => [total(t("total"), told.totalFen), content()]),
  ];
}

function refused(state, counter, leave) {
  const { refusal } = state;
  const again = refusal.code === "SIGN_IN_UNKNOWN"
    ? h("button", { type: "button", onclick: () => leave(true) }, t("sign_in_again"))
    : null;
  return [
    refusalNotice(refusal, again),
    toCustomer(t("refused"), () => refusalNotice({ ...refusal, code: "" })),
  ];
}

function lostPrice(counter) {
  const again = () => counter.tell({ type: "price" });
  return notice("bad", t("lost_price"), h("button", { type: "button", onclick: again }, t("again")));
}

function busy() {
  return [h("p", { class: "big-word", role: "status" }, t("sending")), h("p", {}, t("sending_more"))];
}

function waiting(state, counter) {
  return unsettled("warn", t("waiting"), t("waiting_more"), state, counter);
}

function unknown(state, counter) {
  const can = counter.canResend();
  const more = t(can ? "unknown_more" : "unknown_gone");
  return unsettled("bad", t("unknown"), more, state, counter);
}

function unsettled(kind, word, more, state, counter) {
  const again = counter.canResend();
  return [
    notice(kind, word, h("p", {}, more)),
    state.refusal ? refusalNotice(state.refusal) : null,
    messageNumber(state),
    h(
      "div",
      { class: "stack foot" },
      h(
        "button",
        {
          type: "button", class: "main big", id: again ? "resend" : "find",
          onclick: () => askAgain(counter),
        },
        t(again ? "resend" : "find"), " ", h("kbd", {}, "F9"),
      ),
      putButton(counter, "put_open"),
      h("button", { type: "button", class: "grave big", id: "undo", onclick: () => askUndo(counter) },
        t("undo"), " ", h("kbd", {}, "F4")),
    ),
  ];
}

/** Asks the centre once more, now. */
export function askAgain(counter) {
  counter.tell({ type: counter.canResend() ? "resend" : "find" });
}

/** Makes the sale void, after a question. */
export function askUndo(counter) {
  const { dialog } = ask(t("undo_sure"), h("p", {}, t("undo_sure_more")), (close) => [
    h("button", { type: "button", onclick: close }, t("close")),
    h("button", { type: "button", class: "grave", id: "sure", onclick: () => {
      close();
      counter.tell({ type: "undo" });
    } }, t("undo")),
  ]);
  dialog.querySelector("#sure").focus();
}

function undoing(state, counter) {
  return [
    h("p", { class: "big-word", role: "status" }, t("undoing")),
    state.lost ? notice("bad", t("undoing_lost")) : null,
    messageNumber(state),
    h("div", { class: "stack foot" }, putButton(counter, "put_open")),
  ];
}

function undone(state, counter) {
  const retry = () => {
    counter.tell({ type: "retry" });
    document.getElementById("scan").focus();
  };
  const again = state.basket.length > 0 && h(
    "button", { type: "button", class: "big main", id: "retry", onclick: retry },
    t("retry"), " ", h("kbd", {}, "F9"));
  return [
    notice("good", t("undone"), h("p", {}, t("undone_more"))),
    messageNumber(state),
    h("div", { class: "stack foot" }, again, nextButton(counter, false, again ? "" : "main")),
  ];
}

function paid({ told: slip }, counter, { change, takeBack }) {
  const { told, back, infno } = slip;
  const word = { "2102": "paid", "2103": "cancelled", "2103A": "returned" }[infno];
  const content = () => (back ? whatCameBack(slip) : [
    total(t("total"), told.totalFen), payers(told.legs), reasons(told.reasons),
  ]);
  return [
    h("p", { class: "big-word good" }, `✓ ${t(word)}`),
    cashBox(counter.journal, slip, change),
    content(),
    h("div", { class: "row" }, toCustomer(slipTitle(slip), content),
      infno === "2102" && h("button", { type: "button", class: "plain", onclick: takeBack },
        t("take_back"), " ", h("kbd", {}, "Ctrl+Z"))),
    h(
      "div",
      { class: "stack foot" },
      h(
        "button",
        { type: "button", class: "big", onclick: () => printSlip(counter, slip) },
        t("print"), " ", h("kbd", {}, "F7"),
      ),
      nextButton(counter, false, "main"),
    ),
  ];
}

/** What comes back to whom, and what of the bill is left. */
function whatCameBack({ told, back, wasFen, infno }) {
  const nowFen = infno === "2103A" ? told.totalFen : 0;
  const was = yuan(wasFen ?? nowFen + back.totalFen);
  return [
    total(t("comes_back"), back.totalFen),
    h("p", { class: "soft was-now" }, t("was_now", { was, now: yuan(nowFen) })),
    h("p", { class: "soft" }, t("back_to")),
    payers(back.legs),
    reasons(told.reasons),
  ];
}

function total(label, fen) {
  return h(
    "p",
    { class: "total" },
    h("span", { class: "soft" }, label),
    h("strong", { class: "number" }, yuan(fen)),
  );
}

function messageNumber({ entry }) {
  return entry && h("p", { class: "small soft" }, t("message_number"), " ",
    h("span", { class: "code" }, entry.msgid));
}

function nextButton(counter, disabled = false, kind = "") {
  const next = () => takeNext(counter);
  const attributes = { type: "button", class: `big ${kind}`, id: "next", disabled, onclick: next };
  return h("button", attributes, t("next"), " ", h("kbd", {}, "F8"));
}

function putButton(counter, word, disabled = false) {
  const put = () => {
    counter.put();
    document.getElementById("scan").focus();
  };
  return h("button", { type: "button", class: "big", id: "put", disabled, onclick: put },
    t(word), " ", h("kbd", {}, "F6"));
}

/** The next customer; a basket that nobody has paid is not emptied without a question. */
export function takeNext(counter) {
  const after = (act) => (close) => {
    close();
    act();
    document.getElementById("scan").focus();
  };
  const next = after(() => counter.tell({ type: "next" }));
  const put = after(() => counter.put());
  const { phase, basket } = counter.state;
  if (atRest(counter.state) && (phase !== "open" || basket.length === 0)) {
    next(() => {});
    return;
  }
  const unsold = phase === "open";
  const title = t(unsold ? "empty_sure" : "put_sure");
  const more = t(unsold ? "empty_more" : "put_sure_more", { n: basket.length });
  const { dialog } = ask(title, h("p", {}, more), (close) => [
    unsold && h("button", { type: "button", class: "grave", id: "empty", onclick: () => next(close) },
      t("empty")),
    h("button", { type: "button", id: "put-aside", onclick: () => put(close) },
      t(unsold ? "put_held" : "put_open")),
    h("button", { type: "button", id: "keep", onclick: close }, t("close")),
  ]);
  dialog.querySelector("#empty, #put-aside").focus();
}

function toCustomer(title, content) {
  const open = () => {
    const { dialog } = ask(title, content(), (close) => [
      h("button", { type: "button", class: "big", onclick: close }, t("close")),
    ]);
    dialog.classList.add("to-customer");
  };
  return h("button", { type: "button", class: "plain", onclick: open }, t("show_patient"));
}
