// The till: sign in, then one shell around three places: sale, today, reconciliation.

import { byId, fill, h } from "/common/dom.js";
import { choose, language } from "/common/words.js";

import { Centre } from "./centre.js";
import { Counter } from "./counter.js";
import { Journal } from "./journal.js";
import { atRest } from "./machine.js";
import { isLocked, noteLocked, signedIn, signOut } from "./session.js";
import { whenIdle } from "./shop/idle.js";
import { paired } from "./shop/pairing.js";
import { journalView } from "./shop/view_journal.js";
import { shiftView } from "./shop/view_shift.js";
import { lockView, shiftStartView } from "./shop/view_shift_start.js";
import { statementView } from "./shop/view_statement.js";
import { s } from "./shop/words.js";
import { saleView } from "./view_sale.js";
import { signInView } from "./view_sign_in.js";
import { t } from "./words.js";

const PLACES = ["sale", "day", "statement", "shift"];

document.title = t("title");
const IDLE_MS = 5 * 60_000;

start();

async function start() {
  const till = await signedIn();
  if (till) open(till);
  else if (paired()) fill(document.body, languageBar(), shiftStartView(open, start));
  else fill(document.body, languageBar(), signInView(open));
}

function open(till) {
  const centre = new Centre(till, new Journal(till));
  const places = {};
  const counter = new Counter(centre, (state) => {
    places.sale?.render(state);
    if (places.lead) places.lead.disabled = !atRest(state);
  });
  const go = (name) => {
    for (const key of PLACES) {
      places[key].element.hidden = key !== name;
      byId(`tab-${key}`).setAttribute("aria-selected", String(key === name));
    }
    places[name].show();
  };
  places.sale = saleView(counter, leave);
  places.day = journalView(counter, () => go("sale"));
  places.statement = statementView(counter, () => go("sale"));
  places.shift = shiftView(counter);
  places.lead = h("button", { type: "button", onclick: leave }, t("sign_out"));
  const cashier = h("span", { class: "push soft" }, t("cashier_is", { name: till.opterName }));
  const idle = till.paired && whenIdle(IDLE_MS, lock);
  const locks = till.paired && h("button", { type: "button", id: "lock-now", onclick: lock }, s("lock_now"));
  fill(document.body, header(till, go, [cashier, locks, places.lead]), mainOf(places));
  go("sale");
  counter.tell({ type: "next" });
  counter.takeUp();
  if (till.paired && isLocked()) lock();

  /** Whoever unlocks it goes on with what lies there. */
  function lock() {
    if (document.getElementById("lock")) return;
    noteLocked(true);
    lockView(till, () => {
      noteLocked(false);
      cashier.textContent = t("cashier_is", { name: till.opterName });
      idle.again();
      places.sale.show();
    });
  }

  async function leave() {
    if (idle) idle.stop();
    counter.stop();
    places.sale.stop();
    await signOut(centre);
    start();
  }
}

function mainOf(places) {
  const main = h("main");
  for (const key of PLACES) {
    const { element } = places[key];
    element.id = `place-${key}`;
    element.setAttribute("role", "tabpanel");
    element.setAttribute("aria-labelledby", `tab-${key}`);
    main.append(element);
  }
  return main;
}

function header(till, go, [cashier, locks, lead]) {
  const tabs = PLACES.map((key) =>
    h(
      "button",
      {
        type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `place-${key}`,
        onclick: () => go(key),
      },
      t(`tab_${key}`),
    ),
  );
  return h(
    "header",
    { class: "bar" },
    h("h1", {}, till.name),
    h("div", { class: "tabs", role: "tablist" }, tabs),
    cashier,
    line(),
    locks,
    languageButton(),
    lead,
  );
}

/** Whether the line is up, in words and not by colour alone. */
function line() {
  const shown = h("span", { class: "tag", role: "status" });
  const tell = () => {
    shown.className = `tag ${navigator.onLine ? "good" : "bad"}`;
    shown.textContent = t(navigator.onLine ? "line_up" : "line_down");
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
  return shown;
}

function languageBar() {
  return h("header", { class: "bar" }, h("h1", {}, t("title")), languageButton("push"));
}

function languageButton(place = "") {
  const other = language() === "zh" ? "en" : "zh";
  const change = () => {
    choose(other);
    location.reload();
  };
  const attributes = { type: "button", class: `plain ${place}`, lang: other, onclick: change };
  return h("button", attributes, t("other_language"));
}
