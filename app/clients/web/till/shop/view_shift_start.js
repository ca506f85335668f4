// A paired machine before a shift: number and PIN, and the manager's door.

import { fill, h } from "/common/dom.js";

import { signInByPin } from "../session.js";
import { askManager } from "./view_cashiers.js";
import { paired, pairedTill, unpair } from "./pairing.js";
import { focusPin, pinForm } from "./view_pin.js";
import { s } from "./words.js";

/**
 * @param {(till: object) => void} done somebody stands here
 * @param {() => void} again this machine is paired no more
 */
export function shiftStartView(done, again) {
  const machine = paired();
  const attempt = async (opter, pin) => {
    const till = await pairedTill();
    return till ? signInByPin(till, opter, pin) : { gone: true };
  };
  const after = async (told) => {
    if (!told.gone) {
      done(told.till);
      return;
    }
    await unpair();
    again();
  };
  const form = pinForm(s("begin_shift"), attempt, after);
  const manage = async () => {
    const till = await pairedTill();
    if (till) askManager(till, again);
    else await after({ gone: true });
  };
  const element = h(
    "main",
    { class: "sign-in" },
    h("div", { class: "card stack shift-start" },
      h("h2", {}, machine.name),
      h("p", { class: "soft" }, s("this_till", { name: machine.devNo })),
      form,
      h("button", { type: "button", class: "plain", id: "manager", onclick: manage }, s("manager"))),
  );
  queueMicrotask(() => focusPin(form));
  return element;
}

/**
 * The same over what is on the screen: nothing of it is lost, whoever unlocks it.
 *
 * @param {object} till who stood here; whoever unlocks it is written into it
 * @param {(till: object) => void} unlocked
 */
export function lockView(till, unlocked) {
  const attempt = async (opter, pin) => {
    const machine = await pairedTill();
    return machine ? signInByPin(machine, opter, pin) : { refusal: GONE() };
  };
  const dialog = h("dialog", { class: "lock", id: "lock", "aria-labelledby": "locked" });
  const form = pinForm(s("unlock"), attempt, ({ till: now }) => {
    removeEventListener("keydown", hush, true);
    dialog.close();
    dialog.remove();
    Object.assign(till, now);
    unlocked(till);
  });
  fill(dialog, h("div", { class: "card stack" },
    h("h2", { id: "locked" }, s("locked")),
    h("p", { class: "soft" }, s("locked_more", { name: till.opterName })), form));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  addEventListener("keydown", hush, true);
  document.body.append(dialog);
  dialog.showModal();
  focusPin(form);
}

/** While it is locked no key does anything on the page behind. */
function hush(event) {
  event.stopPropagation();
  if (event.key === "Escape" || /^F\d+$/.test(event.key)) event.preventDefault();
}

function GONE() {
  return { code: "", sentence: s("key_gone"), next: s("key_gone_next") };
}
