// The forms of acts: few fields each, the paper's number and the reason last. Enter sends, Esc goes back.

import { fill, h } from "/common/dom.js";
import { fenOf, isAmount } from "/common/money.js";
import { plain, plainNumber } from "/common/typed.js";

import { Refused, call } from "./api.js";
import { sum, trouble } from "./parts.js";
import { t } from "./words.js";

const CAPS = ["use", "day", "month", "year"];
const WHERE = {
  grant: "/grants", bind: "/relatives", wallet: "/wallet", premium: "/premiums", code: "/code", account: "/pay-out",
  bind_confirm: "/relatives/{ref}/confirm", bind_end: "/relatives/{ref}/end",
  grant_confirm: "/grants/{ref}/confirm", grant_limits: "/grants/{ref}/limits",
  grant_freeze: "/grants/{ref}/freeze", grant_unfreeze: "/grants/{ref}/unfreeze", grant_pause: "/grants/{ref}/pause",
  grant_order: "/grants/{ref}/order", grant_end: "/grants/{ref}/end",
  card_lost: "/cards/{ref}/lost", card_found: "/cards/{ref}/found",
  premium_back: "/premiums/{ref}/take-back", premium_refund: "/premiums/{ref}/refund",
};
const TITLES = {
  bind_confirm: "do_confirm", bind_end: "do_end", premium_back: "do_take_back", premium_refund: "do_refund",
};
let numbered = 0;

/** What the clerk wrote isn't a sum. */
class NoSum extends Error {}

/**
 * A form of one act: `kind`, and `ref` of what it is done to. `done(act, answer)` when it was done.
 */
export function actForm(spec) {
  const { person, paper, done, cancel, ended } = spec;
  const told = h("div", { "aria-live": "polite" });
  const fields = FIELDS[spec.kind]?.(spec) ?? { elements: [], body: () => ({}) };
  const formNo = input("paper_form", { value: paper.form_no, required: true, maxlength: 30, pattern: "[A-Za-z0-9\\/\\-]+" });
  const reason = input("paper_reason", { value: paper.reason, required: true, minlength: 4, maxlength: 200 });
  const send = h("button", { type: "submit", class: "main" }, t("send"), " ", h("kbd", { "aria-hidden": "true" }, "Enter"));
  const title = t(TITLES[spec.kind] ?? `do_${spec.kind.replace("grant_", "")}`);
  return h("form", { class: "card stack act", onsubmit: submit, "aria-label": title },
    h("h2", {}, title), fields.elements, pair(formNo.element, reason.element), told,
    h("div", { class: "row" }, send,
      h("button", { type: "button", onclick: cancel }, t("cancel"), " ", h("kbd", { "aria-hidden": "true" }, "Esc"))));

  async function submit(event) {
    event.preventDefault();
    send.disabled = true; // pressed twice it is done once
    fill(told);
    try {
      const path = `/persons/${person.id}${WHERE[spec.kind].replace("{ref}", spec.ref)}`;
      const body = { ...fields.body(), form_no: plain(formNo.value()), reason: reason.value().trim() };
      const answer = await call("POST", path, body);
      await done(answer.act ?? answer, answer.act ? answer : null);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return ended();
      fill(told, error instanceof NoSum ? h("p", { class: "notice bad", role: "alert" }, t("sum_wrong")) : trouble(error));
      send.disabled = false;
      send.focus();
    }
  }
}

function input(name, attributes = {}) {
  numbered += 1;
  const field = h("input", { id: `field-${numbered}`, name, autocomplete: "off", ...attributes });
  return {
    element: h("div", {}, h("label", { for: field.id }, t(name)), field),
    value: () => field.value,
    checked: () => field.checked,
  };
}

function tick(name, checked = false) {
  numbered += 1;
  const field = h("input", { id: `field-${numbered}`, name, type: "checkbox", checked });
  return { element: h("div", { class: "row" }, field, h("label", { for: field.id }, t(name))), checked: () => field.checked };
}

function select(name, options, attributes = {}) {
  numbered += 1;
  const field = h("select", { id: `field-${numbered}`, name, ...attributes },
    options.map(([value, text]) => h("option", { value }, text)));
  return { element: h("div", {}, h("label", { for: field.id }, t(name)), field), field, value: () => field.value };
}

/** Two in a row, so that a form needs no scrolling. */
const pair = (...elements) => h("div", { class: "pair" }, elements);

const named = (list) => list.map((one) => [one.value, one.name]);

