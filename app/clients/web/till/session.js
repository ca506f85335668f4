// Who stands at this till. The secret lives in this tab only, and ends with the sign-out.

import { Centre, Lost } from "./centre.js";

const TAB = "qinji.till.session";
const REMEMBERED = "qinji.till.institution";
const MACHINE = "qinji.till.machine";
const NOT_SECRET = ["code", "name", "admdvs", "keyId"];

/** The till that is signed in here, or null. */
export function signedIn() {
  return JSON.parse(sessionStorage.getItem(TAB) ?? "null");
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
  const till = { ...given, devNo: machine(), signNo: String(answer.output.signinoutb?.sign_no ?? "") };
  sessionStorage.setItem(TAB, JSON.stringify(till));
  const kept = Object.fromEntries(NOT_SECRET.map((name) => [name, till[name]]));
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
  return { till };
}

/** What this machine is called in the shop's journal, which tells its tills apart. */
function machine() {
  const kept = localStorage.getItem(MACHINE);
  if (kept) return kept;
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  const made = `收银台·${drawn.toString(36).slice(-4).padStart(4, "0")}`;
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
