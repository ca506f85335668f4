// Charts and lists of what came of bills: settlements, latency, the queue, refusals by reason. The
// last hour is told by the minute; other stretches by ten minutes, a week by the hour.

import { fill, h } from "/common/dom.js";

import { bar, chart } from "./chart.js";
import { age, count, dayAndMinute, duration, minute } from "./format.js";
import { table } from "./parts.js";
import { t } from "./words.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SLOT_MS = 10 * MINUTE_MS;
const WEEK = "week";

export function flowView(shell) {
  const whole = (value) => count(Math.round(value * 10) / 10);
  const within = (at) => shell.openMessages({ since: at, until: new Date(at).getTime() + MINUTE_MS });
  const rate = card("rate", t("rate"), t("rate_note"), chart({
    title: t("rate"), hint: t("chart_keys"), time: (at) => (range === "hour" ? minute : dayAndMinute)(at), format: whole,
    pick: (at) => (range === "hour" ? within(at) : shell.openMessages({ since: at, until: new Date(at).getTime() + span.step_s * 1000 })),
  }));
  const latency = card("latency", t("latency"), t("latency_note"), chart({
    title: t("latency"), hint: t("chart_keys"), time: minute, format: (value) => duration(value), pick: within,
  }));
  const queue = card("queue", t("queue"), t("queue_note"), chart({
    title: t("queue"), hint: t("chart_keys"), time: minute,
    format: (value, series) => (series === 0 ? whole(value) : age(value)), pick: within,
  }));
  const reasons = h("div", { class: "reasons" });
  const reasonsNote = h("span", { class: "soft small push" }, t("refusals_note"));
  const refusals = h("section", { class: "card chart-card", id: "refusals" },
    h("div", { class: "row" }, h("h2", {}, t("refusals")), reasonsNote), reasons);
  const numbers = h("div");
  const element = h("div", { class: "stack" },
    h("div", { class: "charts" }, rate.element, refusals, latency.element, queue.element),
    h("details", { class: "card", ontoggle: () => drawNumbers(minutesNow) }, h("summary", {}, t("as_table")), numbers));
  let minutesNow = [];
  let live = null;
  let span = null;
  let range = "hour";
  return { element, draw, drawSpan };

  /** The figures of the moment. */
  function draw({ books, queue: samples }) {
    if (!books) return;
    live = books;
    const { minutes, last } = books;
    minutesNow = minutes;
    const times = minutes.map((one) => one.at);
    const of = (name) => minutes.map((one) => (one.read ? one[name] : null));
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
    if (range === "hour") drawHour();
    drawNumbers(minutes);
  }

  /** The counts of the stretch that was chosen. */
  function drawSpan(found, chosen) {
    [span, range] = [found, chosen];
    if (range === "hour") return drawHour();
    const { points } = found;
    rate.title(range === WEEK ? t("rate_hour") : t("rate_ten"), t("rate_counted"));
    rate.tell(count(found.settled), t("in_span"));
    rate.chart.draw({ times: points.map((one) => one.at), series: [
      { name: t("settled"), style: "a", values: points.map(past("settled")) },
      { name: t("refused"), style: "b", values: points.map(past("refused")) },
      { name: t("undone"), style: "c", values: points.map(past("undone")) },
      { name: t("before"), style: "pale", values: points.map((one) => one.before) },
    ] });
    fill(reasonsNote, t("in_span"));
    drawReasons(found.refusals.map((one) => ({ ...one, hour: one.count })));
  }

  /** A step that hasn't begun is no zero. */
  function past(name) {
    const now = Date.now();
    return (one) => (new Date(one.at).getTime() > now ? null : one[name]);
  }

  function drawHour() {
    if (!live) return;
    const { minutes, last } = live;
    const of = (name) => minutes.map((one) => (one.read ? one[name] : null));
    rate.title(t("rate"), t("rate_note"));
    rate.tell(last ? count(last.settled) : "–", t("last_minute"));
    rate.chart.draw({ times: minutes.map((one) => one.at), series: [
      { name: t("settled"), style: "a", values: of("settled") },
      { name: t("refused"), style: "b", values: of("refused") },
      { name: t("undone"), style: "c", values: of("undone") },
      ...compared(minutes),
    ] });
    fill(reasonsNote, t("refusals_note"));
    drawReasons(live.refusals);
  }

  /** What was settled a minute at that time of the day that is compared: of ten minutes, their tenth. */
  function compared(minutes) {
    const of = new Map((span?.points ?? []).map((one) => [slot(one.at), one.before]));
    const values = minutes.map((one) => of.get(slot(one.at)) ?? null).map((one) => (one === null ? null : one / 10));
    return values.some((one) => one !== null) ? [{ name: t("before"), style: "pale", values }] : [];
  }

  function drawReasons(found) {
    const most = Math.max(0, ...found.map((one) => one.hour));
    const rows = found.slice(0, 8).map((one) =>
      h("li", {},
        h("div", { class: "row nowrap" },
          h("button", { type: "button", class: "plain leading reason", title: one.next_step, onclick: () => open(one.reason) },
            one.message || one.reason),
          h("span", { class: "number push" }, `${count(one.hour)}${one.ten_minutes === undefined ? "" : ` (${count(one.ten_minutes)})`}`)),
        h("span", { class: "code soft" }, one.reason),
        bar(one.hour, most)));
    const none = range === "hour" ? t("no_refusals") : t("no_refusals_span");
    fill(reasons, rows.length ? h("ul", {}, rows) : h("p", { class: "soft" }, none));
  }

  function open(reason) {
    const hour = { since: Date.now() - HOUR_MS, until: Date.now() };
    const { since, until } = range === "hour" ? hour : span;
    shell.openMessages({ since, until, state: "2", reason });
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

const slot = (at) => Math.floor(new Date(at).getTime() / SLOT_MS);

function card(id, title, note, drawn) {
  const value = h("span", { class: "figure" }, "–");
  const beside = h("span", { class: "soft small" });
  const heading = h("h2", {}, title);
  const noted = h("span", { class: "soft small push" }, note);
  const element = h("section", { class: "card chart-card", id },
    h("div", { class: "row" }, heading, noted),
    h("p", { class: "row" }, value, beside),
    drawn.element);
  return {
    element, chart: drawn,
    title(text, more) {
      fill(heading, text);
      fill(noted, more);
    },
    tell(text, more) {
      fill(value, text);
      fill(beside, more);
    },
  };
}