/** A relative by the document, and who that is to the person. */
function relative(spec) {
  const name = input("other_name", { required: true, maxlength: 50 });
  const kind = select("document", named(spec.choices.documents));
  const number = input("other_number", { required: true, maxlength: 50 });
  const relation = select("other_relation", [["", t("choose")], ...named(spec.choices.relations)], { required: true });
  const agreed = tick("agreed");
  return {
    elements: [pair(name.element, relation.element), pair(kind.element, number.element), agreed.element],
    body: () => ({
      psn_name: plain(name.value()), psn_cert_type: kind.value(), certno: plain(number.value()),
      relation: relation.value(), agreed: agreed.checked(),
    }),
  };
}

/** Caps in yuan; what is empty is no limit. */
function caps(grant) {
  const now = (name) => (grant?.[`cap_${name}_fen`] ? String(grant[`cap_${name}_fen`] / 100) : "");
  const field = (name) => (name === "use" ? "per_use" : name);
  const made = CAPS.map((name) => [name, input(`cap_${name}`, { inputmode: "decimal", maxlength: 12, value: now(field(name)) })]);
  return {
    elements: [pair(made.map(([, one]) => one.element))],
    body: () => Object.fromEntries(made.map(([name, one]) => [`cap_${field(name)}_fen`, fen(one.value())])),
  };
}

function fen(text) {
  const value = plainNumber(text);
  if (!value) return null;
  if (!isAmount(value, 2)) throw new NoSum();
  return fenOf(value);
}

const FIELDS = {
  grant(spec) {
    const who = relative(spec);
    const limits = caps(null);
    const purposes = select("purposes", [
      ["", t("by_region")], ...named(spec.choices.purposes), ["both", spec.choices.purposes.map((one) => one.name).join("＋")],
    ]);
    const last = input("ends_on", { type: "date" });
    const once = tick("once");
    return {
      elements: [...who.elements, ...limits.elements, pair(purposes.element, last.element), once.element],
      body: () => ({
        ...who.body(), ...limits.body(), ends_on: last.value() || null, once: once.checked(),
        purposes: !purposes.value() ? null : purposes.value() === "both" ? ["medical", "premium"] : [purposes.value()],
      }),
    };
  },
  bind(spec) {
    const who = relative(spec);
    const kinds = ["household_register", "birth_certificate", "notarised"];
    const proof = select("proof", [["", t("proof_none")], ...kinds.map((one) => [one, t(`proof_${one}`)])]);
    const number = input("proof_number", { maxlength: 200 });
    return {
      elements: [...who.elements, pair(proof.element, number.element)],
      body: () => ({ ...who.body(), proof: proof.value() ? { kind: proof.value(), reference: plain(number.value()) } : null }),
    };
  },
  grant_limits(spec) {
    const limits = caps(spec.grant);
    const last = input("ends_on", { type: "date", value: spec.grant.ends_on ?? "" });
    return { elements: [...limits.elements, last.element], body: () => ({ ...limits.body(), ends_on: last.value() || null }) };
  },
  grant_pause() {
    const until = input("pause_until", { type: "date", required: true });
    return { elements: [until.element], body: () => ({ until: until.value() }) };
  },
  account() {
    const why = select("account_why", [["", t("choose")], ["emigration", t("why_emigration")], ["transfer", t("why_transfer")]], { required: true });
    return { elements: [h("p", { class: "notice warn" }, t("account_hint")), why.element], body: () => ({ why: why.value() }) };
  },
  grant_order() {
    const to = select("order_to", ["top", "up", "down", "bottom"].map((one) => [one, t(`order_${one}`)]));
    return { elements: [to.element], body: () => ({ to: to.value() }) };
  },
  premium(spec) {
    const paid = spec.person.grants.filter((one) => one.role === "donor" && one.agreed && one.purposes.includes("premium"));
    const whose = select("whose", [["me", t("whose_me")], ...paid.map((one) => [one.id, `${one.other}（${one.other_is}）`])]);
    const year = select("offer", [], { required: true });
    const why = h("div", { class: "small", "aria-live": "polite" });
    whose.field.addEventListener("change", ask);
    ask();
    return {
      elements: [whose.element, year.element, why],
      body: () => ({ beneficiary: whose.value(), year: Number(year.value()) }),
    };

    async function ask() {
      fill(why);
      try {
        const found = await call("GET", `/persons/${spec.person.id}/premiums/offers?beneficiary=${whose.value()}`);
        const open = found.years.filter((one) => one.amount_fen !== null);
        fill(year.field, open.map((one) => h("option", { value: one.year },
          t("offer_one", { year: one.year, sum: sum(one.amount_fen).replace(/元$| yuan$/, ""), day: one.covers_from }))));
        fill(why, found.years.flatMap((one) => one.reasons.map((reason) => h("p", { class: "notice warn" }, reason.message, " ", reason.next_step))));
      } catch (error) {
        fill(year.field);
        fill(why, trouble(error));
      }
    }
  },
};
