// One box to find a person by the document, the person's state on one page, and forms of few fields.

import { byId, fill, h } from "/common/dom.js";
import { newest } from "/common/newest.js";
import { plain } from "/common/typed.js";

import { Refused, call } from "./api.js";
import { actForm } from "./forms.js";
import { keyed, trouble } from "./parts.js";
import { personCard, personLists } from "./person.js";
import { slipCard } from "./slip.js";
import { t } from "./words.js";

const FIND = "F2";
const DOCUMENT = /^(\S.*?)[\s,，;；]+([0-9A-Za-z][0-9A-Za-z()（）-]{3,49})$/;

export function serveView(shell) {
  const search = h("input", {
    id: "search", autocomplete: "off", spellcheck: "false", required: true, maxlength: 110, placeholder: t("search_hint"),
    "aria-keyshortcuts": FIND,
  });
  const kinds = h("select", { id: "document" });
  const told = h("div", { id: "told", "aria-live": "polite" });
  const place = h("div", { class: "person", id: "person" });
  const panel = h("div", { id: "panel" });
  const form = h("form", { class: "card find", onsubmit: find, role: "search" },
    h("div", { class: "grow" }, h("label", { for: "search" }, t("search")), search),
    h("div", {}, h("label", { for: "document" }, t("document")), kinds),
    h("button", { type: "submit", class: "main" }, t("find"), " ", h("kbd", { "aria-hidden": "true" }, "Enter")));
  const hint = h("p", { class: "soft small" }, t("keys", { find: FIND }));
  const element = h("div", { class: "stack" }, form, told, hint, place);
  let choices = null;
  let person = null;
  const asking = newest();
  let from = null; // what was pressed to open a form: the focus goes back there
  const paper = { form_no: "", reason: t("paper_reason_default") }; // stays while one person is served

  return { element, show, key };

  async function show() {
    if (!choices) {
      try {
        choices = await call("GET", "/choices");
        fill(kinds, choices.documents.map((one) => h("option", { value: one.value }, one.name)));
      } catch (error) {
        wrong(error);
      }
    }
    if (person === null) search.focus();
  }

  async function find(event) {
    event.preventDefault();
    const found = DOCUMENT.exec(plain(search.value));
    if (!found) {
      fill(told, h("p", { class: "notice bad", role: "alert" }, t("search_wrong")));
      return;
    }
    const [, psn_name, certno] = found;
    leave();
    fill(told, h("p", { class: "soft" }, t("looking")));
    const current = asking();
    try {
      const state = await call("POST", "/persons", { psn_name, psn_cert_type: kinds.value || "01", certno });
      if (!current()) return;
      paper.form_no = "";
      shown(state);
      byId("person-name")?.focus();
    } catch (error) {
      if (!current()) return;
      wrong(error);
      search.select();
    }
  }

  function shown(state) {
    person = state;
    hint.hidden = true;
    fill(told);
    fill(panel);
    const lists = personLists(state, (spec) => begin(spec));
    fill(place,
      h("div", { class: "stack aside" }, personCard(state), buttons(state), panel),
      h("div", { class: "stack" }, lists));
  }

  function buttons(state) {
    const general = [
      ["G", "grant"], ["B", "bind"], !state.wallet && ["W", "wallet"], ["R", "premium"], ["C", "code"],
      state.accounts.length && ["X", "account"],
    ];
    return h("div", { class: "card row", role: "group", "aria-label": t("actions") },
      general.filter((one) => one).map(([letter, kind]) => keyed(letter, t(`do_${kind}`), () => begin({ kind }))),
      keyed("N", t("next_person"), next));
  }

  function begin(spec) {
    from = document.activeElement;
    fill(told);
    const whose = person;
    const finished = (act, more) => (whose === person ? done(act, more) : doneBefore(act));
    fill(panel, actForm({ ...spec, person, choices, paper, done: finished, cancel: back, ended: shell.ended }));
    panel.querySelector("input, select, button")?.focus();
    panel.scrollIntoView({ block: "nearest" });
  }

  /** Somebody else has come to the counter before it was done. */
  function doneBefore(act) {
    fill(told, h("p", { class: "notice note", role: "status" }, t("done_for_other", { form: act.form_no })));
  }

  async function done(act, more) {
    paper.form_no = act.form_no;
    paper.reason = act.reason;
    const current = asking();
    try {
      const state = await call("GET", `/persons/${person.id}`);
      if (!current()) return;
      shown(state);
    } catch (error) {
      if (!current()) return;
      wrong(error);
    }
    fill(panel, slipCard(act, back, more));
    byId("slip-on")?.focus();
  }

  function back() {
    fill(panel);
    (from?.isConnected ? from : byId("person-name"))?.focus();
  }

  function next() {
    leave();
    search.value = "";
    search.focus();
  }

  function leave() {
    asking(); // what was asked of whoever stood here is nobody's any more
    person = null;
    hint.hidden = false;
    fill(told);
    fill(place);
  }

  function wrong(error) {
    if (error instanceof Refused && error.status === 401) shell.ended();
    else fill(told, trouble(error));
  }

  function key(event) {
    if (event.key === FIND) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      if (panel.childElementCount) back();
      else if (person) next();
    } else if (!/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      const wanted = [...element.querySelectorAll("[data-key]")].reverse();
      const button = wanted.find((one) => one.dataset.key === event.key.toLowerCase());
      if (button) {
        event.preventDefault();
        button.focus(); // where Esc comes back to
        button.click();
      }
    }
  }
}
