// A line chart as SVG: time to the right, nothing to the left of what is known.
//
// Series differ by dash and by a label at their end, not by colour alone. The arrow keys go from
// point to point, and what stands there is written above the legend. A click, or Enter, opens what is
// behind a point.

import { fill, h, svg } from "/common/dom.js";

const HEIGHT = 150;
const LEFT = 44;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 22;

/**
 * @typedef {{name: string, style: string, values: (number|null)[]}} Series `style`: a, b, c or pale
 * @typedef {{times: string[], series: Series[], log?: boolean}} Drawing
 */

/**
 * A chart that is drawn again with every `draw`. `pick` opens what is behind the point of a time.
 *
 * @param {{title: string, hint: string, time: (at: string) => string,
 *   format: (value: number, series: number) => string, pick?: (at: string) => void}} how
 */
export function chart(how) {
  const picture = svg("svg", {
    class: "chart", role: "img", tabindex: "0", height: HEIGHT, onkeydown: onKey,
    onpointermove: onPoint, onpointerleave: () => point(null), onblur: () => point(null), onclick: pick,
  });
  const told = h("p", { class: "told small soft" });
  const element = h("div", { class: "plot" }, picture, told);
  let drawing = { times: [], series: [] };
  let at = null;
  new ResizeObserver(() => paint()).observe(element);

  function draw(next) {
    drawing = next;
    paint();
  }

  function paint() {
    const width = Math.max(240, element.clientWidth);
    const { times, series } = drawing;
    const scale = scales(drawing, width);
    const parts = [axis(scale, width, how.format), hours(times, scale, how.time)];
    for (const one of series) parts.push(line(one, scale));
    if (at !== null && at < times.length) parts.push(cursor(at, series, scale));
    picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    picture.setAttribute("aria-label", `${how.title}. ${summary()} ${how.hint}`);
    fill(picture, parts);
    fill(told, h("div", { class: "readout" }, readout()), legend(series));
  }

  function point(next) {
    at = next;
    paint();
  }

  function pick() {
    if (at !== null && at < drawing.times.length) how.pick?.(drawing.times[at]);
  }

  function onKey(event) {
    if (event.key === "Enter") return pick();
    const last = drawing.times.length - 1;
    const from = at ?? last + 1;
    const next = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    point(Math.min(last, Math.max(0, next)));
  }

  function onPoint(event) {
    const { times } = drawing;
    if (!times.length) return;
    const box = picture.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    point(Math.min(times.length - 1, Math.max(0, Math.round(share * (times.length - 1)))));
  }

  function readout() {
    if (at === null || at >= drawing.times.length) return "";
    const values = drawing.series.map((one, number) => {
      const value = one.values[at];
      return `${one.name} ${value === null ? "–" : how.format(value, number)}`;
    });
    return `${how.time(drawing.times[at])} · ${values.join(" · ")}`;
  }

  function summary() {
    return drawing.series
      .map((one, number) => {
        const last = one.values.findLast((value) => value !== null);
        return `${one.name}: ${last === undefined ? "–" : how.format(last, number)}.`;
      })
      .join(" ");
  }

  return { element, draw };
}

function scales({ times, series, log }, width) {
  const values = series.flatMap((one) => one.values).filter((value) => value !== null);
  const most = nice(Math.max(1, ...values));
  const inner = { width: width - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
  const part = (value) => (log ? Math.log10(1 + value) / Math.log10(1 + most) : value / most);
  return {
    most, log,
    x: (number) => LEFT + (times.length < 2 ? inner.width : (inner.width * number) / (times.length - 1)),
    y: (value) => TOP + inner.height * (1 - part(Math.min(most, value))),
  };
}

/** The next round number: 1, 2 or 5 times a power of ten. */
export function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}

function ticks({ most, log }) {
  if (!log) return most < 2 ? [0, most] : [0, most / 2, most];
  const found = [0];
  for (let tick = 10; tick < most; tick *= 10) found.push(tick);
  return [...found, most].filter((tick, at, all) => at === 0 || at === all.length - 1 || tick * 2 < most);
}

function axis(scale, width, format) {
  return ticks(scale).map((tick) => [
    svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: scale.y(tick), y2: scale.y(tick) }),
    svg("text", { class: "tick", x: LEFT - 6, y: scale.y(tick) + 4, "text-anchor": "end" },
      format(tick, 0)),
  ]);
}

function hours(times, scale, time) {
  if (times.length < 2) return [];
  const step = Math.max(1, Math.ceil(times.length / 4));
  return times.map((at, number) => {
    const fromEnd = times.length - 1 - number;
    if (fromEnd % step !== 0 || scale.x(number) < LEFT + 12) return null;
    const anchor = fromEnd === 0 ? "end" : "middle";
    return svg("text", { class: "tick", x: scale.x(number), y: HEIGHT - 6, "text-anchor": anchor },
      time(at));
  });
}

function line(one, scale) {
  let path = "";
  let lone = [];
  one.values.forEach((value, number) => {
    if (value === null) return;
    const begins = number === 0 || one.values[number - 1] === null;
    const ends = number === one.values.length - 1 || one.values[number + 1] === null;
    if (begins && ends) lone.push([number, value]);
    path += `${begins ? "M" : "L"}${scale.x(number).toFixed(1)} ${scale.y(value).toFixed(1)}`;
  });
  return [
    svg("path", { class: `line ${one.style}`, d: path }),
    lone.map(([number, value]) =>
      svg("circle", { class: `dot ${one.style}`, cx: scale.x(number), cy: scale.y(value), r: 2.5 })),
  ];
}

function cursor(at, series, scale) {
  return [
    svg("line", { class: "cursor", x1: scale.x(at), x2: scale.x(at), y1: TOP, y2: HEIGHT - BOTTOM }),
    series.map((one) =>
      one.values[at] === null
        ? null
        : svg("circle", { class: `dot ${one.style}`, cx: scale.x(at), cy: scale.y(one.values[at]), r: 4 })),
  ];
}

function legend(series) {
  return series.map((one) =>
    h("span", { class: "key" },
      svg("svg", { class: "sample", width: 26, height: 10, "aria-hidden": "true" },
        svg("path", { class: `line ${one.style}`, d: "M1 5L25 5" })),
      one.name));
}

/**
 * Bars to the right, each with its name and number.
 *
 * @param {{name: string, value: number}[]} bars
 */
export function bar(value, most) {
  const width = most ? Math.max(1, (100 * value) / most) : 0;
  return svg("svg", {
    class: "bar-of", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true",
  }, svg("rect", { class: "under", width: 100, height: 6 }), svg("rect", { class: "over", width, height: 6 }));
}
