// A person on one page: who it is, what there is, and what can be done about each of it.

import { h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { good, note, sum, table, time, warn } from "./parts.js";
import { t } from "./words.js";

const CAPS = ["cap_per_use_fen", "cap_day_fen", "cap_week_fen", "cap_month_fen", "cap_year_fen"];

/** Who it is. */
export function personCard(state) {
  const accounts = state.accounts.map((one) => `${t(`account_${one.kind}`)} ${sum(one.balance_fen)}`);
  const pairs = [
    [t("number"), state.certno], [t("born"), state.born], [t("psn_no"), state.psn_no],
    [t("plan"), state.plan], [t("place"), state.place_name],
    [t("accounts"), accounts.length ? h("ul", {}, accounts.map((one) => h("li", {}, one))) : t("no_accounts")],
  ];
  return h("section", { class: "card stack", "aria-labelledby": "person-name" },
    h("div", { class: "row" }, h("h2", { id: "person-name", tabindex: "-1" }, state.name),
      state.insured ? good(t("insured")) : warn(t("not_insured")), state.suspended && warn(t("suspended"))),
    h("dl", { class: "facts" }, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
}

/** All that can be done something about; `begin` opens the form of an act. */
export function personLists(state, begin) {
  const lists = [grants(state, begin), relatives(state, begin)];
  if (state.cards.length) lists.push(cards(state, begin));
  if (state.premiums.length) lists.push(premiums(state, begin));
  if (state.refunds.length) lists.push(refunds(state));
  return [...lists, before(state)];
}

function list(name, ...content) {
  return h("section", { class: "card stack" }, h("h2", {}, name), content);
}

function button(text, press, look = "") {
  return h("button", { type: "button", class: `small ${look}`, onclick: press }, text);
}

function grants(state, begin) {
  const rows = state.grants.map((one) => {
    const donor = one.role === "donor";
    const over = ["ended", "expired", "used", "declined"].includes(one.state);
    const act = (kind, look) => button(t(`do_${kind}`), () => begin({ kind: `grant_${kind}`, ref: one.id, grant: one }), look);
    return [
      h("span", {}, one.other, h("br"), h("span", { class: "soft small" }, t(donor ? "out_aid" : "in_aid"))),
      one.other_is, standing(one, donor), limits(one),
      h("div", { class: "row" },
        !over && !one.agreed && !donor && act("confirm", "main"),
        !over && donor && act("limits"),
        !over && donor && act(["frozen", "paused"].includes(one.state) ? "unfreeze" : "freeze"),
        !over && donor && one.agreed && !["frozen", "paused"].includes(one.state) && act("pause"),
        !over && one.may_order && act("order"),
        one.may_end && act("end", "grave")),
    ];
  });
  return list(state.aid_alias || t("aid"), table(t("aid"), heads("who", "relation", "standing", "limits_column", "actions"), rows));
}

function standing(one, donor) {
  if (one.state === "paused") return warn(t("state_paused", { day: one.paused_until }));
  if (one.state === "frozen") return warn(t("state_frozen"));
  if (!one.agreed) return note(t(donor ? "waits_other" : "waits_me"));
  if (one.can_pay) return good(t("pays"));
  return h("span", {}, warn(t("pays_not")), one.why_not && h("span", { class: "small why" }, one.why_not.message));
}

function limits(one) {
  const said = CAPS.filter((name) => one[name]).map((name) => t(name, { sum: yuan(one[name]) }));
  if (one.once) said.push(t("once_only"));
  if (one.ends_on) said.push(t("until", { day: one.ends_on }));
  return said.length ? said.join(" · ") : t("no_limits");
}

function relatives(state, begin) {
  const rows = state.relatives.map((one) => [
    h("span", {}, one.name, h("br"), h("span", { class: "soft small" }, t(`${one.direction}_bond`))),
    one.other_is,
    one.to_confirm ? note(t("waits_me")) : one.state === "active" ? good(t("bond_active")) : note(t("waits_other")),
    h("div", { class: "row" },
      one.to_confirm && button(t("do_confirm"), () => begin({ kind: "bind_confirm", ref: one.id }), "main"),
      button(t("do_end"), () => begin({ kind: "bind_end", ref: one.id }), "grave")),
  ]);
  return list(t("relatives"), table(t("relatives"), heads("who", "relation", "standing", "actions"), rows));
}

function cards(state, begin) {
  const rows = state.cards.map((one) => [
    one.number, one.state === "valid" ? good(t("card_valid")) : warn(t(`card_${one.state}`)),
    h("div", { class: "row" },
      one.state === "valid" && button(t("do_card_lost"), () => begin({ kind: "card_lost", ref: one.id }), "grave"),
      one.state === "lost" && button(t("do_card_found"), () => begin({ kind: "card_found", ref: one.id }))),
  ]);
  return list(t("cards"), table(t("cards"), heads("card_number", "standing", "actions"), rows));
}

function premiums(state, begin) {
  const rows = state.premiums.map((one) => [
    one.resident, one.year, sum(one.amount_fen), t(`premium_${one.state}`),
    h("div", { class: "row" },
      one.may_take_back && button(t("do_take_back"), () => begin({ kind: "premium_back", ref: one.id })),
      one.may_refund && button(t("do_refund"), () => begin({ kind: "premium_refund", ref: one.id }))),
  ]);
  return list(t("premiums"), table(t("premiums"), heads("resident", "year", "amount", "standing", "actions"), rows));
}

function refunds(state) {
  const rows = state.refunds.map((one) => [sum(one.amount_fen), time(one.since)]);
  return list(t("refunds"), h("p", { class: "soft small" }, t("refunds_hint")), table(t("refunds"), heads("amount", "since"), rows));
}

function before(state) {
  const rows = state.acts.map((one) => [time(one.at), one.what, one.other ?? "", one.clerk, one.form_no]);
  return list(t("done_before"), table(t("done_before"), heads("when", "what", "who", "by", "form"), rows));
}

const heads = (...names) => names.map((name) => t(name));
