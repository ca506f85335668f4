// Several sales at one till: the one before the cashier, and those that are put aside, because a
// customer fetches something or the centre has not answered. Each has its own machine, which goes on.

import { Counter } from "./counter.js";
import { atRest, canPut, idle } from "./machine.js";
import { Ways } from "./ways.js";

const KEPT = "qinji.till.desk"; // in this tab, so that a page that is opened again goes on

export class Desk {
  /**
   * @param {import("./centre.js").Centre} centre
   * @param {(counter: Counter, before: object) => void} changed told after every step of every sale
   */
  constructor(centre, changed, tab = sessionStorage) {
    this.centre = centre;
    this.journal = centre.journal;
    this.changed = changed;
    this.tab = tab;
    this.ways = new Ways(centre);
    this.aside = [];
    this.stopped = false;
    this.present = this.counter();
  }

  counter(state, since) {
    return new Counter(this.centre, (counter, before) => this.told(counter, before), state, since);
  }

  get state() {
    return this.present.state;
  }

  /** Sales whose result is not known. */
  get open() {
    return [this.present, ...this.aside].filter((one) => !atRest(one.state));
  }

  tell(event) {
    this.present.tell(event);
  }

  canResend() {
    return this.present.canResend();
  }

  told(counter, before) {
    if (this.stopped || (counter !== this.present && !this.aside.includes(counter))) return;
    const all = [this.present, ...this.aside].map(({ state, since }) => ({ state, since }));
    this.keep(JSON.stringify(all));
    this.changed(counter, before);
    if (counter.state.phase === "paid" && before.phase !== "paid") this.ways.tell();
  }

  /** What this tab has of all sales, as a text. */
  kept() {
    return this.tab.getItem(KEPT);
  }

  keep(text) {
    this.tab.setItem(KEPT, text);
  }

  /** Puts the sale aside; the next customer can be served. */
  put() {
    if (!canPut(this.state)) return false;
    this.aside.push(this.present);
    this.show(this.counter());
    return true;
  }

  /** Takes one up again; the present sale is put aside in its stead. */
  take(counter) {
    if (!this.aside.includes(counter)) return;
    this.aside = this.aside.filter((one) => one !== counter);
    if (canPut(this.state)) this.aside.push(this.present);
    this.show(counter);
    if (!this.state.refusal) this.tell({ type: "price" });
  }

  /** Which one to take up next: the first of which something is known, else the oldest. */
  get foremost() {
    return this.aside.find((one) => atRest(one.state) && one.state.entry) ?? this.aside[0];
  }

  /** Shows what has become of a message without an answer. */
  seeTo(entry) {
    const [same] = [this.present, ...this.aside].filter((one) => one.state.entry?.msgid === entry.msgid);
    if (same === this.present) return;
    if (same) {
      this.take(same);
      return;
    }
    this.put();
    this.present.found(entry);
  }

  /** Takes up what was there when the page went away, and what was left without an answer. */
  takeUp() {
    const all = JSON.parse(this.kept() ?? "[]")
      .map(({ state, since }) => this.counter(state, since));
    const [present = this.present, ...aside] = all;
    this.aside = aside;
    this.show(present);
    const known = all.map((one) => one.state.entry?.msgid);
    const lost = this.journal.pending().filter((entry) => !known.includes(entry.msgid));
    for (const one of all) one.resume();
    this.ways.tell();
    for (const entry of lost) {
      if (!idle(this.state)) this.aside.push(this.counter());
      (idle(this.state) ? this.present : this.aside.at(-1)).found(entry);
    }
  }

  /** Stops asking; for signing out. */
  stop() {
    this.stopped = true; // what comes later is nobody's: the next cashier's tab begins empty
    for (const one of [this.present, ...this.aside]) one.stop();
  }

  show(counter) {
    this.present = counter;
    this.told(counter, counter.state);
  }
}
