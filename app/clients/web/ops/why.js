// Why somebody looks: asked for beside every look, and what is wrong with it said beside the field.

import { fill, h } from "/common/dom.js";

import { t } from "./words.js";

const LEAST = 4;

/**
 * A field for a reason.
 *
 * @param {string} id @param {string} text  its label
 * @param {string} example
 */
export function whyField(id, text, example) {
  const wrong = h("p", { id: `${id}-wrong`, class: "small wrong" });
  const input = h("input", {
    id, autocomplete: "off", maxlength: 200, placeholder: example, "aria-describedby": `${id}-wrong`,
    "aria-required": "true", oninput: () => tell(""),
  });
  return { element: h("div", {}, h("label", { for: id }, text), input, wrong), read, set, focus: () => input.focus() };

  /** The reason; null, said and focused, when it is none yet. */
  function read() {
    const found = input.value.trim();
    const short = [...found].length < LEAST;
    tell(short ? t("why_short") : "");
    if (short) input.focus();
    return short ? null : found;
  }

  function set(value) {
    input.value = value;
    tell("");
  }

  function tell(said) {
    input.setAttribute("aria-invalid", String(Boolean(said)));
    fill(wrong, said && h("span", { role: "alert" }, said));
  }
}
