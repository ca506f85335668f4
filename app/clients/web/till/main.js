// The till: sign in, then one shell around three places: sale, today, reconciliation.

import { byId, fill, h } from "/common/dom.js";
import { choose, language } from "/common/words.js";

import { Centre } from "./centre.js";
import { customerOf, customerPage, toCustomers } from "./customer.js";
import { Desk } from "./desk.js";
import { Journal } from "./journal.js";
import { isLocked, noteLocked, signedIn, signOut } from "./session.js";
import { whenIdle } from "./shop/idle.js";
import { paired } from "./shop/pairing.js";
import { journalView } from "./shop/view_journal.js";
import { shiftView } from "./shop/view_shift.js";
import { lockView, shiftStartView } from "./shop/view_shift_start.js";
import { statementView } from "./shop/view_statement.js";
import { s } from "./shop/words.js";
import { hush, play, quiet, soundOf } from "./sounds.js";
import { wireTime } from "./times.js";
import { ask } from "./view_parts.js";
import { saleView } from "./view_sale.js";
import { signInView } from "./view_sign_in.js";
import { t } from "./words.js";

const PLACES = ["sale", "day", "statement", "shift"];

document.title = t("title");
const IDLE_MS = 5 * 60_000;

if (customerOf(location.search)) customerPage(customerOf(location.search));
else start();

async function start() {
  const till = await signedIn();
  if (till) open(till);
  else if (paired()) fill(document.body, languageBar(), shiftStartView(open, start));
  else fill(document.body, languageBar(), signInView(open));
}

function open(till) {
  const centre = new Centre(till, new Journal(till));
  const customers = toCustomers();
  const places = {};
  const desk = new Desk(centre, (counter, before) => {
    play(soundOf(before, counter.state));
    if (counter !== desk.present) {
      places.sale?.renderAside();
      return;
    }
    places.sale?.render(counter.state);
    customers.show(counter.state);
  });
  const go = (name) => {
    for (const key of PLACES) {
      places[key].element.hidden = key !== name;
      byId(`tab-${key}`).setAttribute("aria-selected", String(key === name));
    }
    places[name].show();
  };
  const come = () => places.sale.element.hidden && go("sale");
  const change = (rest) => {
    customers.change(rest);
    desk.ways.tell();
  };
  places.sale = saleView(desk, { leave, come, change });
  places.day = journalView(desk, () => go("sale"));
  places.statement = statementView(desk, () => go("sale"));
  places.shift = shiftView(desk);
  const cashier = h("span", { class: "push soft" }, t("cashier_is", { name: till.opterName }));
  const idle = till.paired && whenIdle(IDLE_MS, lock);
  const locks = till.paired && h("button", { type: "button", id: "lock-now", onclick: lock }, s("lock_now"));
  fill(document.body, header(centre, go, [
    cashier,
    line(centre),
    h("button", { type: "button", class: "plain", id: "customer", onclick: customers.open }, t("customer_open")),
    soundSwitch(),
    locks,
    languageButton(),
    h("button", { type: "button", onclick: () => askLeave(desk, leave) }, t("sign_out")),
  ]), mainOf(places));
  go("sale");
  desk.takeUp();
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

  /** Signs out. `again`: only because the sign-in has ended; the baskets are there after the next. */
  async function leave(again = false) {
    if (idle) idle.stop();
    desk.stop();
    places.sale.stop();
    customers.close();
    const kept = again && desk.kept();
    await signOut(centre);
    if (kept) desk.keep(kept);
    start();
  }
}

/** What is put aside does not go with the cashier unasked. */
function askLeave(desk, leave) {
  const held = desk.aside.length + (desk.open.includes(desk.present) ? 1 : 0);
  if (held === 0) {
    leave();
    return;
  }
  ask(t("leave_sure"), h("p", {}, t("leave_more", { n: held, open: desk.open.length })), (close) => [
    h("button", { type: "button", onclick: close }, t("close")),
    h("button", { type: "button", class: "grave", id: "sure", onclick: () => {
      close();
      leave();
    } }, t("sign_out")),
  ]);
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

function header(centre, go, more) {
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
    h("h1", {}, centre.till.name),
    h("div", { class: "tabs", role: "tablist" }, tabs),
    more,
  );
}

/** What the centre answered last, and when: a line that is up says nothing of that. */
function line(centre) {
  const shown = h("span", { class: "tag", id: "line" });
  const tell = () => {
    const { answered, up } = centre.line;
    const good = navigator.onLine && up;
    const at = answered && wireTime(answered).slice(11);
    const word = !navigator.onLine ? "line_down" : up ? "line_up" : "line_silent";
    shown.className = `tag ${good ? "good" : "bad"}`;
    shown.textContent = at ? t(`${word}_at`, { at }) : t(word);
  };
  centre.heard = tell;
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
  return shown;
}

function soundSwitch() {
  const button = h("button", { type: "button", class: "plain", id: "sounds" });
  const draw = () => {
    button.textContent = t(quiet() ? "sounds_off" : "sounds_on");
    button.setAttribute("aria-pressed", String(!quiet()));
  };
  button.addEventListener("click", () => {
    hush(!quiet());
    draw();
    play("yes");
  });
  draw();
  return button;
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
