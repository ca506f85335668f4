// What a customer sees in a window of its own: the basket, the sums, what is still to be paid, and how it
// ended. The cashier's page tells it on a channel of the browser; nothing else gets there.

import { fill, h } from "/common/dom.js";
import { yuan } from "/common/money.js";

import { dueFen } from "./rest.js";
import { basketFen, lineFen } from "./sale.js";
import { payers } from "./view_parts.js";
import { t } from "./words.js";

const NAME = "qinji.till.window"; // of this tab: two tills in one browser have each its own
const ADDRESS = "/till?customer=";

/** The window that this page is for, if it is a customer's. */
export function customerOf(search) {
  return new URLSearchParams(search).get("customer") ?? "";
}

/** The cashier's side: opens the window, and tells it what it may show. */
export function toCustomers(tab = sessionStorage) {
  const drawn = () => [...crypto.getRandomValues(new Uint32Array(4))].map((one) => one.toString(36));
  const name = tab.getItem(NAME) ?? drawn().join("");
  tab.setItem(NAME, name);
  const channel = new BroadcastChannel(name);
  let last = null;
  const tell = (shown) => {
    last = shown;
    channel.postMessage({ shown });
  };
  channel.onmessage = ({ data }) => data.hello && tell(last);
  return {
    open: () => globalThis.open(ADDRESS + name, "_blank", "popup,noopener,width=1024,height=700"),
    show: (state) => tell(shownOf(state)),
    change: (rest) => last && tell({ ...last, rest }),
    close() {
      tell(null);
      channel.close();
    },
  };
}

/**
 * What of a sale is the customer's to see: no number, no code of a reason.
 *
 * @param {object} state of the machine
 */
export function shownOf({ phase, basket, patient, preview, told: slip, refusal }) {
  const told = phase === "paid" ? slip.told : preview;
  const lines = phase === "paid" && slip.lines ? slip.lines : basket;
  const back = phase === "paid" ? slip.back ?? null : null;
  const goods = back ? slip.gone ?? [] : lines;
  return {
    phase, back,
    who: patient?.name ?? told?.patient ?? "",
    lines: goods.map((line) => ({ name: line.name, cnt: line.cnt, fen: lineFen(line) })),
    totalFen: back?.totalFen ?? told?.totalFen ?? basketFen(basket),
    legs: back?.legs ?? told?.legs ?? [],
    dueFen: phase === "paid" ? dueFen(slip) : told?.cashFen ?? null,
    said: refusal ? [refusal.sentence, refusal.next] : [],
    rest: null,
  };
}

/** The customer's side: shows what it is told. */
export function customerPage(name) {
  document.title = t("customer_title");
  const main = h("main", { class: "customer" });
  fill(document.body, main);
  const channel = new BroadcastChannel(name);
  const draw = (shown) => fill(main, content(shown));
  channel.onmessage = ({ data }) => data.hello || draw(data.shown);
  draw(null);
  channel.postMessage({ hello: true });
}

function content(shown) {
  if (!shown || (shown.phase === "open" && shown.lines.length === 0 && !shown.who)) {
    return h("p", { class: "welcome" }, t("customer_welcome"));
  }
  return [
    h("section", { class: "card stack" }, shown.who && h("h2", {}, shown.who), goods(shown.lines)),
    h("section", { class: "card stack sums", "aria-live": "polite", "data-phase": shown.phase }, sums(shown)),
  ];
}

function goods(lines) {
  return h("ul", { class: "goods" }, lines.map((line) => h(
    "li",
    {},
    h("span", { class: "what" }, line.name),
    h("span", { class: "number soft" }, `× ${line.cnt}`),
    h("span", { class: "number" }, yuan(line.fen)),
  )));
}

function sums(shown) {
  const total = h("p", { class: "total" }, h("span", { class: "soft" }, t(shown.back ? "comes_back" : "total")),
    h("strong", { class: "number" }, yuan(shown.totalFen)));
  if (["sending", "waiting", "unknown", "undoing"].includes(shown.phase)) {
    return [total, h("p", { class: "big-word" }, t("customer_waits"))];
  }
  if (shown.phase === "undone") return h("p", { class: "big-word" }, t("customer_undone"));
  return [
    total,
    shown.said.length > 0 && h("div", { class: "notice bad stack" }, shown.said.map((one) => h("p", {}, one))),
    payers(shown.legs),
    due(shown),
  ];
}

function due({ phase, dueFen: fen, rest, back, legs }) {
  if (fen === null || (phase === "open" && legs.length === 0)) return null;
  if (phase === "open") return taken(t(fen > 0 ? "customer_will_pay" : "customer_nothing"), fen);
  const change = rest && rest.change_fen > 0 && fen > 0
    && h("p", { class: "change" }, t("change_due", { sum: yuan(rest.change_fen) }));
  if (fen === 0) return taken(`✓ ${t(back ? "customer_back" : "customer_paid")}`, 0);
  return [taken(t(fen > 0 ? "customer_owes" : "customer_gets"), fen), change];
}

function taken(word, fen) {
  return h("div", { class: `take ${fen ? "" : "none"}` }, h("span", {}, word),
    fen ? h("strong", { class: "number" }, yuan(Math.abs(fen))) : null);
}
