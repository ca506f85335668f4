// Which stretch of time is looked at, and with what it is compared: the charts and panels follow.

import { fill, h } from "/common/dom.js";

import { Refused, call } from "./api.js";
import { today } from "./format.js";
import { trouble } from "./parts.js";
import { poll } from "./poll.js";
import { t } from "./words.js";

const RANGES = ["hour", "today", "day", "week"];
const COMPARED = ["yesterday", "last_week"];
const EVERY_MS = 15_000;

/** @param {(found: object, range: string, asked: string) => void} got  told of each answer, and the query */
export function spanView(shell, got) {
  const said = h("div", { "aria-live": "polite" });
  const day = h("input", { id: "span-day", type: "date", max: today(), onchange: () => choose("one", day.value) });
  const compared = select("span-compared", t("compared"), COMPARED.map((one) => [one, t(one)]), again);
  const province = select("span-province", t("province"), [["", t("everywhere")]], again);
  const buttons = new Map(RANGES.map((one) => [one, h("button", {
    type: "button", "aria-pressed": "false", onclick: () => choose(one, ""),
  }, t(`range_${one}`))]));
  const element = h("div", { class: "card span stack" },
    h("div", { class: "row" },
      h("div", { class: "row", role: "group", "aria-label": t("span") }, [...buttons.values()]),
      h("label", { class: "aside", for: "span-day" }, t("that_day")), day,
      compared.element, province.element),
    said);
  let range = "hour";
  const asking = poll(ask, told, failed, EVERY_MS);
  mark();
  return {
    element,
    show() {
      fillProvinces();
      asking.start();
    },
    leave: () => asking.stop(),
    range: () => range,
  };

  function choose(next, date) {
    range = next === "one" && !date ? "hour" : next;
    if (range !== "one") day.value = "";
    mark();
    again();
  }

  function mark() {
    for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(name === range));
  }

  function again() {
    asking.start();
  }

  function wanted() {
    const query = new URLSearchParams({ compared: compared.value(), province: province.value() });
    if (range === "one") query.set("day", day.value);
    else query.set("range", range);
    return query.toString();
  }

  async function ask() {
    const asked = wanted();
    return { asked, range, found: await call("GET", `/ranges?${asked}`) };
  }

  function told(answer) {
    fill(said);
    if (answer.asked === wanted()) got(answer.found, answer.range, answer.asked);
    else setTimeout(again); // something else was chosen meanwhile
  }

  function failed(error) {
    if (error instanceof Refused && error.status === 401) shell.ended();
    else fill(said, trouble(error));
  }

  async function fillProvinces() {
    if (province.filled()) return;
    try {
      province.fill((await call("GET", "/provinces")).map((one) => [one.code, one.name]));
    } catch {
      // Everywhere is a choice in any case; the next visit asks again.
    }
  }
}

function select(id, text, options, changed) {
  const input = h("select", { id, onchange: changed }, options.map((one) => option(one)));
  return {
    element: [h("label", { class: "aside", for: id }, text), input],
    value: () => input.value,
    filled: () => input.options.length > options.length,
    fill: (more) => input.append(...more.map((one) => option(one, "zh"))),
  };
}

function option([value, text], lang = null) {
  return h("option", { value, lang }, text);
}
