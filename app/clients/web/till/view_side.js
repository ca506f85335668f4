// The right side: what it comes to, who pays, and what is happening. The largest letters are here.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { canSettle } from "./machine.js";
import { basketFen } from "./sale.js";
import { ask, notice, payers, reasons, redraw, refusalNotice } from "./view_parts.js";
import { printSlip, slipTitle } from "./view_slip.js";
import { t } from "./words.js";

export function sideView(counter, leave) {
  const element = h("section", { class: "card side stack", "aria-live": "polite" });
  return {
    element,
    render(state) {
      element.dataset.phase = state.phase;
      redraw(element, (SIDES[state.phase] ?? busy)(state, counter, leave));
    },
  };
}

const SIDES = { open, paid, undone, waiting, unknown, undoing };

function open(state, counter, leave) {
  const shown = state.preview?.totalFen ?? basketFen(state.basket);
  return [
    total(t("total"), shown),
    state.refusal ? refused(state, counter, leave) : null,
    state.lost === "price" ? lostPrice(counter) : null,
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
      nextButton(counter, state.basket.length === 0 && !state.patient && !state.refusal),
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
    ? h("button", { type: "button", onclick: leave }, t("sign_in_again"))
    : null;
  return [
    refusalNotice(refusal, again),
    toCustomer(t("refused"), () => refusalNotice(refusal)),
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
  const resend = () => counter.tell({ type: "resend" });
  const find = () => counter.tell({ type: "find" });
  const undo = () => counter.tell({ type: "undo" });
  return [
    notice(kind, word, h("p", {}, more)),
    state.refusal ? refusalNotice(state.refusal) : null,
    messageNumber(state),
    h(
      "div",
      { class: "stack foot" },
      counter.canResend()
        ? h("button", { type: "button", class: "main big", id: "resend", onclick: resend }, t("resend"))
        : h("button", { type: "button", class: "main big", id: "find", onclick: find }, t("find")),
      h("button", { type: "button", class: "grave big", id: "undo", onclick: undo }, t("undo")),
    ),
  ];
}

function undoing(state) {
  return [
    h("p", { class: "big-word", role: "status" }, t("undoing")),
    state.lost ? notice("bad", t("undoing_lost")) : null,
    messageNumber(state),
  ];
}

function undone(state, counter) {
  return [
    notice("good", t("undone"), h("p", {}, t("undone_more"))),
    messageNumber(state),
    h("div", { class: "stack foot" }, nextButton(counter, false, "main")),
  ];
}

function paid({ told: slip }, counter) {
  const { told, back } = slip;
  const word = { "2102": "paid", "2103": "cancelled", "2103A": "returned" }[slip.infno];
  const content = () => (back ? whatCameBack(slip) : [
    total(t("total"), told.totalFen), payers(told.legs), reasons(told.reasons),
  ]);
  return [
    h("p", { class: "big-word good" }, `✓ ${t(word)}`),
    handed(slip),
    content(),
    toCustomer(slipTitle(slip), content),
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

/** The cash that changes hands over the counter. */
function handed({ told, back, infno }) {
  if (infno === "2103A" && !back) return null; // its refund is not known here
  const fen = back ? -back.cashFen : told.cashFen;
  const words = infno === "2102" ? "no_cash" : "no_cash_back";
  return h(
    "div",
    { class: `take ${fen ? "" : "none"}` },
    h("span", {}, t(fen > 0 ? "take_cash" : fen < 0 ? "give_cash" : words)),
    fen ? h("strong", { class: "number" }, yuan(Math.abs(fen))) : null,
  );
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

/** The next customer; a basket that nobody has paid is not emptied without a question. */
export function takeNext(counter) {
  const go = () => {
    counter.tell({ type: "next" });
    document.getElementById("scan").focus();
  };
  const { phase, basket } = counter.state;
  if (phase !== "open" || basket.length === 0) {
    go();
    return;
  }
  const { dialog } = ask(t("empty_sure"), h("p", {}, t("empty_more", { n: basket.length })), (close) => [
    h("button", { type: "button", class: "grave", id: "empty", onclick: () => {
      close();
      go();
    } }, t("empty")),
    h("button", { type: "button", id: "keep", onclick: close }, t("close")),
  ]);
  dialog.querySelector("#empty").focus();
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
