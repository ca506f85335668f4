// A day of the shop as the centre has it: what all its tills did, by message, with its sums.

import { fenOf } from "/common/money.js";

import { figures } from "../journal.js";
import { sum } from "../sale.js";

const PAGE = 200;
const PAGES_MAX = 25;

/** The centre refused to tell it. */
export class Refused extends Error {
  constructor(refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/**
 * @typedef {object} ShopDay
 * @property {object[]} slips one a message, the newest first (see `slipOf`)
 * @property {object[]} rows the settlements that they made, as the centre tells them
 * @property {object[]} sums by cashier and till, sales and what came back apart
 * @property {object[]} ways the same cash by way of paying
 * @property {object[]} offices with whom the day is cleared
 * @property {object[]} waits what is not decided yet
 * @property {boolean} whole whether all slips are here
 */

/**
 * @param {import("../centre.js").Centre} centre
 * @param {string} day `yyyy-MM-dd`
 * @param {{opter?: string, till?: string, sumsOnly?: boolean}} [only]
 * @returns {Promise<ShopDay>}
 * @throws {Refused}
 * @throws {import("../centre.js").Lost}
 */
export async function shopDay(centre, day, { opter = "", till = "", sumsOnly = false } = {}) {
  const asked = { stmt_date: day, opter, dev_no: till };
  const first = await told(centre, asked);
  const rows = [...first.setlinfo];
  let page = first.setlinfo;
  for (let n = 1; !sumsOnly && n < PAGES_MAX && page.length === PAGE; n++) {
    page = (await told(centre, { ...asked, setl_id: page.at(-1).setl_id })).setlinfo;
    rows.push(...page);
  }
  return {
    rows, slips: slipsOf(rows), sums: first.suminfo.map(summed), ways: first.payinfo.map(paid),
    offices: first.clrinfo,
    waits: first.waitinfo.map(waiting), whole: page.length < PAGE,
  };
}

async function told(centre, data) {
  const answer = await centre.ask("5203B", { data });
  if (!answer.ok) throw new Refused(answer.refusal);
  return answer.output;
}

/** One a message, in the form of the till's own journal, and with what the journal doesn't have. */
function slipsOf(rows) {
  const found = new Map();
  for (const row of rows) {
    const known = found.get(row.medins_setl_id);
    const slip = known ?? slipOf(row);
    if (known) slip.back = gone(linesOf(row), slip.lines);
    found.set(row.medins_setl_id, slip);
    slip.answer.rows.unshift(figures(row));
    slip.totalFen += fenOf(row.medfee_sumamt);
    slip.cashFen += fenOf(row.psn_cash_pay);
  }
  restore(found, rows);
  return [...found.values()];
}

/** What was given back and then was not stands again, under another number, where it was sold. */
function restore(slips, rows) {
  const numbered = new Map(rows.map((row) => [row.setl_id, row]));
  for (const row of rows) {
    const back = numbered.get(row.init_setl_id);
    if (row.setl_type !== "1" || row.undo_infno || !back) continue;
    const sold = slips.get(numbered.get(back.init_setl_id)?.medins_setl_id);
    if (!sold) continue;
    slips.get(row.medins_setl_id).stands = false;
    sold.answer.rows.push(figures(row));
    Object.assign(sold, { undone: "", stands: true });
  }
}

/** The newest row of a message comes first: what stands after it. */
function slipOf(row) {
  return {
    msgid: row.medins_setl_id, infno: row.infno, at: row.setl_time, insuplc: row.insuplc_admdvs,
    about: {}, psnNo: row.psn_no, answer: { ok: true, rows: [] }, undone: row.undo_infno,
    stands: row.setl_type === "1" && !row.undo_infno, totalFen: 0, cashFen: 0,
    leftFen: row.setl_type === "1" ? fenOf(row.medfee_sumamt) : 0,
    way: row.pay_way, soldWay: row.init_pay_way,
    patient: row.psn_name, lines: linesOf(row), setlId: row.setl_id, mdtrtId: row.mdtrt_id, ...by(row),
  };
}

function linesOf({ detail }) {
  return detail.map((line) => ({
    sn: line.feedetl_sn, code: line.med_list_codg, name: line.name || line.med_list_codg,
    cnt: plain(line.cnt), pric: plain(line.pric),
    codes: line.drug_trac_info.map((one) => (
      { code: one.drug_trac_codg, split: one.trdn_flag === "1" }
    )),
  }));
}

/** What came back of a bill, of which the rest stands. */
function gone(whole, left) {
  const kept = new Map(left.map((line) => [line.sn, line.cnt]));
  return whole
    .map((line) => ({ ...line, cnt: sum(line.cnt, `-${kept.get(line.sn) ?? 0}`) }))
    .filter((line) => Number(line.cnt) > 0);
}

function by(row) {
  return {
    opter: row.opter, opterName: row.opter_name || row.opter, till: row.dev_no,
    signed: Boolean(row.sign_no),
  };
}

function summed(row) {
  const fen = {
    fund: row.fund_pay_sumamt, own: row.acct_pay, aid: row.acct_mulaid_pay,
    wallet: row.wallet_pay, cash: row.psn_cash_pay, sum: row.medfee_sumamt,
  };
  for (const name of Object.keys(fen)) fen[name] = fenOf(fen[name]);
  return { ...by(row), sale: row.setl_type === "1", count: row.setl_cnt, ...fen };
}

function paid(row) {
  return {
    ...by(row), sale: row.setl_type === "1", way: row.pay_way, count: row.setl_cnt,
    cash: fenOf(row.psn_cash_pay),
  };
}

function waiting(row) {
  return {
    msgid: row.medins_setl_id, infno: row.infno, at: row.setl_time, psnNo: row.psn_no,
    totalFen: fenOf(row.medfee_sumamt), cashFen: 0, patient: "", lines: [], undecided: true,
    stands: false, ...by(row),
  };
}

/** A number without zeros at its end. */
function plain(number) {
  return String(Number(number));
}
