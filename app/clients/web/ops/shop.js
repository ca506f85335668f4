// A shop by its name or code, as somebody on the telephone says it: typed, then chosen.

import { fill, h } from "/common/dom.js";

import { call } from "./api.js";
import { code } from "./parts.js";
import { t } from "./words.js";

const REST_MS = 250;
const CODE = /^[A-Za-z][0-9A-Za-z]{11,13}$/;

/** @param {string} id @param {(error: unknown) => void} failed */
export function shopField(id, failed) {
  const input = h("input", { id, autocomplete: "off", maxlength: 50, oninput: typed, placeholder: t("shop_example") });
  const choices = h("ul", { class: "choices" });
  let timer = 0;
  let chosen = "";
  return {
    element: h("div", {}, h("label", { for: id }, t("shop_field")), input, choices),
    /** The code that was chosen, or typed. */
    code: () => chosen || input.value.trim().toUpperCase(),
  };

  function typed() {
    clearTimeout(timer);
    chosen = "";
    fill(choices);
    const text = input.value.trim();
    if (text && !CODE.test(text)) timer = setTimeout(() => look(text), REST_MS);
  }

  async function look(text) {
    try {
      const found = await call("GET", `/institutions?${new URLSearchParams({ text })}`);
      if (input.value.trim() !== text) return;
      fill(choices, found.length ? found.map(choice) : h("li", { class: "soft" }, t("no_shop")));
    } catch (error) {
      failed(error);
    }
  }

  function choice(one) {
    return h("li", {}, h("button", { type: "button", class: "plain", onclick: () => choose(one) },
      `${one.fixmedins_name} `, code(one.fixmedins_code)));
  }

  function choose(one) {
    chosen = one.fixmedins_code;
    input.value = one.fixmedins_name;
    fill(choices);
  }
}
