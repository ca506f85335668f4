// How a page of the staff calls its door. The token lives in this tab only, and never in an address.

import { language } from "/common/words.js";

export const PATIENCE_MS = 8000;

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

/**
 * A door at an address. `session` is what was kept of who is signed in, with its `token`, or null;
 * `call(method, path, body)` gives the answer's data, or throws Refused or Silent.
 *
 * @param {string} address @param {string} kept  the name under which the tab keeps the session
 */
export function door(address, kept) {
  function session() {
    try {
      return JSON.parse(sessionStorage.getItem(kept));
    } catch {
      return null;
    }
  }

  function keep(signedIn) {
    sessionStorage.setItem(kept, JSON.stringify(signedIn));
  }

  function forget() {
    sessionStorage.removeItem(kept);
  }

  async function call(method, path, body) {
    const headers = { "Accept-Language": language() };
    const token = session()?.token;
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    let answer;
    try {
      response = await fetch(`${address}${path}`, {
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

  return { session, keep, forget, call };
}
