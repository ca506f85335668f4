// Signing in at a door of the staff.

import { byId, fill, h } from "/common/dom.js";

/**
 * @param {{t: (word: string) => string, trouble: (error: Error) => Node}} page  its words and errors
 * @param {(body: {name: string, password: string}) => Promise<void>} begin
 * @param {string} said  why one is here again
 */
export function signInForm({ t, trouble }, begin, said) {
  const told = h("div", { "aria-live": "polite" }, said && h("p", { class: "notice note" }, said));
  const button = h("button", { type: "submit", class: "main" }, t("sign_in"));
  const form = h("form", { class: "card stack", onsubmit: submit },
    h("h2", {}, t("sign_in")),
    h("p", { class: "soft small" }, t("sign_in_hint")),
    h("div", {}, h("label", { for: "name" }, t("name")),
      h("input", { id: "name", autocomplete: "username", required: true, maxlength: 50 })),
    h("div", {}, h("label", { for: "password" }, t("password")),
      h("input", { id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 200 })),
    told, button);
  queueMicrotask(() => byId("name")?.focus());
  return h("main", { class: "sign-in" }, form);

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    fill(told);
    try {
      await begin({ name: byId("name").value.trim(), password: byId("password").value });
    } catch (error) {
      fill(told, trouble(error));
      byId("password").select();
    } finally {
      button.disabled = false;
    }
  }
}
