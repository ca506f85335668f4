// What the shop knows of a day, in rows and totals, ready to be compared with the centre's. Pure.

import { fenOf, wireYuan } from "/common/money.js";

const PLANS = ["310", "390"];
const PURCHASE = "41";
const EMPTY = "null";
const FOUND = [
  "psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo",
  "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "exp_content",
];

/**
 * The groups that the centre compares: own plans even if nothing was sold there, and every office
 * that the shop or the centre has bills of.
 */
export function groupsOf(rows, place, offices) {
  const own = PLANS.map((plan) => [plan, PURCHASE, `${place.slice(0, 4)}99`].join());
  const found = rows.map((row) => groupOf(row));
  const theirs = offices.map((one) => [one.insutype, one.clr_type, one.clr_optins].join());
  return [...new Set([...own, ...found, ...theirs])].sort().map((text) => {
    const [insutype, clrType, agency] = text.split(",");
    return { insutype, clrType, agency };
  });
}

/** The rows of a group; of all plans when it names none. */
export function rowsOf(rows, { insutype, clrType, agency }) {
  return rows.filter(
    (row) => row.clrType === clrType && row.agency === agency
      && (!insutype || row.insutype === insutype),
  );
}

/** The figures of 3201 and of 3202's head. */
export function totals(rows) {
  const sum = (name) => wireYuan(rows.reduce((fen, row) => fen + row[name], 0));
  return {
    medfee_sumamt: sum("totalFen"), fund_pay_sumamt: sum("fundFen"), acct_pay: sum("acctFen"),
    cash_payamt: sum("cashFen"), fixmedins_setl_cnt: String(rows.length),
  };
}

/** The text of the file for 3202. */
export function fileText(rows) {
  return rows
    .map((row) => [
      row.setlId, row.mdtrtId, row.psnNo, wireYuan(row.totalFen), wireYuan(row.fundFen),
      wireYuan(row.acctFen), row.totalFen < 0 ? "1" : "0", EMPTY,
    ])
    .map((cells) => `${cells.join("\t")}\n`)
    .join("");
}

/** The rows of the centre's file, which has no head. */
export function readFile(text) {
  const told = (cell = "") => (cell === EMPTY ? "" : cell);
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .map((line) => line.split("\t"))
    .map((cells) => Object.fromEntries(FOUND.map((name, at) => [name, told(cells[at])])));
}

function groupOf(row) {
  return [row.insutype, row.clrType, row.agency].join();
}

/** A settlement's figures as they are compared; a refund's are negative. */
export function toldRow(row, psnNo) {
  const [acct, mulaid, cash, part] = [
    row.acct_pay, row.acct_mulaid_pay, row.psn_cash_pay, row.psn_part_amt,
  ].map(fenOf);
  // Some regions show mutual aid beside acct_pay, others inside it; the identity tells.
  const inside = part === acct + cash;
  return {
    setlId: row.setl_id, mdtrtId: row.mdtrt_id, psnNo, insutype: row.insutype,
    clrType: row.clr_type, agency: row.clr_optins, totalFen: fenOf(row.medfee_sumamt),
    fundFen: fenOf(row.fund_pay_sumamt), acctFen: inside ? acct : acct + mulaid, cashFen: cash,
  };
}
