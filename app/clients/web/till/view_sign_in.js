// The form of a machine that is not paired: the manager pairs it, or signs in this once.

import { fill, h } from "/common/dom.js";

import { plain } from "/common/typed.js";

import { Lost } from "./centre.js";
import { remembered, signIn, signInByPin } from "./session.js";
import { deviceNo, pair, pairedTill } from "./shop/pairing.js";
import { canSeal } from "./shop/sealed.js";
import { s } from "./shop/words.js";
import { keepShelf } from "./shelf_store.js";
import { notice, refusalNotice } from "./view_parts.js";
import { t } from "./words.js";

const FIELDS = [
  ["code", "code", { maxlength: 14, pattern: "[A-Z0-9]{12,14}", autocapitalize: "characters" }],
  ["name", "name", { maxlength: 200 }],
  ["admdvs", "admdvs", { maxlength: 6, pattern: "[0-9]{6}", inputmode: "numeric" }],
  ["keyId", "key_id", { maxlength: 64 }],
  ["secret", "secret", { type: "password" }],
  ["opter", "opter", { maxlength: 20, value: "T01" }],
  ["opterName", "opter_name", { maxlength: 50 }],
];

const PAIRING = [
  ["called", "called", { maxlength: 40, value: s("till_one") }],
  ["pin", "pin_new", { type: "password", maxlength: 6, inputmode: "numeric" }],
];

const CODES = ["code", "admdvs", "keyId", "opter"];

/** @param {(till: object) => void} done */
export function signInView(done) {
  const inputs = {};
  const said = h("div", { role: "alert" });
  const go = h("button", { class: "main", type: "submit" }, t("sign_in"));
  const demo = h("div", { hidden: true });
  const fields = FIELDS.map(([name, label, attributes]) => {
    const value = remembered()[name] ?? attributes.value ?? "";
    const plain = { id: `in-${name}`, required: true, autocomplete: "off", spellcheck: "false" };
    inputs[name] = h("input", { ...plain, ...attributes, value });
    if (CODES.includes(name)) inputs[name].addEventListener("change", halfWidth);
    return h("div", {}, h("label", { for: `in-${name}` }, t(label)), inputs[name]);
  });
  const keeping = pairingPart(inputs);
  const submit = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input.value.trim()]),
    );
    go.disabled = true;
    fill(said, notice("note", t("signing_in")));
    const outcome = await tried(() => (keeping.wanted() ? paired(given) : once(given)));
    go.disabled = false;
    if (outcome.till) done(outcome.till);
    else fill(said, outcome.shown);
  };
  offerDemo(demo, inputs, keeping);
  return h(
    "main",
    { class: "sign-in" },
    h(
      "form",
      { class: "card stack", onsubmit: submit },
      h("h2", {}, t("sign_in_title")),
      h("p", { class: "soft small" }, t("sign_in_lead")),
      demo,
      h("div", { class: "fields" }, fields),
      keeping.element,
      said,
      go,
    ),
  );
}

/** What an input method made wide is written as it is registered, before it is looked at. */
function halfWidth({ target }) {
  target.value = target.id === "in-code" ? plain(target.value).toUpperCase() : plain(target.value);
}

/** What pairing asks for besides; where this browser can't keep a secret, there is nothing of it. */
function pairingPart(inputs) {
  const box = h("input", { type: "checkbox", id: "in-pair", checked: canSeal() });
  const more = h("div", { class: "fields" }, PAIRING.map(([name, label, attributes]) => {
    inputs[name] = h("input", { id: `in-${name}`, autocomplete: "off", ...attributes });
    return h("div", {}, h("label", { for: `in-${name}` }, s(label)), inputs[name]);
  }));
  const draw = () => {
    more.hidden = !box.checked;
    inputs.pin.required = inputs.called.required = box.checked;
  };
  box.addEventListener("change", draw);
  draw();
  return {
    element: h("div", { class: "stack", hidden: !canSeal() },
      h("label", { class: "row", for: "in-pair" }, box, s("pair_it")),
      h("p", { class: "soft small" }, s("pair_more")), more),
    wanted: () => box.checked,
    leave() {
      box.checked = false;
      draw();
    },
  };
}

/** Nothing of this is kept but in this tab. */
function once({ called: _, pin: __, ...given }) {
  return signIn(given);
}

/** Pairs this machine, and signs the first cashier in. */
async function paired({ called, ...given }) {
  const { refusal } = await pair({ ...given, devNo: deviceNo(called) });
  return refusal ? { refusal } : signInByPin(await pairedTill(), given.opter, given.pin);
}

async function tried(attempt) {
  try {
    const { till, refusal } = await attempt();
    return till ? { till } : { shown: refusalNotice(refusal) };
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return { shown: notice("bad", t("line_down")) };
  }
}

/** Only in the demo there is such an address; elsewhere the button never shows. */
async function offerDemo(place, inputs, keeping) {
  const response = await fetch("/demo/till", { cache: "no-store" }).catch(() => null);
  if (!response?.ok) return;
  const told = await response.json();
  const values = {
    code: told.fixmedins_code, name: told.fixmedins_name, admdvs: told.admdvs,
    keyId: told.key_id, secret: told.secret, opterName: "演示收银员",
  };
  const put = () => {
    for (const [name, value] of Object.entries(values)) inputs[name].value = value;
    keeping.leave();
    keepShelf(told.fixmedins_code, told.shelf);
    inputs.opterName.focus();
  };
  fill(
    place,
    h(
      "div",
      { class: "notice warn stack" },
      h("p", {}, h("span", { class: "tag warn" }, t("demo_tag")), " ", t("demo_lead")),
      h("button", { type: "button", id: "demo-fill", onclick: put }, t("demo_fill")),
    ),
  );
  place.hidden = false;
}
