// The scan field: it takes whatever a scanner reads, and shows whose code it was.

import { fill, h } from "/common/dom.js";
import { fenOf, yuan } from "/common/money.js";
import { plainScan as plain } from "/common/typed.js";

import { boxOf } from "./box.js";
import { canSee, look } from "./camera.js";
import { atRest } from "./machine.js";
import { cardOf, codeIn, digitsOf, isCode, listen } from "./scanner.js";
import { keptBoxes, keptShelf } from "./shelf_store.js";
import { play } from "./sounds.js";
import { notice } from "./view_parts.js";
import { t } from "./words.js";

/**
 * @param {() => void} come goes to where a customer is served, when something is scanned elsewhere
 * @param {() => void} prescriptions opens those of the patient
 */
export function scanView(till, tell, come, prescriptions) {
  const said = h("p", { class: "small soft", id: "scan-said", role: "status" });
  const who = h("div", { id: "patient" });
  const field = h("input", {
    id: "scan", class: "scan", inputmode: "numeric", autocomplete: "off", spellcheck: "false",
    placeholder: t("scan_hint"), "aria-describedby": "scan-said",
  });
  const scanned = (code) => {
    come();
    field.value = "";
    said.textContent = "";
    tell({ type: "code", code });
  };
  const goods = (box) => {
    come();
    field.value = "";
    said.textContent = "";
    tell({ type: "box", box, items: keptShelf(till.code), known: keptBoxes(till.code) });
  };
  const take = () => {
    const typed = digitsOf(field.value);
    const box = boxOf(field.value);
    if (cardOf(field.value)) scanned(plain(field.value).trim());
    else if (isCode(typed)) scanned(typed);
    else if (box) goods(box);
    else if (codeIn(typed)) scanned(codeIn(typed).code); // the rest of an earlier try stands before
    else if (typed) {
      said.textContent = t("not_a_code", { n: typed.length });
      play("no");
    }
  };
  const takeWhole = () => isCode(digitsOf(field.value)) && take();
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) take();
    if (event.key === "Tab" && isCode(digitsOf(field.value))) event.preventDefault();
    if (event.key === "Tab") takeWhole();
  });
  field.addEventListener("compositionend", () => setTimeout(takeWhole));
  field.addEventListener("paste", () => setTimeout(takeWhole));
  field.addEventListener("input", () => fill(said));
  const camera = h("button", { type: "button", onclick: () => look(scanned, goods) }, t("camera"));
  const element = h(
    "section",
    { class: "card stack scan-card" },
    h("label", { for: "scan" }, t("scan_label"), " ", h("kbd", {}, "F2")),
    h("div", { class: "row nowrap" }, field, canSee() ? camera : null),
    said,
    who,
  );
  return {
    element,
    focus: () => field.focus(),
    stop: listen(field, scanned, goods, come, () => play("no")),
    render(state) {
      element.hidden = !atRest(state) && !state.patient;
      if (state.unplaced) said.textContent = t(state.unplaced.why, state.unplaced);
      else if (state.phase === "open" && state.basket.length === 0 && !state.patient) fill(said);
      fill(who, ["paid", "undone"].includes(state.phase) ? null : patient(state, tell, prescriptions));
    },
  };
}

function patient(state, tell, prescriptions) {
  if (state.reading) return h("p", { class: "soft", role: "status" }, t("reading"));
  if (state.lost === "read") return notice("bad", t("lost_read"), h("p", {}, t("lost_read_more")));
  const { patient: person } = state;
  if (!person) return h("p", { class: "soft" }, t("no_patient"));
  const facts = [
    t(person.gend === "2" ? "female" : "male"), t("age", { n: person.age }), person.certno,
    ["310", "390"].includes(person.insutype) ? t(`plan_${person.insutype}`) : person.insutype,
  ];
  const own = h("input", {
    type: "checkbox", id: "keep-own", checked: !state.own,
    onchange: (event) => tell({ type: "own", own: !event.target.checked }),
  });
  const balance = person.balance !== null
    && h("span", {}, t("balance"), " ", h("strong", { class: "number" }, yuan(fenOf(person.balance))));
  return h(
    "div",
    { class: "row person" },
    h("strong", { class: "name" }, person.name),
    facts.map((fact) => h("span", { class: "soft" }, fact)),
    balance,
    h("button", { type: "button", class: "small", onclick: prescriptions }, t("rx_title"), " ",
      h("kbd", {}, "F1")),
    h("label", { class: "row push choice" }, own, t("keep_own")),
  );
}
