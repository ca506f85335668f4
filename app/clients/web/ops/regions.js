// Each region's rules in force on a day, with their sources.

import { byId, fill, h } from "/common/dom.js";
import { language } from "/common/words.js";

import { Refused, call } from "./api.js";
import { table, trouble } from "./parts.js";
import { t } from "./words.js";

export function regionsView(shell) {
  const list = h("ul", { class: "region-list" });
  const detail = h("div", { class: "stack", "aria-live": "polite" }, h("p", { class: "soft" }, t("choose_region")));
  const find = h("input", { id: "region-find", type: "search", oninput: () => draw(), placeholder: "13 / 河北" });
  const day = h("input", { id: "region-day", type: "date", onchange: () => chosen && open(chosen) });
  const element = h("div", { class: "regions" },
    h("section", { class: "card stack" },
      h("h2", {}, t("tab_regions")),
      h("div", {}, h("label", { for: "region-find" }, t("region_find")), find),
      h("div", {}, h("label", { for: "region-day" }, t("day")), day),
      list),
    detail);
  let all = [];
  let chosen = "";
  return { element, show };

  async function show() {
    if (all.length) return;
    try {
      all = await call("GET", "/regions");
      draw();
      if (!chosen) await open("13");
    } catch (error) {
      failed(error);
    }
  }

  function draw() {
    const wanted = find.value.trim();
    const shown = all.filter((one) => one.code.startsWith(wanted) || one.name.includes(wanted));
    fill(list, shown.map((one) => h("li", {}, h("button", {
      type: "button", class: "plain", "aria-current": one.code === chosen ? "true" : false,
      onclick: () => open(one.code),
    }, h("span", { class: "code" }, one.code), one.name))));
    if (!shown.length && /^(\d{4}|\d{6})$/.test(wanted)) {
      fill(list, h("li", {}, h("button", { type: "button", onclick: () => open(wanted) }, wanted)));
    }
  }

  async function open(code) {
    chosen = code;
    draw();
    try {
      const asked = byId("region-day").value;
      const found = await call("GET", `/regions/${encodeURIComponent(code)}${asked ? `?day=${asked}` : ""}`);
      byId("region-day").value = found.day;
      if (chosen === code) fill(detail, heading(found), found.sections.map(section));
    } catch (error) {
      failed(error);
    }
  }

  function failed(error) {
    if (error instanceof Refused && error.status === 401) shell.ended();
    else fill(detail, trouble(error));
  }
}

function heading(found) {
  return h("section", { class: "card" },
    h("h2", {}, `${found.name} ${found.code}`, h("span", { class: "soft small" }, ` ${found.day}`)),
    found.follows && h("p", {}, t("region_follows", { name: found.follows })),
    h("p", {}, h("a", { href: `/regions/${found.code}?day=${found.day}&lang=${language()}`, target: "_blank", rel: "noopener" },
      t("region_page"))),
    h("p", { class: "small soft" }, `${t("version")} `, h("span", { class: "code" }, found.version)));
}

/** A document or page by its title, with number and date; a link where one is known. */
function named({ title, number, date, link }) {
  const known = [number, date].filter(Boolean).join(" · ");
  return h("div", { class: "small" },
    link ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, title) : title,
    known && h("span", { class: "soft" }, ` ${known}`));
}

function section(found) {
  const heads = ["rule", "source"].map((name) => ({ name: t(name) }));
  return h("section", { class: "card" }, h("h2", {}, found.title),
    table(found.title, heads, found.rules.map((rule) => [
      [
        h("strong", {}, rule.sentence),
        rule.nation && h("div", { class: "small soft" }, t("in_nation", { sentence: rule.nation })),
      ],
      [
        rule.documents.map(named),
        h("div", { class: "small soft" },
          `${t("from")} ${rule.begins}${rule.ends ? ` ${t("until", { day: rule.ends })}` : ""} · ${rule.basis} `,
          rule.own && h("span", { class: "tag note" }, t("own_rule"))),
        forEngineers(rule),
      ],
    ])));
}

/** The parameter as packs and code call it, and our own note on it: nothing that a clerk needs. */
function forEngineers(rule) {
  return h("details", { class: "small soft" }, h("summary", {}, t("for_engineers")),
    h("div", {}, h("span", { class: "code" }, rule.key), ` ${rule.value}`),
    h("div", {}, t("source_line", { region: rule.region, pack: rule.pack, line: rule.line })),
    rule.says && h("div", { lang: "en" }, rule.says));
}
