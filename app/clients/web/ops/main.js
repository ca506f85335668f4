// The night shift's page: sign in, then one shell around six places.

import { fill, h } from "/common/dom.js";
import { choose, language } from "/common/words.js";

import { call, forget, session } from "./api.js";
import { auditView } from "./audit.js";
import { findView } from "./find.js";
import { logInsView } from "./log_ins.js";
import { nowView } from "./now.js";
import { regionsView } from "./regions.js";
import { signInView } from "./sign_in.js";
import { storyView } from "./story.js";
import { t } from "./words.js";

const PLACES = ["now", "find", "regions", "log_ins", "story", "audit"];
const AUDITORS = ["story", "audit"];

document.title = t("title");
start();

function start(said = "") {
  const signedIn = session();
  if (signedIn) open(signedIn.operator);
  else fill(document.body, languageBar(), signInView(open, said));
}

function open(operator) {
  const may = PLACES.filter((one) => operator.role === "auditor" || !AUDITORS.includes(one));
  const shell = { ended, openStory, openMessages, mayOpen: operator.role === "auditor" };
  const made = {
    now: nowView(shell), find: findView(shell), regions: regionsView(shell), log_ins: logInsView(shell),
    story: storyView(shell), audit: auditView(shell),
  };
  const tabs = new Map(may.map((place) => [place, tab(place, () => go(place))]));
  const main = h("main", {}, may.map((place) => panel(place, made[place].element)));
  fill(document.body, header(operator, [...tabs.values()], leave), main);
  go(may.includes(location.hash.slice(1)) ? location.hash.slice(1) : "now");

  function go(place) {
    for (const one of may) {
      made[one].element.parentElement.hidden = one !== place;
      tabs.get(one).setAttribute("aria-selected", String(one === place));
      if (one !== place) made[one].leave?.();
    }
    history.replaceState(null, "", `#${place}`);
    made[place].show?.();
  }

  function openStory(which, reason) {
    go("story");
    made.story.ask(which, reason);
  }

  function openMessages(which) {
    go("find");
    made.find.openMessages(which);
  }

  function ended() {
    for (const place of may) made[place].leave?.();
    forget();
    start(t("ended"));
  }

  async function leave() {
    for (const place of may) made[place].leave?.();
    await call("POST", "/sign-out").catch(() => null); // a session that can't be ended ends by itself
    forget();
    start();
  }
}

function tab(place, go) {
  return h("button", {
    type: "button", role: "tab", id: `tab-${place}`, "aria-controls": `place-${place}`, onclick: go,
  }, t(`tab_${place}`));
}

function panel(place, element) {
  return h("section", {
    id: `place-${place}`, role: "tabpanel", "aria-labelledby": `tab-${place}`, class: "place",
  }, element);
}

function header(operator, tabs, leave) {
  return h("header", { class: "bar" },
    h("h1", {}, t("title")),
    h("div", { class: "tabs", role: "tablist", onkeydown: alongTabs }, tabs),
    h("span", { class: "push who" }, operator.name, " ", h("span", { class: "tag" }, t(operator.role))),
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

function languageBar() {
  return h("header", { class: "bar" }, h("h1", {}, t("title")), h("span", { class: "push" }), languageButton());
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
