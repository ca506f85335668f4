// A machine that the manager has paired once: whose till it is, and its secret, sealed.

import { Centre } from "../centre.js";
import { forgetKey, openSecret, sealSecret } from "./sealed.js";

const PAIRED = "qinji.till.paired";
const LAST = "qinji.till.cashier";

/** What this machine is paired as: code, name, admdvs, keyId, devNo; null: it isn't. */
export function paired() {
  return JSON.parse(localStorage.getItem(PAIRED) ?? "null");
}

/** The same with its secret; null where it can't be opened any more. */
export async function pairedTill() {
  const machine = paired();
  if (!machine) return null;
  const { iv, sealed, ...till } = machine;
  const secret = await openSecret({ iv, sealed }, belongsTo(till));
  return secret === null ? null : { ...till, secret };
}

/**
 * Pairs this machine, with the institution's secret in the manager's hand: the cashier is let in,
 * and only if the centre takes that is anything kept here.
 *
 * @param {object} given code, name, admdvs, keyId, secret, devNo, opter, opterName, pin
 * @returns {Promise<{refusal: object|null}>}
 * @throws {import("../centre.js").Lost}
 */
export async function pair(given) {
  const { code, name, admdvs, keyId, secret, devNo } = given;
  const answer = await letIn(given, given);
  if (!answer.ok) return { refusal: answer.refusal };
  const till = { code, name, admdvs, keyId, devNo };
  const kept = await sealSecret(secret, belongsTo(till));
  localStorage.setItem(PAIRED, JSON.stringify({ ...till, ...kept }));
  return { refusal: null };
}

/** Forgets whose machine this is. */
export async function unpair() {
  localStorage.removeItem(PAIRED);
  localStorage.removeItem(LAST);
  await forgetKey();
}

/** 9001B: a cashier with a new PIN. */
export function letIn(till, { opter, opterName, pin }) {
  return new Centre(till, null).ask("9001B", {
    data: { opter_no: opter, opter_name: opterName, pin, vali_flag: "1" },
  });
}

/** 9001B: a cashier may sign in no more. */
export function letGo(till, opter) {
  return new Centre(till, null).ask("9001B", { data: { opter_no: opter, vali_flag: "0" } });
}

/** 9001C. */
export function cashiers(till) {
  return new Centre(till, null).ask("9001C", { data: {} });
}

/**
 * 9001A: who stands here from now on.
 *
 * @returns {Promise<{who: object}|{refusal: object}>} opter, opterName, signNo
 * @throws {import("../centre.js").Lost}
 */
export async function checkPin(till, opter, pin) {
  const asking = { ...till, opter, opterName: opter, signNo: "" };
  const answer = await new Centre(asking, null).ask("9001A", { signIn: { opter_no: opter, pin } });
  if (!answer.ok) return { refusal: answer.refusal };
  const { sign_no: signNo, opter_name: opterName } = answer.output.signinoutb;
  localStorage.setItem(LAST, opter);
  return { who: { opter, opterName: String(opterName), signNo: String(signNo) } };
}

/** The number of whoever stood here last. */
export function lastCashier() {
  return localStorage.getItem(LAST) ?? "";
}

/** A name that no other machine of the shop has. */
export function deviceNo(called) {
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  return `${called}·${drawn.toString(36).slice(-4).padStart(4, "0")}`;
}

function belongsTo({ code, keyId, devNo }) {
  return [code, keyId, devNo].join("\n");
}
