// Where the digits of a scanner go. It types like a keyboard: 28 digits and Enter, wherever the
// cursor happens to be.

const CODE_DIGITS = 28;
const TAIL = /\d{28}$/;

/**
 * The code at the end of a typed text, and what was there before it.
 *
 * @returns {{code: string, before: string}|null}
 */
export function codeIn(text) {
  const found = TAIL.exec(text.trimEnd());
  return found && { code: found[0], before: text.slice(0, found.index) };
}

/** The digits of a text that was pasted or typed: spaces and dashes may stand between them. */
export function digitsOf(text) {
  return text.replace(/[\s-]/g, "");
}

/** Whether a text is a whole code. */
export function isCode(text) {
  return /^\d+$/.test(text) && text.length === CODE_DIGITS;
}

/**
 * Brings the digits to the scan field when nobody is typing elsewhere, and takes them out of any
 * other field when a whole code and Enter came into it.
 *
 * @param {HTMLInputElement} field the scan field
 * @param {(code: string) => void} scanned
 * @returns {() => void} ends it
 */
export function listen(field, scanned) {
  const key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = document.activeElement;
    const typing = at instanceof HTMLInputElement && at !== field && at.type !== "checkbox";
    if (/^\d$/.test(event.key) && !typing && !inDialog(at)) field.focus();
    if (event.key !== "Enter" || !typing) return;
    const found = codeIn(at.value);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    at.value = found.before;
    at.dispatchEvent(new Event("input", { bubbles: true }));
    scanned(found.code);
  };
  document.addEventListener("keydown", key, true);
  return () => document.removeEventListener("keydown", key, true);
}

function inDialog(element) {
  return Boolean(element?.closest("dialog"));
}
