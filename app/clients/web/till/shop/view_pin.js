// Number and PIN: at the start of a shift, and to unlock.

import { fill, h } from "/common/dom.js";
import { plain } from "/common/typed.js";

import { Lost } from "../centre.js";
import { notice, refusalNotice } from "../view_parts.js";
import { lastCashier } from "./pairing.js";
import { s } from "./words.js";

const PIN = /^\d{6}$/;

/**
 * @param {string} word on the button
 * @param {(opter: string, pin: string) => Promise<{refusal?: object}>} attempt
 * @param {(done: object) => void} done told what the attempt gave
 */
export function pinForm(word, attempt, done) {
  const opter = h("input", {
    id: "pin-opter", required: true, maxlength: 20, autocomplete: "off", value: lastCashier(),
  });
  const pin = h("input", {
    id: "pin", type: "password", inputmode: "numeric", required: true, maxlength: 12,
    autocomplete: "off",
  });
  const said = h("div", { role: "alert" });
  const go = h("button", { class: "main big", type: "submit", id: "pin-go" }, word);
  const submit = async (event) => {
    event.preventDefault();
    if (!PIN.test(plain(pin.value))) { // a scanner that was used meanwhile is no try
      pin.value = "";
      fill(said, notice("warn", s("six_digits")));
      return;
    }
    go.disabled = true;
    fill(said);
    const told = await tried(() => attempt(plain(opter.value), plain(pin.value)));
    go.disabled = false;
    pin.value = "";
    if (told.shown) {
      fill(said, told.shown);
      pin.focus();
    } else done(told);
  };
  return h(
    "form",
    { class: "stack", onsubmit: submit },
    h("div", { class: "fields" },
      h("div", {}, h("label", { for: opter.id }, s("number")), opter),
      h("div", {}, h("label", { for: pin.id }, s("pin")), pin)),
    said,
    go,
  );
}

/** Puts the cursor where the next key belongs. */
export function focusPin(form) {
  const [opter, pin] = form.querySelectorAll("input");
  (opter.value ? pin : opter).focus();
}

/** What an attempt gives, a refusal and a broken line as what is shown. */
export async function tried(attempt) {
  try {
    const told = await attempt();
    return told.refusal ? { shown: refusalNotice(told.refusal) } : told;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return { shown: notice("bad", s("offline")) };
  }
}
