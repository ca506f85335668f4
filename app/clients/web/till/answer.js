// What a till hears, read: a yes with its output, a refusal with its reason, or "still at it".

import { fenOf } from "/common/money.js";

/**
 * @typedef {object} Refusal
 * @property {string} code the stable reason code
 * @property {string} sentence why, for people
 * @property {string} next what would help
 */

/**
 * Reads the centre's envelope.
 *
 * @returns {{ok: boolean, processing: boolean, output: object, refusal: Refusal|null,
 *   warning: string}|null} null
 *   when this is no answer of the centre's, or the centre itself doesn't know (504), so that
 *   nothing is known
 */
export function readAnswer(status, text) {
  if (status === 504) return null;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const infcode = Number(value?.infcode);
  if (!value || Number.isNaN(infcode)) return status < 500 ? notTheCentre(status) : null;
  const said = String(value.err_msg ?? "");
  const ok = infcode === 0;
  return {
    ok,
    processing: !ok && said.startsWith("PROCESSING"),
    output: value.output ?? {},
    refusal: ok ? null : refusalOf(said),
    warning: String(value.warn_msg ?? ""),
  };
}

/** `REASON_CODE 原因。下一步。` in its three parts. */
export function refusalOf(said) {
  const [, code, rest] = /^([A-Z0-9_]+) +(.*)$/s.exec(said) ?? ["", "", said];
  const [, sentence, next] = /^(.*?(?:[。！？]|[.!?](?=\s|$)))(.*)$/s.exec(rest) ?? ["", rest, ""];
  return { code, sentence, next: next.trim() };
}

const DOOR = [
  "BUSY", "CLOCK_SKEW", "REPLAYED", "SIGNATURE_MISSING", "SIGNATURE_INVALID", "SIGN_IN_UNKNOWN",
  "NOT_YOUR_INSTITUTION", "INSTITUTION_CLOSED", "ADDRESS_UNKNOWN", "ENVELOPE_INVALID",
  "MESSAGE_UNKNOWN",
];

/**
 * Whether a sending was refused before anybody looked what the message is, or the centre doesn't
 * know it (yet). Of one that was sent before without an answer this says nothing: it may have been
 * settled then, or may be under way.
 */
export function atTheDoor({ code }) {
  return DOOR.includes(code) || code.startsWith("HTTP_");
}

/**
 * A settlement as told by 2101, 2102, 2103, 2103A or 5203, in fen, names masked.
 *
 * @param {object} info `setlinfo` of the answer
 * @param {object[]} [details] `detlcutinfo` of the answer
 * @param {string} [warning] `warn_msg` of the answer, told before the reasons
 */
export function toldOf(info, details = [], warning = "") {
  const warned = warning ? [{ sentence: warning, next: "" }] : [];
  const content = explained(info.exp_content);
  return {
    setlId: String(info.setl_id ?? ""),
    mdtrtId: String(info.mdtrt_id ?? ""),
    time: String(info.setl_time ?? ""),
    patient: maskedName(String(info.psn_name ?? "")),
    totalFen: fenOf(info.medfee_sumamt),
    cashFen: fenOf(info.psn_cash_pay),
    balanceFen: info.balc === undefined || info.balc === null ? null : fenOf(info.balc),
    legs: (content.legs ?? []).map((leg) => ({
      payer: String(leg.payer), name: String(leg.masked_name ?? ""), fen: fenOf(leg.amount),
    })),
    reasons: warned.concat((content.reasons ?? []).map((one) => ({
      sentence: String(one.message ?? ""), next: String(one.next_step ?? ""),
    }))),
    codes: codesByLine(content.drug_trac_info ?? [], details),
    levels: details.map((line) => String(line.chrgitm_lv ?? "")),
  };
}

/**
 * What goes back to whom: a refund, whose figures are negative, without what is paid anew for the
 * rest. A payer who now pays more stands there below zero.
 *
 * @param {ReturnType<typeof toldOf>} refund
 * @param {ReturnType<typeof toldOf>} [rest] what stands instead
 * @returns {{totalFen: number, cashFen: number, legs: {payer: string, name: string, fen: number}[]}}
 */
export function backOf(refund, rest) {
  const all = [...refund.legs, ...(rest?.legs ?? [])];
  const keys = [...new Set(all.map((leg) => `${leg.payer} ${leg.name}`))];
  const legs = keys.map((key) => {
    const same = all.filter((leg) => `${leg.payer} ${leg.name}` === key);
    return { ...same[0], fen: -same.reduce((fen, leg) => fen + leg.fen, 0) };
  });
  return {
    totalFen: -refund.totalFen - (rest?.totalFen ?? 0), cashFen: -refund.cashFen - (rest?.cashFen ?? 0),
    legs: legs.filter((leg) => leg.fen !== 0),
  };
}

/** The trace codes that the centre has kept, for each line in the order of `details`. */
function codesByLine(kept, details) {
  return details.map(({ feedetl_sn: sn }) => kept
    .filter((one) => one.feedetl_sn === sn)
    .map((one) => ({ code: String(one.drug_trac_codg), split: one.trdn_flag === "1" })));
}

/** `exp_content`, a text of the wire, as what it holds; nothing where it holds nothing. */
export function explained(text) {
  if (typeof text === "object") return text ?? {};
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {};
  }
}

/** `王芳` → `*芳`. */
export function maskedName(name) {
  const letters = [...name];
  if (name.includes("*") || letters.length === 0) return name;
  return "*".repeat(Math.max(1, letters.length - 1)) + (letters.length > 1 ? letters.at(-1) : "");
}

/** `130102194905120017` → `130***********0017`. */
export function maskedNumber(number) {
  if (number.length <= 7) return "*".repeat(number.length);
  return number.slice(0, 3) + "*".repeat(number.length - 7) + number.slice(-4);
}

function notTheCentre(status) {
  const sentence = "对方不是医保接口。";
  const refusal = { code: `HTTP_${status}`, sentence, next: "请核对网址后重试。" };
  return { ok: false, processing: false, output: {}, refusal, warning: "" };
}
