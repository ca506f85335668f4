// One settlement's whole story. Whoever asks says why; the server writes that down first.

import { byId, fill, h } from "/common/dom.js";
import { newest } from "/common/newest.js";
import { plain } from "/common/typed.js";

import { Refused, call } from "./api.js";
import { trouble } from "./parts.js";
import { poll } from "./poll.js";
import { sealed, told } from "./telling.js";
import { whyField } from "./why.js";
import { t } from "./words.js";

const SEALS_MS = 5000;
const SEALS_MOST = 100;

export function storyView(shell) {
  const answer = h("div", { class: "stack", "aria-live": "polite" });
  const button = h("button", { type: "submit", class: "main" }, t("look"));
  const begin = newest();
  const bySetl = h("div", {}, field("setl_id", t("setl_id"), { inputmode: "numeric", pattern: "[0-9]{1,19}", maxlength: 19 }));
  const byMessage = h("div", { class: "fields", hidden: true },
    field("fixmedins_code", t("fixmedins"), { maxlength: 14 }), field("msgid", t("msgid"), { maxlength: 30 }));
  const why = whyField("story-why", t("why_look"), t("why_example"));
  const form = h("form", { class: "card stack story-form", onsubmit: submit },
    h("h2", {}, t("tab_story")),
    h("fieldset", { class: "row" }, h("legend", { class: "aloud" }, t("tab_story")),
      choice("setl", t("by_setl"), true), choice("message", t("by_msgid"), false)),
    bySetl, byMessage, why.element, button);
  // Rows are sealed half a minute behind: what is open is brought up without another look.
  const sealing = poll(askSeals, showSeals, () => null, SEALS_MS);
  return { element: h("div", { class: "stack" }, form, answer), ask, show: askOn, leave: () => sealing.stop() };

  function unsealed() {
    return [...answer.querySelectorAll("[data-unsealed]")];
  }

  function askOn() {
    if (unsealed().length) sealing.start();
    else sealing.stop();
  }

  async function askSeals() {
    const ids = unsealed().slice(0, SEALS_MOST).map((one) => one.dataset.unsealed);
    return ids.length ? call("GET", `/seals?ids=${ids.join(",")}`) : [];
  }

  function showSeals(found) {
    const seals = new Map(found.map((one) => [one.id, one]));
    for (const one of unsealed()) {
      const seal = seals.get(one.dataset.unsealed);
      if (!seal) continue;
      one.replaceWith(h("div", {}, sealed(seal)));
    }
    if (!unsealed().length) sealing.stop();
  }

  function choice(value, text, checked) {
    return h("label", { class: "choice" },
      h("input", { type: "radio", name: "way", value, id: `way-${value}`, checked, onchange: () => way(value) }), text);
  }

  function way(value) {
    byId(`way-${value}`).checked = true;
    bySetl.hidden = value !== "setl";
    byMessage.hidden = value !== "message";
  }

  /** Fills the question in. Why is for whoever looks to say; who has said it is told at once. */
  function ask(which, reason = "") {
    way(which.setl_id ? "setl" : "message");
    for (const name of ["setl_id", "fixmedins_code", "msgid"]) byId(`story-${name}`).value = which[name] ?? "";
    fill(answer);
    why.set(reason);
    if (reason) form.requestSubmit();
    else why.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const of = (name) => plain(byId(`story-${name}`).value);
    const reason = why.read();
    if (reason === null) return;
    const which = bySetl.hidden
      ? { fixmedins_code: of("fixmedins_code"), msgid: of("msgid") }
      : { setl_id: of("setl_id") };
    const current = begin();
    button.disabled = true; // pressed twice it is asked, and written down, once
    fill(answer, h("p", { class: "soft" }, t("waiting")));
    try {
      const story = await call("POST", "/stories", { ...which, reason });
      if (!current()) return;
      fill(answer, told(story));
      askOn();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else if (current()) fill(answer, trouble(error));
    } finally {
      if (current()) button.disabled = false;
    }
  }
}

function field(name, text, attributes) {
  const id = `story-${name}`;
  return h("div", {}, h("label", { for: id }, text), h("input", { id, autocomplete: "off", ...attributes }));
}
