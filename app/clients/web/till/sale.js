// A basket, and how 2101 and 2102 are told of it. Pure.

import { fenOfProduct, isAmount, wireYuan } from "/common/money.js";

import { wireTime } from "./times.js";

/**
 * @typedef {{code: string, name: string, pric: string, cnt: string, rxno?: string, medType?: string,
 *   codes: {code: string, split: boolean}[]}} Line `rxno`: the prescription on which it is dispensed
 */

export const LINES_MAX = 200;

/** The basket with one more; what is in it already at the same price is counted up. */
export function added(basket, item, cnt) {
  const same = basket.find((one) => one.code === item.med_list_codg && one.pric === item.pric
    && one.rxno === item.rxno);
  if (same) return counted(basket, same, sum(same.cnt, cnt));
  if (basket.length >= LINES_MAX) return basket;
  const { name, pric, rxno, medType } = item;
  return [...basket, { code: item.med_list_codg, name, pric, cnt, codes: [], ...(rxno && { rxno, medType }) }];
}

/** The basket with another count of a line; what is no count changes nothing. */
export function counted(basket, line, cnt) {
  if (!isAmount(cnt, 4)) return basket;
  const codes = line.codes.slice(0, Math.ceil(Number(cnt)));
  return basket.map((one) => (one === line ? { ...one, cnt, codes } : one));
}

/** What a line comes to, in fen. */
export function lineFen(line) {
  return fenOfProduct(line.pric, line.cnt);
}

/** What a basket comes to, in fen. */
export function basketFen(basket) {
  return basket.reduce((fen, line) => fen + lineFen(line), 0);
}

/** Two counts together, exactly. */
export function sum(one, other) {
  const whole = Math.round(Number(one) * 10_000) + Math.round(Number(other) * 10_000);
  return String(whole / 10_000);
}

/** Each line with the number it has on the bill. */
export function numbered(basket, moment) {
  const stem = moment.getTime().toString(16);
  return basket.map((line, at) => ({ ...line, sn: stem + String(at + 1).padStart(4, "0") }));
}

/**
 * druginfo and drugdetail of 2101 and 2102; amounts as text, so that none is a float.
 *
 * @param {object} patient token, psnNo, insutype; of a card shown ("03") and serial
 * @param {boolean} own whether the personal account may be used
 */
export function saleInput(patient, lines, own, moment) {
  const now = wireTime(moment);
  const boxes = lines.reduce((all, line) => all + line.codes.length, 0);
  return {
    druginfo: {
      psn_no: patient.psnNo, mdtrt_cert_type: patient.shown ?? "01", mdtrt_cert_no: patient.token,
      ...(patient.serial && { card_sn: patient.serial }), begntime: now,
      medfee_sumamt: wireYuan(basketFen(lines)), invono: "", insutype: patient.insutype,
      dise_codg: "", dise_name: "", acct_used_flag: own ? "1" : "0",
      med_type: lines.find((line) => line.rxno)?.medType ?? "41",
      ...(boxes > 0 && { minpacunt_drug_trac_cnt: String(boxes) }),
    },
    drugdetail: lines.map((line) => ({
      feedetl_sn: line.sn, rxno: line.rxno ?? "", rx_circ_flag: line.rxno ? "1" : "0", fee_ocur_time: now,
      med_list_codg: line.code, medins_list_codg: line.code,
      det_item_fee_sumamt: wireYuan(lineFen(line)), cnt: line.cnt, pric: line.pric,
      sin_dos_dscr: "", used_frqu_dscr: "", prd_days: "0", medc_way_dscr: "", bilg_dr_codg: "",
      bilg_dr_name: "", tcmdrug_used_way: "",
      ...(line.codes.length > 0 && { drug_trac_info: traced(line) }),
    })),
  };
}

function traced({ sn, codes }) {
  return codes.map(({ code, split }) => (
    { feedetl_sn: sn, drug_trac_codg: code, trdn_flag: split ? "1" : "0" }
  ));
}
