// Small parts that several places show.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { t } from "./words.js";

const MARKS = { fund: "■", own: "●", wallet: "◆", aid: "♥", cash: "¥" };

/** A coloured box with a sentence, and what belongs below it. */
export function notice(kind, sentence, ...more) {
  return h("div", { class: `notice ${kind} stack` }, h("p", { class: "said" }, sentence), more);
}

/** Why not, and what would help, as the centre says it. */
export function refusalNotice(refusal, ...more) {
  const next = refusal.next ? h("p", { class: "then" }, `→ ${refusal.next}`) : null;
  const code = refusal.code && h("p", { class: "small code" }, refusal.code);
  return notice("bad", `${refusal.sentence}`, next, more, code);
}

/** Who pays how much, largest letters; the mark tells the payer without the colour. */
export function payers(legs) {
  return h(
    "dl",
    { class: "payers" },
    legs.map((leg) =>
      h(
        "div",
        { class: `payer ${leg.payer}` },
        h(
          "dt",
          {},
          h("span", { class: "mark", "aria-hidden": "true" }, MARKS[leg.payer] ?? "·"),
          payerName(leg),
        ),
        h("dd", { class: "number" }, yuan(leg.fen)),
      ),
    ),
  );
}

/** `家庭共济 *敏`. */
export function payerName(leg) {
  return [t(`payer_${leg.payer}`), leg.name].filter(Boolean).join(" ");
}

/** Why somebody did not pay, and what would help. */
export function reasons(list) {
  if (list.length === 0) return null;
  return h(
    "ul",
    { class: "reasons stack" },
    list.map((one) =>
      h(
        "li",
        { class: "notice warn" },
        h("p", {}, one.sentence),
        one.next ? h("p", {}, `→ ${one.next}`) : null,
      ),
    ),
  );
}

/**
 * A window that must be answered.
 *
 * @returns {{dialog: HTMLDialogElement, close: () => void}}
 */
export function ask(title, content, buttons) {
  const dialog = h("dialog", { class: "card", "aria-labelledby": "asked" });
  const close = () => dialog.close();
  fill(
    dialog,
    h("div", { class: "stack" }, h("h2", { id: "asked" }, title), content),
    h("div", { class: "row answers" }, buttons(close)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close };
}

/** Draws an element's content anew; what had the focus keeps it. */
export function redraw(element, ...children) {
  const held = element.contains(document.activeElement) ? document.activeElement.id : "";
  fill(element, ...children);
  if (held) document.getElementById(held)?.focus();
}
