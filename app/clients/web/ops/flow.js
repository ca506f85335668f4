// Four charts: settlements a minute, latency, the queue, refusals by reason.

import { fill, h } from "/common/dom.js";

import { bar, chart } from "./chart.js";
import { age, count, duration, minute } from "./format.js";
import { table } from "./parts.js";
import { t } from "./words.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function flowView(shell) {
  const whole = (value) => count(Math.round(value * 10) / 10);
  const within = (ms) => (at) => shell.openMessages({ since: at, until: new Date(at).getTime() + ms });
  const rate = card("rate", t("rate"), t("rate_note"), chart({
    title: t("rate"), hint: t("chart_keys"), time: minute, format: whole, pick: within(MINUTE_MS),
  }));
  const latency = card("latency", t("latency"), t("latency_note"), chart({
    title: t("latency"), hint: t("chart_keys"), time: minute, format: (value) => duration(value),
    pick: within(MINUTE_MS),
  }));
  const queue = card("queue", t("queue"), t("queue_note"), chart({
    title: t("queue"), hint: t("chart_keys"), time: minute,
    format: (value, series) => (series === 0 ? whole(value) : age(value)), pick: within(MINUTE_MS),
  }));
  const reasons = h("div", { class: "reasons" });
  const refusals = h("section", { class: "card chart-card", id: "refusals" },
    h("div", { class: "row" }, h("h2", {}, t("refusals")), h("span", { class: "soft small push" }, t("refusals_note"))),
    reasons);
  const numbers = h("div");
  const element = h("div", { class: "stack" },
    h("div", { class: "charts" }, rate.element, latency.element, queue.element, refusals),
    h("details", { class: "card", ontoggle: () => drawNumbers(minutesNow) }, h("summary", {}, t("as_table")), numbers));
  let minutesNow = [];
  return { element, draw };

  function draw({ books, queue: samples }) {
    if (!books) return;
    const { minutes, last } = books;
    minutesNow = minutes;
    const times = minutes.map((one) => one.at);
    const of = (name) => minutes.map((one) => (one.read ? one[name] : null));
    rate.tell(last ? count(last.settled) : "–", t("last_minute"));
    rate.chart.draw({ times, series: [
      { name: t("settled"), style: "a", values: of("settled") },
      { name: t("refused"), style: "b", values: of("refused") },
      { name: t("undone"), style: "c", values: of("undone") },
    ] });
    latency.tell(duration(last?.p50_ms), `p99 ${duration(last?.p99_ms)} · ${t("last_minute")}`);
    latency.chart.draw({ times, log: true, series: [
      { name: t("half"), style: "a", values: of("p50_ms") },
      { name: t("slowest"), style: "b", values: of("p99_ms") },
    ] });
    queue.tell(count(books.length), `${t("age")} ${age(books.oldest_s)}`);
    queue.chart.draw({ times: samples.map((one) => one.at), series: [
      { name: t("length"), style: "a", values: samples.map((one) => one.length) },
      { name: t("age_chart"), style: "b", values: samples.map((one) => one.oldest_s) },
    ] });
    drawReasons(books.refusals);
    drawNumbers(minutes);
  }

  function drawReasons(found) {
    const most = Math.max(0, ...found.map((one) => one.hour));
    const rows = found.slice(0, 8).map((one) =>
      h("li", {},
        h("div", { class: "row nowrap" },
          h("button", { type: "button", class: "plain reason", title: one.next_step, onclick: () => open(one.reason) },
            one.message || one.reason),
          h("span", { class: "number push" }, `${count(one.hour)} (${count(one.ten_minutes)})`)),
        h("span", { class: "code soft" }, one.reason),
        bar(one.hour, most)));
    fill(reasons, rows.length ? h("ul", {}, rows) : h("p", { class: "soft" }, t("no_refusals")));
  }

  function open(reason) {
    const until = Date.now();
    shell.openMessages({ since: until - HOUR_MS, until, state: "2", reason });
  }

  function drawNumbers(minutes) {
    if (!numbers.parentElement.open) return;
    const heads = ["minute", "settled", "undone", "refused", "undecided", "half", "slowest"];
    const rows = minutes.filter((one) => one.read).slice(-15).reverse().map((one) => [
      minute(one.at), count(one.settled), count(one.undone), count(one.refused), count(one.undecided),
      duration(one.p50_ms), duration(one.p99_ms),
    ]);
    fill(numbers, table(t("rate"), heads.map((name, at) => ({ name: t(name), number: at > 0 })), rows));
  }
}

function card(id, title, note, drawn) {
  const value = h("span", { class: "figure" }, "–");
  const beside = h("span", { class: "soft small" });
  const element = h("section", { class: "card chart-card", id },
    h("div", { class: "row" }, h("h2", {}, title), h("span", { class: "soft small push" }, note)),
    h("p", { class: "row" }, value, beside),
    drawn.element);
  return {
    element, chart: drawn,
    tell(text, more) {
      fill(value, text);
      fill(beside, more);
    },
  };
}
