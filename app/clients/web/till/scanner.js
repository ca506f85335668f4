// Where the digits of a scanner go. It types like a keyboard: a code and Enter (or TAB), wherever the
// cursor happens to be, with marks of its own around them, and through an input method.

import { plain, plainScan } from "/common/typed.js";

import { boxOf } from "./box.js";

const CODE_DIGITS = 28;
const TAIL = /\d{28}$/;
const KIND = /\][A-Za-z]\d$/; // which kind of symbol it was
const SET = /\\\d{6}/g; // which character set the symbol named
const ENDS = ["Enter", "Tab"];
const UNTYPED = ["checkbox", "radio", "file"];
const SCANNED = 6; // so many signs before an Enter are no hand's

/**
 * The code at the end of a typed text, and what was there before it.
 *
 * @returns {{code: string, before: string}|null}
 */
export function codeIn(text) {
  const typed = plain(text).replace(SET, "");
  const found = TAIL.exec(typed);
  return found && { code: found[0], before: typed.slice(0, found.index).replace(KIND, "") };
}

/** The digits of a text that was pasted, typed or seen: spaces and dashes may stand between them. */
export function digitsOf(text) {
  return plainScan(text).replace(/[\s-]/g, "");
}

/** Whether a text is a whole code. */
export function isCode(text) {
  return /^\d+$/.test(text) && text.length === CODE_DIGITS;
}

/**
 * A social-security card, as its reader or a hand types it: number, slash, serial.
 *
 * @returns {{number: string, serial: string}|null}
 */
export function cardOf(text) {
  const found = /^([\w.-]{1,50})\/([\w.-]{1,32})$/.exec(plainScan(text).trim());
  return found && { number: found[1], serial: found[2] };
}

/**
 * Brings the digits to the scan field when nobody is typing elsewhere, and takes them out of any
 * other field when a whole code and Enter came into it.
 *
 * @param {HTMLInputElement} field the scan field
 * @param {(code: string) => void} scanned
 * @param {(box: import("./box.js").Box) => void} goods
 * @param {() => void} come shows the scan field, where it isn't shown
 * @param {() => void} no something else waits for an answer: what is scanned then is not taken
 * @returns {() => void} ends it
 */
export function listen(field, scanned, goods, come, no) {
  let inWindow = 0;
  const key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = document.activeElement;
    const typing = at instanceof HTMLInputElement && at !== field && !UNTYPED.includes(at.type);
    const asked = document.querySelector("dialog[open]");
    if ((asked || field.closest("[inert]")) && !typing) {
      // A scanner ends with Enter: it must not press the button that waits for an answer.
      if (ENDS.includes(event.key) && inWindow >= SCANNED) {
        event.preventDefault();
        event.stopPropagation();
        no();
      }
      inWindow = begins(event) || /^[\w]$/.test(event.key) ? inWindow + 1 : 0;
      return;
    }
    if (begins(event) && !typing) {
      if (field.closest("[hidden]")) come();
      field.focus();
    }
    if (!ENDS.includes(event.key) || !typing || at.dataset.takes) return;
    const found = codeIn(at.value);
    const box = found || !/^[\d(\]]/.test(plain(at.value)) ? null : boxOf(at.value);
    if (!found && !box) return;
    event.preventDefault();
    event.stopPropagation();
    at.value = found?.before ?? "";
    at.dispatchEvent(new Event("input", { bubbles: true }));
    if (asked) no();
    else if (found) scanned(found.code);
    else goods(box);
  };
  document.addEventListener("keydown", key, true);
  return () => document.removeEventListener("keydown", key, true);
}

/** How codes begin: a digit's key, also while an input method takes the keys, a bracket. */
function begins({ key, code }) {
  return /^[0-9０-９(\]]$/.test(key) || (key === "Process" && /^(?:Digit|Numpad)\d$/.test(code));
}
