// Calls of the counter's door. The token lives in this tab only, and never in an address.

import { language } from "/common/words.js";

const KEPT = "qinji.counter.session";
const PATIENCE_MS = 8000;

/** The server's clear no: reason, sentence and next step as it told them. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.message);
    this.status = status;
    this.reason = body.reason;
    this.nextStep = body.next_step ?? "";
  }
}

/** No answer came: nobody there, too late, or no answer of ours. */
export class Silent extends Error {}

/** Who is signed in: `{token, clerk: {name, role, place_name}}`, or null. */
export function session() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

export function keep(signedIn) {
  sessionStorage.setItem(KEPT, JSON.stringify(signedIn));
}

export function forget() {
  sessionStorage.removeItem(KEPT);
}

/**
 * Calls the door; gives the answer's data.
 *
 * @throws {Refused|Silent}
 */
export async function call(method, path, body) {
  const headers = { "Accept-Language": language() };
  const token = session()?.token;
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  let answer;
  try {
    response = await fetch(`/counter/api${path}`, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store",
    });
    answer = await response.json();
  } catch {
    throw new Silent();
  }
  if (!response.ok || answer.code !== 0) throw new Refused(response.status, answer);
  return answer.data;
}

