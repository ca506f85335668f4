// What an engineer on call looks at first: is all well, and if not, what and what to do.

import { fill, h } from "/common/dom.js";

import { alarm, runbook } from "./alarm.js";
import { Refused, call, readiness } from "./api.js";
import { booksView } from "./books.js";
import { flowView } from "./flow.js";
import { clock, dayAndTime } from "./format.js";
import { healthView } from "./health.js";
import { lookOf, signOf, trouble } from "./parts.js";
import { paceView } from "./pace.js";
import { poll } from "./poll.js";
import { premiumsView } from "./premiums.js";
import { spanView } from "./span.js";
import { unpaidView } from "./unpaid.js";
import { watchView } from "./watch.js";
import { t } from "./words.js";

const SPEAKING = ["bad", "warn"];

export function nowView(shell) {
  const banner = h("div", { class: "banner", id: "state", "aria-live": "polite" });
  const sound = alarm();
  const flow = flowView(shell);
  const unpaid = unpaidView(shell);
  const pace = paceView(shell);
  const span = spanView(shell, (found, range, asked) => {
    flow.drawSpan(found, range);
    unpaid.draw(found);
    pace.chose(asked);
  });
  const books = booksView(shell);
  const premiums = premiumsView();
  const health = healthView();
  const watch = watchView(shell, sound);
  const rest = h("div", { class: "now-rest", hidden: true },
    span.element, flow.element, pace.element, unpaid.element, watch.element, books.element, premiums.element, health.element);
  const element = h("div", { class: "now" }, banner, rest);
  let last = null;
  let since = null;
  let shown = "";
  say("unknown", t("waiting"), []);

  const asking = poll(() => call("GET", "/figures"), got, failed);
  return {
    element,
    show() {
      asking.start();
      span.show();
      pace.show();
      watch.show();
    },
    leave() {
      asking.stop();
      span.leave();
      pace.leave();
      sound.hush();
    },
  };

  function got(found) {
    last = found;
    since = null;
    say(found.state, t(found.state), found.troubles, asideOf(found));
    sound.tell(found.troubles.filter((one) => SPEAKING.includes(one.level) && !one.seen).map((one) => one.code));
    flow.draw(found);
    books.draw(found);
    premiums.draw(found);
    health.draw(found);
    rest.hidden = false;
  }

  async function failed(error) {
    if (error instanceof Refused && error.status === 401) return shell.ended();
    since ??= new Date().toISOString();
    const time = clock(last?.server_time ?? since);
    sound.tell(["SILENT"]);
    if (error instanceof Refused) {
      return say("bad", t("unknown"), [{ message: t("refused_since", { time, why: error.message }), to_do: error.nextStep }]);
    }
    const ready = await readiness();
    const hints = [
      ready?.database === "away" && t("ready_database"), ready?.redis === "away" && t("ready_redis"),
    ].filter(Boolean);
    say("bad", t("unknown"), [{ message: [t("silent", { time }), ...hints].join(" "), to_do: t("silent_do") }]);
  }

  /** Says the state; what hasn't changed is left alone, so that it isn't read aloud again. */
  function say(level, title, troubles, aside = "") {
    const next = JSON.stringify([level, title, troubles]);
    if (next !== shown) {
      shown = next;
      banner.className = `banner notice ${lookOf(level)}`;
      banner.dataset.state = level;
      fill(banner, signOf(level), h("div", { class: "said" }, h("h2", {}, title), told(level, troubles)),
        h("p", { class: "aside small", "aria-live": "off" }));
    }
    fill(banner.lastElementChild, aside);
  }

  function told(level, troubles) {
    if (level === "well") return h("p", {}, t("well_text"));
    return h("ul", { class: "troubles" }, troubles.map((one) =>
      h("li", {}, h("strong", {}, one.message), " ", h("span", {}, one.to_do), one.code && acts(one))));
  }

  /** What can be done about a trouble here: read how, and say that somebody is on it. */
  function acts(one) {
    return h("div", { class: "row" },
      h("a", { href: runbook(one.code), target: "_blank", rel: "noopener" }, t("how_to")),
      one.seen
        ? h("span", { class: "small" }, t("seen_by", { who: one.seen.by, time: dayAndTime(one.seen.at) }), ` ${one.seen.note}`)
        : h("button", { type: "button", onclick: () => seeing(one) }, t("on_it")));
  }

  function seeing(one) {
    const said = h("div");
    const input = h("input", { id: "seen-note", maxlength: 500, required: true, autocomplete: "off", placeholder: t("seen_example") });
    const dialog = h("dialog", { class: "seeing", "aria-labelledby": "seen-title", onclose: () => dialog.remove() },
      h("form", { class: "stack", onsubmit: send },
        h("h2", { id: "seen-title" }, t("on_it")), h("p", {}, one.message),
        h("div", {}, h("label", { for: "seen-note" }, t("seen_label")), input),
        h("p", { class: "small soft" }, t("seen_note")), said,
        h("div", { class: "row" }, h("button", { type: "submit", class: "main" }, t("on_it")),
          h("button", { type: "button", onclick: () => dialog.close() }, t("not_yet")))));
    element.append(dialog);
    dialog.showModal();
    input.focus();

    async function send(event) {
      event.preventDefault();
      try {
        await call("POST", "/troubles/seen", { code: one.code, note: input.value.trim() });
        dialog.close();
        asking.start();
      } catch (error) {
        if (error instanceof Refused && error.status === 401) shell.ended();
        else fill(said, trouble(error));
      }
    }
  }
}

function asideOf(found) {
  const said = [t("updated", { time: clock(found.server_time) })];
  if (found.books && !found.database.well) said.push(t("books_old", { time: clock(found.books.read_at) }));
  if (found.books?.unread_minutes) said.push(t("filling", { count: found.books.unread_minutes }));
  return said.join(" · ");
}
