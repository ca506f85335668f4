// The counter's page: sign in, then one shell around its places, all of it by keyboard.

import { fill, h } from "/common/dom.js";
import { choose, language } from "/common/words.js";

import { actsView } from "./acts.js";
import { call, forget, session } from "./api.js";
import { papersView } from "./papers.js";
import { refundsView } from "./refunds.js";
import { serveView } from "./serve.js";
import { signInView } from "./sign_in.js";
import { t } from "./words.js";

const VIEWS = { serve: serveView, refunds: refundsView, papers: papersView, acts: actsView };
const OF_CLERKS = ["serve", "refunds", "papers", "acts"];
const OF_AUDITORS = ["refunds", "acts"];
let pressed = null;

document.title = t("title");
addEventListener("keydown", (event) => pressed?.(event));
start();

function start(said = "") {
  const signedIn = session();
  if (signedIn) open(signedIn.clerk);
  else fill(document.body, bar(languageButton()), signInView(open, said));
}

function open(clerk) {
  const may = clerk.role === "auditor" ? OF_AUDITORS : OF_CLERKS;
  const shell = { clerk, ended, acts: clerk.role !== "auditor" };
  const made = Object.fromEntries(may.map((place) => [place, VIEWS[place](shell)]));
  const tabs = new Map(may.map((place, at) => [place, tab(place, at + 1, () => go(place))]));
  const panels = may.map((place) => panel(place, made[place].element));
  let now = may[0];
  pressed = keys;
  fill(document.body, header(clerk, [...tabs.values()], leave), h("main", {}, panels), h("div", { id: "to-print" }));
  go(may.includes(location.hash.slice(1)) ? location.hash.slice(1) : now);

  function go(place) {
    now = place;
    for (const one of may) {
      made[one].element.parentElement.hidden = one !== place;
      tabs.get(one).setAttribute("aria-selected", String(one === place));
    }
    history.replaceState(null, "", `#${place}`);
    made[place].show?.();
  }

  function keys(event) {
    const place = event.altKey && may[Number(event.key) - 1];
    if (place) {
      event.preventDefault();
      go(place);
    } else if (!event.altKey && !event.ctrlKey && !event.metaKey) {
      made[now].key?.(event);
    }
  }

  function ended() {
    pressed = null;
    forget();
    start(t("ended"));
  }

  async function leave() {
    pressed = null;
    await call("POST", "/sign-out").catch(() => null); // a session that can't be ended ends by itself
    forget();
    start();
  }
}

function tab(place, number, go) {
  return h("button", {
    type: "button", role: "tab", id: `tab-${place}`, "aria-controls": `place-${place}`, onclick: go,
    "aria-keyshortcuts": `Alt+${number}`,
  }, t(`tab_${place}`), " ", h("kbd", { "aria-hidden": "true" }, `Alt+${number}`));
}

function panel(place, element) {
  return h("section", { id: `place-${place}`, role: "tabpanel", "aria-labelledby": `tab-${place}` }, element);
}

function header(clerk, tabs, leave) {
  return bar(
    h("div", { class: "tabs", role: "tablist", "aria-label": t("title"), onkeydown: alongTabs }, tabs),
    h("span", { class: "push who" }, clerk.place_name, " ", clerk.name, " ", h("span", { class: "tag" }, t(clerk.role))),
    languageButton(),
    h("button", { type: "button", onclick: leave }, t("sign_out")));
}

/** The arrow keys go from tab to tab. */
function alongTabs(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = [...event.currentTarget.children];
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
}

function bar(...rest) {
  return h("header", { class: "bar" }, h("h1", {}, t("title")), rest);
}

function languageButton() {
  return h("button", {
    type: "button", class: "plain", lang: language() === "zh" ? "en" : "zh-CN",
    onclick: () => {
      choose(language() === "zh" ? "en" : "zh");
      location.reload();
    },
  }, t("other_language"));
}
