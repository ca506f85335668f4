// Who stands at this till. A secret that was typed lives in this tab only, and ends with the
// sign-out; that of a paired machine lies sealed and is opened for this page alone.

import { Centre, Lost } from "./centre.js";
import { checkPin, deviceNo, pairedTill } from "./shop/pairing.js";

const TAB = "qinji.till.session";
const LOCKED = "qinji.till.locked";
const REMEMBERED = "qinji.till.institution";
const MACHINE = "qinji.till.machine";
const NOT_SECRET = ["code", "name", "admdvs", "keyId"];

/** The till that is signed in here, or null. */
export async function signedIn() {
  const kept = JSON.parse(sessionStorage.getItem(TAB) ?? "null");
  if (!kept?.paired) return kept;
  const machine = await pairedTill();
  return machine && { ...kept, ...machine };
}

/** What the form may fill in: the institution, without its secret. */
export function remembered() {
  return JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}");
}

/**
 * 9001.
 *
 * @returns {Promise<{till: object}|{refusal: object}>}
 * @throws {Lost}
 */
export async function signIn(given) {
  const node = { opter_no: given.opter, mac: "00-00-00-00-00-00", ip: "127.0.0.1" };
  const answer = await new Centre(given, null).ask("9001", { signIn: node });
  if (!answer.ok) return { refusal: answer.refusal };
  const signNo = String(answer.output.signinoutb?.sign_no ?? "");
  const till = { ...given, devNo: machine(), signNo, paired: false };
  sessionStorage.setItem(TAB, JSON.stringify(till));
  const kept = Object.fromEntries(NOT_SECRET.map((name) => [name, till[name]]));
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
  return { till };
}

/**
 * The same at a paired machine, by number and PIN.
 *
 * @param {object} paired as `pairedTill` gives it
 * @returns {Promise<{till: object}|{refusal: object}>}
 * @throws {Lost}
 */
export async function signInByPin(paired, opter, pin) {
  const { who, refusal } = await checkPin(paired, opter, pin);
  if (refusal) return { refusal };
  const till = { ...paired, ...who, paired: true };
  keepWho(till);
  return { till };
}

/** Another one stands here from now on, or the same one again. */
export function keepWho(till) {
  const { secret: _, ...kept } = till;
  sessionStorage.setItem(TAB, JSON.stringify(kept));
}

/** Whether it was locked when the page went away: loading it anew opens no lock. */
export function isLocked() {
  return sessionStorage.getItem(LOCKED) !== null;
}

export function noteLocked(locked) {
  if (locked) sessionStorage.setItem(LOCKED, "1");
  else sessionStorage.removeItem(LOCKED);
}

/** What this machine is called in the shop's journal, which tells its tills apart. */
function machine() {
  const kept = localStorage.getItem(MACHINE);
  if (kept) return kept;
  const made = deviceNo("收银台");
  localStorage.setItem(MACHINE, made);
  return made;
}

/** 9002; whatever the centre says, this tab forgets. */
export async function signOut(centre) {
  const { signNo, opter } = centre.till;
  try {
    await centre.ask("9002", { signOut: { sign_no: signNo, opter_no: opter } });
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  } finally {
    sessionStorage.clear();
  }
}
