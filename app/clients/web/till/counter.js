// Runs the machine: carries out its effects over the line, and tells it what came of them.

import { atTheDoor, backOf, maskedName, maskedNumber, toldOf } from "./answer.js";
import { learned } from "./box.js";
import { Lost } from "./centre.js";
import { fresh, reduce } from "./machine.js";
import { dueFen, restOf } from "./rest.js";
import { numbered, saleInput } from "./sale.js";
import { cardOf } from "./scanner.js";
import { keepBoxes } from "./shelf_store.js";
import { t } from "./words.js";

export class Counter {
  /**
   * @param {import("./centre.js").Centre} centre
   * @param {(counter: Counter, before: object) => void} changed told after every step
   */
  constructor(centre, changed, state = fresh(), since = new Date().toISOString()) {
    this.centre = centre;
    this.journal = centre.journal;
    this.changed = changed;
    this.state = state;
    this.since = since;
    this.timer = 0;
  }

  tell(event) {
    const before = this.state;
    const [state, effects] = reduce(before, event);
    this.state = state;
    this.changed(this, before);
    for (const effect of effects) this.run(effect);
  }

  /** Goes on with what was under way when the page went away. */
  resume() {
    this.tell({ type: "resume", can: this.canResend() });
  }

  /** Takes a message up of which the journal holds no answer. */
  found(entry) {
    const undoing = Boolean(this.journal.reversalOf(entry.msgid));
    this.tell({ type: "found", entry: { ...entry, undoing } });
    if (!undoing && this.canResend()) this.tell({ type: "resend" });
  }

  /** Whether this tab has the message's text. */
  canResend() {
    return Boolean(this.state.entry && this.journal.body(this.state.entry.msgid));
  }

  /** Stops asking; for signing out. */
  stop() {
    clearTimeout(this.timer);
  }

  run(effect) {
    if (effect.afterMs === undefined) this.safely(effect);
    else {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.safely(effect), effect.afterMs);
    }
  }

  async safely(effect) {
    const of = { read: "read", price: "price", undo: "undo" }[effect.do] ?? "settle";
    const { version } = effect;
    try {
      const answer = await this[effect.do](effect);
      if (answer?.processing) this.tell({ type: "processing", of });
      else if (answer && !answer.ok) {
        this.tell({ type: "refused", of, version, refusal: answer.refusal });
      }
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      this.tell({ type: "lost", of, version });
    }
  }

  /** 6101 and 1101: whose code or card it is, and how insured. */
  async read({ code }) {
    const card = cardOf(code);
    if (card) return this.readCard(card);
    const { till } = this.centre;
    const decoded = await this.centre.ask("6101", {
      data: {
        ecQrCode: code, orgId: till.code, businessType: "02121", operatorId: till.opter,
        operatorName: till.opterName, officeId: "01", officeName: "收银台",
      },
    });
    if (!decoded.ok) return decoded;
    const { ecToken: token, idNo = "", idType = "01", userName = "" } = decoded.output;
    const found = await this.centre.ask("1101", {
      data: {
        mdtrt_cert_type: "01", mdtrt_cert_no: token, card_sn: "", begntime: "",
        psn_cert_type: idType, certno: idNo, psn_name: userName,
      },
    });
    if (found.ok) this.tell({ type: "person", patient: patientOf(token, found.output) });
    return found;
  }

  async readCard({ number, serial }) {
    const found = await this.centre.ask("1101", {
      data: {
        mdtrt_cert_type: "03", mdtrt_cert_no: number, card_sn: serial, begntime: "",
        psn_cert_type: "", certno: "", psn_name: "",
      },
    });
    if (found.ok) {
      const patient = { ...patientOf(number, found.output), shown: "03", serial };
      this.tell({ type: "person", patient });
    }
    return found;
  }

  /** 2101. */
  async price({ version }) {
    const { patient, basket, own } = this.state;
    if (version !== this.state.version) return null;
    const now = new Date();
    const input = saleInput(patient, numbered(basket, now), own, now);
    const answer = await this.centre.ask("2101", input, patient.insuplc);
    if (answer.ok) {
      const told = toldOf(answer.output.setlinfo, answer.output.detlcutinfo, answer.warning);
      this.tell({ type: "preview", version, told });
    }
    return answer;
  }

  /** 2102: into the journal first, then on its way. */
  settle() {
    const { patient, basket, own } = this.state;
    const now = new Date();
    const lines = numbered(basket, now);
    const input = saleInput(patient, lines, own, now);
    const entry = this.centre.prepare("2102", input, patient.psnNo, patient.insuplc);
    this.journal.keepSlip(entry.msgid, { infno: "2102", lines });
    this.tell({ type: "sent", entry });
    return this.resend();
  }

  /** The same message again. */
  async resend() {
    const { phase, entry } = this.state;
    if (!["sending", "waiting", "unknown"].includes(phase)) return null;
    const answer = await this.centre.deliver(entry, phase !== "sending");
    if (answer.ok) {
      const slip = slipOf(entry, this.journal.slip(entry.msgid), answer);
      this.done(entry, slip);
      keepBoxes(this.centre.till.code, learned(this.state.basket));
    }
    return answer;
  }

  /**
   * Tells what was settled; what is paid over the counter is in cash until somebody says otherwise, and
   * goes back as it came.
   */
  done(entry, slip) {
    this.journal.keepSlip(entry.msgid, slip);
    const way = slip.way || this.journal.soldWay(entry.about?.setlId);
    if (dueFen(slip) !== 0) this.journal.noteRest(entry.msgid, restOf(dueFen(slip), way));
    this.tell({ type: "settled", told: slip });
  }

  /** 5203A: what has become of the message. */
  async find() {
    const { phase, entry } = this.state;
    if (phase !== "unknown") return null;
    const data = {
      psn_no: this.journal.psnNo(entry), medins_setl_id: entry.msgid, mdtrt_id: "", med_type: "",
    };
    let answer;
    try {
      answer = await this.centre.ask("5203A", { data }, entry.insuplc);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      return { ok: false, refusal: { code: "HTTP_0", sentence: t("lost_find"), next: "" } };
    }
    if (!answer.ok) {
      if (!atTheDoor(answer.refusal)) this.journal.answered(entry.msgid, answer);
      return answer;
    }
    const found = standing(answer.output);
    this.journal.answered(entry.msgid, found);
    if (found.ok) this.done(entry, slipOf(entry, this.journal.slip(entry.msgid), found));
    return found;
  }

  /** 2601: makes sure that the message counts for nothing, whether it arrived or not. */
  async undo() {
    const { phase, entry } = this.state;
    if (phase !== "undoing") return null;
    const answer = await this.centre.deliver(reversal(this.centre, entry));
    if (answer.ok) this.tell({ type: "undone" });
    return answer;
  }
}

