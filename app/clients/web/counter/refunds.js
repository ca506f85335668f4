// Refunds that wait, and what life events have left to do: one clerk proposes, another one agrees.

import { byId, fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { note, sum, table, time, trouble } from "./parts.js";
import { printSlip } from "./slip.js";
import { t } from "./words.js";

export function refundsView(shell) {
  const told = h("div", { "aria-live": "polite" });
  const panel = h("div", {});
  const tasks = h("div", {});
  const proposals = h("div", {});
  const events = h("div", {});
  const element = h("div", { class: "stack" }, told, panel,
    h("section", { class: "card stack" }, h("h2", {}, t("proposals")), proposals),
    h("section", { class: "card stack" }, h("h2", {}, t("tasks")), tasks),
    h("section", { class: "card stack" }, h("h2", {}, t("event_tasks")), events));
  const approves = shell.clerk.role === "approver";
  return { element, show, key };

  async function show() {
    try {
      const [waiting, open] = [await call("GET", "/proposals"), await call("GET", "/tasks")];
      const left = await call("GET", "/events");
      fill(proposals, table(t("proposals"), heads("person", "what", "amount", "by", "form", "why", "actions"), waiting.map((one) => [
        one.act.person, one.act.what, sum(one.amount_fen), h("span", {}, one.act.clerk, h("br"), h("span", { class: "soft small" }, t("expires", { time: time(one.expires_at) }))),
        one.act.form_no, one.act.reason,
        one.mine ? h("div", { class: "row" }, note(t("own_proposal")), shell.acts && press("do_take_back", () => ask(`/proposals/${one.id}/take-back`, "do_take_back", false), "grave"))
          : approves && h("div", { class: "row" },
            press(one.act.kind === "propose" ? "do_agree" : "do_confirm", () => agree(one), "main"),
            press("do_decline", () => ask(`/proposals/${one.id}/decline`, "do_decline", false), "grave")),
      ])));
      fill(tasks, table(t("tasks"), heads("person", "place", "amount", "since", "task_from", "actions"), open.map((one) => [
        one.person, one.place, sum(one.amount_fen), time(one.since), one.fixmedins_code ?? t(`task_${one.of}`),
        one.proposed ? note(t("proposed")) : shell.acts && press("do_propose", () => ask(`/tasks/${one.id}/propose`, "do_propose", true)),
      ])));
      fill(events, table(t("event_tasks"), heads("person", "what", "place", "amount", "since", "actions"), left.map((one) => [
        one.person, h("span", {}, t(one.kind), one.other && h("span", { class: "soft small" }, " → ", one.other), one.plan && planOf(one.plan)), one.place,
        one.accounts ? sum(one.amount_fen) : t("no_account"), time(one.since),
        one.proposed ? note(t("proposed")) : shell.acts && h("div", { class: "row" },
          one.can_propose && press(one.plan ? "do_merge" : "do_pay_out", () => ask(`/events/${one.id}/propose`, one.plan ? "do_merge" : "do_pay_out", true)),
          one.can_close && press("do_close", () => ask(`/events/${one.id}/close`, "do_close", true))),
      ])));
    } catch (error) {
      wrong(error);
    }
  }

  async function agree(one) {
    try {
      done(await call("POST", `/proposals/${one.id}/agree`));
    } catch (error) {
      wrong(error);
    }
  }

  function ask(path, title, paper) {
    fill(told);
    const send = h("button", { type: "submit", class: "main" }, t("send"), " ", h("kbd", { "aria-hidden": "true" }, "Enter"));
    fill(panel, h("form", { class: "card stack act", onsubmit: submit, "aria-label": t(title) },
      h("h2", {}, t(title)),
      paper && h("div", {}, h("label", { for: "refund-form" }, t("paper_form")), h("input", { id: "refund-form", required: true, maxlength: 30, pattern: "[A-Za-z0-9\\/\\-]+", autocomplete: "off" })),
      h("div", {}, h("label", { for: "refund-reason" }, t("paper_reason")), h("input", { id: "refund-reason", required: true, minlength: 4, maxlength: 200, autocomplete: "off" })),
      h("div", { class: "row" }, send, h("button", { type: "button", onclick: () => fill(panel) }, t("cancel"), " ", h("kbd", { "aria-hidden": "true" }, "Esc")))));
    panel.querySelector("input").focus();

    async function submit(event) {
      event.preventDefault();
      send.disabled = true;
      const body = { reason: byId("refund-reason").value.trim() };
      if (paper) body.form_no = byId("refund-form").value.trim();
      try {
        done(await call("POST", path, body));
      } catch (error) {
        wrong(error);
        send.disabled = false;
      }
    }
  }

  async function done(act) {
    fill(panel);
    fill(told, h("p", { class: "notice good", role: "status" }, t("done"), "：", act.what, " ",
      h("button", { type: "button", onclick: () => printSlip(act) }, t("print"))));
    await show();
  }

  function wrong(error) {
    if (error instanceof Refused && error.status === 401) shell.ended();
    else fill(told, trouble(error));
  }

  function key(event) {
    if (event.key === "Escape") fill(panel);
  }
}

/** What a merge would do now. */
const planOf = (plan) => h("ul", { class: "soft small" },
  h("li", {}, t("merge_money", { personal: sum(plan.personal_fen), wallet: sum(plan.wallet_fen) })),
  h("li", {}, t("merge_ties", plan)),
  plan.held_fen > 0 && h("li", {}, t("merge_held", { held: sum(plan.held_fen) })));
const heads = (...names) => names.map((name) => t(name));
const press = (name, go, look = "") => h("button", { type: "button", class: look, onclick: go }, t(name));
