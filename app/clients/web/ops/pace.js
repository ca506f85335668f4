// How long tills wait for their answers: is it slow everywhere, in a region, or at one shop? It is read
// from the messages themselves, so only while somebody has it open.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { count, duration } from "./format.js";
import { code, table, trouble } from "./parts.js";
import { poll } from "./poll.js";
import { t } from "./words.js";

const EVERY_MS = 30_000;
/** The span's query without what it is compared with. */
const NOT_ASKED = "compared";

export function paceView(shell) {
  const body = h("div", { class: "stack", "aria-live": "polite" }, h("p", { class: "soft" }, t("pace_reading")));
  const element = h("details", { class: "card", id: "pace", ontoggle: opened },
    h("summary", {}, t("pace")), h("p", { class: "soft small" }, t("pace_note")), body);
  const asking = poll(ask, draw, failed, EVERY_MS);
  let query = "range=hour";
  let shown = "";
  return { element, chose, show: opened, leave: () => asking.stop() };

  /** Another stretch of time, or province. */
  function chose(asked) {
    const next = new URLSearchParams(asked);
    next.delete(NOT_ASKED);
    if (next.toString() === query) return;
    query = next.toString();
    opened();
  }

  function opened() {
    if (element.open) asking.start();
    else asking.stop();
  }

  async function ask() {
    const asked = query;
    return { asked, found: await call("GET", `/paces?${asked}`) };
  }

  function draw({ asked, found }) {
    if (asked !== query) { // something else was chosen meanwhile
      setTimeout(opened);
      return;
    }
    const next = JSON.stringify(found);
    if (next === shown) return;
    shown = next;
    fill(body, found.all ? told(found) : h("p", { class: "soft" }, t("pace_none")));
  }

  function told({ all, institutions, pools, sampled, since, until }) {
    return [
      h("p", { class: "row" }, h("span", { class: "figure" }, duration(all.p95_ms)),
        h("span", { class: "soft small" }, t("pace_all", { p50: duration(all.p50_ms), count: count(all.count) }))),
      sampled && h("p", { class: "soft small" }, t("pace_sampled")),
      h("h3", {}, t("pace_shops")),
      table(t("pace_shops"), heads("institution", true), institutions.map((one) => [
        [h("span", { lang: "zh" }, one.name), h("div", { class: "code soft" }, one.code)], ...figures(one),
        h("button", {
          type: "button", "aria-label": `${t("open_bills")} ${one.name}`,
          onclick: () => shell.openMessages({ since, until, fixmedins_code: one.code }),
        }, t("open_bills")),
      ])),
      h("h3", {}, t("pace_regions")),
      table(t("pace_regions"), heads("region"), pools.map((one) => [
        [h("span", { lang: "zh" }, one.name), " ", code(one.code)], ...figures(one),
      ])),
    ];
  }

  function failed(error) {
    if (error instanceof Refused && error.status === 401) return shell.ended();
    shown = "";
    fill(body, trouble(error));
  }
}

function heads(first, leads = false) {
  return [{ name: t(first) }, ...["pace_p95", "pace_p50", "pace_count"].map((name) => ({ name: t(name), number: true })),
    ...(leads ? [{ name: "" }] : [])];
}

const figures = (one) => [duration(one.p95_ms), duration(one.p50_ms), count(one.count)];