/** The message that undoes an entry: the one that was begun, if one was. */
function reversal(centre, entry) {
  const { journal } = centre;
  const begun = journal.reversalOf(entry.msgid);
  if (begun && journal.body(begun.msgid)) return begun;
  const psnNo = journal.psnNo(entry);
  const input = { data: { psn_no: psnNo, omsgid: entry.msgid, oinfno: entry.infno } };
  const about = { omsgid: entry.msgid, oinfno: entry.infno };
  return centre.prepare("2601", input, psnNo, entry.insuplc, about);
}

/** The answer that a message would get now, of the rows that 5203A gives. */
function standing(rows) {
  const [row] = rows.filter((one) => String(one.vali_flag) === "1").slice(-1);
  if (!row) {
    const refusal = { code: "UNDONE_SINCE", sentence: t("found_undone"), next: "" };
    return { ok: false, output: {}, refusal, warning: "" };
  }
  const setlinfo = { ...row, psn_part_amt: row.psn_pay, psn_cash_pay: row.cash_payamt };
  return { ok: true, output: { setlinfo }, refusal: null, warning: "" };
}

/** What is shown and printed; of what was taken back also who gets what. */
function slipOf(entry, begun, { output, warning }) {
  const { setlinfo, detlcutinfo, refundinfo } = output;
  const told = toldOf(setlinfo, detlcutinfo, warning);
  const slip = { ...begun, infno: entry.infno, told, msgid: entry.msgid };
  if (refundinfo) slip.back = backOf(toldOf(refundinfo), told);
  if (entry.infno === "2103") slip.back = backOf(told);
  return slip;
}

function patientOf(token, { baseinfo, insuinfo = [] }) {
  const plan = insuinfo.find((one) => String(one.psn_insu_stas) === "1") ?? insuinfo[0] ?? {};
  return {
    token,
    psnNo: String(baseinfo.psn_no),
    insutype: String(plan.insutype ?? ""),
    insuplc: String(plan.insuplc_admdvs ?? ""),
    balance: plan.balc ?? null,
    age: Math.floor(Number(baseinfo.age)),
    gend: String(baseinfo.gend ?? ""),
    name: maskedName(String(baseinfo.psn_name ?? "")),
    certno: maskedNumber(String(baseinfo.certno ?? "")),
  };
}
