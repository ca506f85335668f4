// The watch's own card: what the last shift left, from when on something is wrong, the sound.

import { byId, fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { dayAndTime } from "./format.js";
import { table, trouble } from "./parts.js";
import { whyField } from "./why.js";
import { t } from "./words.js";

export function watchView(shell, sound) {
  const notes = h("div");
  const limits = h("div", { class: "stack" });
  const said = h("div", { "aria-live": "polite" });
  const text = h("textarea", { id: "hand-over", rows: 3, maxlength: 500, placeholder: t("hand_over_example") });
  const form = h("form", { class: "stack", onsubmit: handOver, novalidate: true },
    h("label", { for: "hand-over" }, t("hand_over_label")), text,
    h("div", { class: "row" }, h("button", { type: "submit" }, t("hand_over_do"))));
  const loud = h("button", { type: "button", id: "sound", onclick: turn });
  const why = shell.mayOpen ? whyField("limit-why", t("why_limit"), t("why_limit_example")) : null;
  const element = h("section", { class: "card stack", id: "watch" },
    h("div", { class: "row" }, h("h2", {}, t("watch")), h("span", { class: "push" }, loud)),
    said, notes, form,
    h("details", { id: "limits" }, h("summary", {}, t("limits")), limits));
  turned();
  return { element, show };

  async function show() {
    await asking(async () => draw(await call("GET", "/board")));
  }

  function draw(board) {
    fill(notes, board.hand_overs.length
      ? h("ol", { class: "hand-overs" }, board.hand_overs.map((one) =>
        h("li", {}, h("div", {}, one.note), h("div", { class: "small soft" }, `${one.by} · ${dayAndTime(one.at)}`))))
      : h("p", { class: "soft" }, t("hand_over_none")));
    const heads = [{ name: t("limit") }, { name: t("value") }, { name: t("usual"), number: true }, { name: t("set_by") }];
    fill(limits, h("p", { class: "soft small" }, shell.mayOpen ? t("limits_note") : t("limits_only_auditor")), why?.element,
      table(t("limits"), heads, board.limits.map((one) => [
        h("label", { for: `limit-${one.name}` }, one.what), shell.mayOpen ? field(one) : String(one.value), String(one.usual),
        one.by ? `${one.by} · ${dayAndTime(one.since)}` : "–",
      ])));
  }

  function field(one) {
    return h("span", { class: "row nowrap" },
      h("input", { id: `limit-${one.name}`, type: "number", min: one.least, max: one.most, value: one.value, class: "short" }),
      h("button", { type: "button", "aria-label": `${t("set")} ${one.what}`, onclick: () => set(one.name) }, t("set")));
  }

  function set(name) {
    const reason = why.read();
    if (reason === null) return null;
    const value = Number(byId(`limit-${name}`).value);
    return asking(async () => {
      draw(await call("POST", "/limits", { name, value, reason }));
      fill(said, h("p", { class: "notice note" }, t("limit_set")));
    });
  }

  function handOver(event) {
    event.preventDefault();
    const note = text.value.trim().replace(/\s+/g, " ");
    if (!note) return text.focus();
    return asking(async () => {
      draw(await call("POST", "/hand-overs", { note }));
      text.value = "";
      fill(said);
    });
  }

  function turn() {
    sound.toggle();
    turned();
  }

  function turned() {
    loud.setAttribute("aria-pressed", String(sound.sounds()));
    fill(loud, sound.sounds() ? t("sound_on") : t("sound_off"));
  }

  async function asking(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) shell.ended();
      else fill(said, trouble(error));
    }
  }
}
