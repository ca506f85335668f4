// What the till must not forget. On disk: each message's number and figures, until a week is over;
// of the person only a sealed number. In this tab, until signed out: texts to send again, slips.

import { fenOf } from "/common/money.js";

import { wireTime } from "./times.js";
import { open, seal } from "./vault.js";

const DAYS_KEPT = 7;
/** What leaves a settlement standing, which can be taken back. */
const SALES = ["2102", "2103A"];
const KEPT = [
  "setl_id", "mdtrt_id", "setl_time", "insutype", "clr_type", "clr_optins", "medfee_sumamt",
  "fund_pay_sumamt", "psn_part_amt", "acct_pay", "acct_mulaid_pay", "psn_cash_pay",
];

/**
 * @typedef {object} Entry one message that moves money
 * @property {string} msgid
 * @property {string} infno
 * @property {string} at when it was first sent
 * @property {string} insuplc
 * @property {string} sealed whose money
 * @property {string} opter which cashier sent it
 * @property {object} about what it is about: `setlId`, or `omsgid` and `oinfno`
 * @property {{ok: boolean, reason?: string, rows: object[]}} [answer] missing: the result is unknown
 * @property {string} [undone] how it was undone later: "2103", "2103A" or "2601"
 * @property {{way: string, given_fen: number, change_fen: number}} [rest] what was paid over the counter
 *   beside insurance, and how (`cash`, `wechat`, `alipay`, `card`): given less change; missing: nothing
 * @property {string} [toldWay] the way of `rest` that the centre has been told
 * @property {boolean} [again] what undid it was undone: it stands again, under another number
 */

export class Journal {
  constructor(till, disk = localStorage, tab = sessionStorage) {
    this.till = till;
    this.disk = disk;
    this.tab = tab;
    this.prefix = `qinji.till.${till.code}.`;
    this.forgetOld(new Date(Date.now() - DAYS_KEPT * 86_400_000));
  }

  /** Writes a message down; only then may it be sent. */
  sending(message, psnNo, body) {
    const sealed = seal(this.till.secret, message.msgid, psnNo);
    const entry = { ...message, at: wireTime(new Date()), sealed, opter: this.till.opter };
    this.tab.setItem(`qinji.body.${message.msgid}`, body);
    return this.write(entry);
  }

  /** Notes an answer: verdict, ids and figures. The text is not needed any more. */
  answered(msgid, answer) {
    const entry = this.find(msgid);
    if (!entry) return;
    const rows = [answer.output.refundinfo, answer.output.setlinfo].filter(Boolean).map(figures);
    entry.answer = { ok: answer.ok, rows };
    if (!answer.ok) entry.answer.reason = answer.refusal.code;
    this.write(entry);
    this.tab.removeItem(`qinji.body.${msgid}`);
    if (answer.ok) this.noteUndone(entry);
  }

  /** Notes a settlement of the centre's that this till knows nothing of (a row of 9102, 5203). */
  adopt(row, answer) {
    const { setlinfo } = answer.output;
    const sealed = seal(this.till.secret, row.msgid, row.psn_no);
    const refund = row.refd_setl_flag === "1";
    const known = this.find(row.msgid);
    const told = known?.answer?.rows ?? [];
    const rows = refund ? [figures(setlinfo), ...told] : [...told, figures(setlinfo)];
    const infno = rows.length > 1 ? "2103A" : refund ? "2103" : "2102";
    const entry = { msgid: row.msgid, at: setlinfo.setl_time, insuplc: "", sealed, about: {} };
    this.write({ ...entry, ...known, infno, answer: { ok: true, rows } });
  }

  /** Notes that an entry was undone by an entry that has been answered with yes. */
  noteUndone({ infno, about }) {
    const undone = about.omsgid ? this.find(about.omsgid) : this.soldAs(about.setlId);
    if (!undone) return;
    undone.undone = infno;
    this.write(undone);
    this.tab.removeItem(`qinji.body.${undone.msgid}`);
    const before = about.omsgid && undone.answer?.ok && this.soldAs(undone.about.setlId);
    if (!before) return;
    const { undone: _, ...stands } = before;
    this.write({ ...stands, again: true });
  }

  /** Notes what was paid over the counter, and how. */
  noteRest(msgid, rest) {
    const entry = this.find(msgid);
    if (entry) this.write({ ...entry, rest });
  }

  /** Notes that the centre has been told the way. */
  noteTold(msgid, way) {
    const entry = this.find(msgid);
    if (entry) this.write({ ...entry, toldWay: way });
  }

  /** The oldest entry whose way of paying the centre has not been told. */
  untoldWay() {
    return this.entries().find((one) => one.rest && one.answer?.ok && one.toldWay !== one.rest.way);
  }

  /** How the sale was paid that has left this settlement standing, whatever has come back of it since. */
  soldWay(setlId) {
    const one = this.soldAs(setlId);
    return one?.infno === "2103A" ? this.soldWay(one.about.setlId) : one?.rest?.way;
  }

  /** The sale that left this settlement standing. */
  soldAs(setlId) {
    const found = (one) => SALES.includes(one.infno) && one.answer?.ok && setlIds(one).at(-1) === setlId;
    return setlId ? this.entries().find(found) : undefined;
  }

  /** All entries, the oldest first. */
  entries() {
    const found = [];
    for (let at = 0; at < this.disk.length; at++) {
      const key = this.disk.key(at);
      if (key.startsWith(this.prefix)) found.push(JSON.parse(this.disk.getItem(key)));
    }
    return found.sort((one, other) => (one.at + one.msgid < other.at + other.msgid ? -1 : 1));
  }

  /** Entries whose result is unknown, but for those that undo another: these are sent again. */
  pending() {
    return this.entries().filter((one) => !one.answer && !one.undone && one.infno !== "2601");
  }

  /** The message that undoes this one, when one was sent and not answered yet. */
  reversalOf(msgid) {
    return this.entries().find((one) => one.about.omsgid === msgid && !one.answer) ?? null;
  }

  find(msgid) {
    const text = this.disk.getItem(this.prefix + msgid);
    return text === null ? null : JSON.parse(text);
  }

  /** The message's text, or null when this tab did not send it. */
  body(msgid) {
    return this.tab.getItem(`qinji.body.${msgid}`);
  }

  psnNo(entry) {
    return entry.psnNo ?? open(this.till.secret, entry.msgid, entry.sealed);
  }

  keepSlip(msgid, slip) {
    this.tab.setItem(`qinji.slip.${msgid}`, JSON.stringify(slip));
  }

  slip(msgid) {
    return JSON.parse(this.tab.getItem(`qinji.slip.${msgid}`) ?? "null");
  }

  write(entry) {
    this.disk.setItem(this.prefix + entry.msgid, JSON.stringify(entry));
    return entry;
  }

  forgetOld(before) {
    const limit = wireTime(before);
    for (const entry of this.entries()) {
      if (entry.at < limit && entry.answer) this.disk.removeItem(this.prefix + entry.msgid);
    }
  }
}

/** The settlements that an entry made. */
export function setlIds(entry) {
  return (entry.answer?.rows ?? []).map((row) => row.setl_id);
}

/** What is kept of a settlement. */
export function figures(info) {
  return Object.fromEntries(KEPT.map((name) => [name, String(info[name] ?? "")]));
}
