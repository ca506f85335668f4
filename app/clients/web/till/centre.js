// Sends messages to the centre over the signed wire. What moves money is kept before it is sent.

import { language } from "/common/words.js";

import { atTheDoor, readAnswer } from "./answer.js";
import { envelope, newMsgid, signed } from "./envelope.js";

const ADDRESS = "/fsi/api/";
const WAIT_S = 5;
const MARGIN_S = 15;
const PAUSES_MS = [1_100, 2_500]; // over a second: a signature counts once, and it has the second

/** No answer came: the message may or may not have been applied. */
export class Lost extends Error {}

export class Centre {
  /**
   * @param {object} till code, name, admdvs, keyId, secret, opter, opterName, signNo
   * @param {import("./journal.js").Journal} journal
   */
  constructor(till, journal) {
    this.till = till;
    this.journal = journal;
    /** When the centre answered last, and whether it answered what was sent last. */
    this.line = { answered: null, up: true };
    this.heard = () => {};
  }

  note(up) {
    this.line = { answered: up ? new Date() : this.line.answered, up };
    this.heard(this.line);
  }

  /**
   * A message that moves no money: the very same one a few times, while no answer comes.
   *
   * @throws {Lost}
   */
  async ask(infno, input, insuplc = "") {
    const { body } = this.written(infno, input, insuplc);
    for (const pauseMs of PAUSES_MS) {
      try {
        return await this.send(infno, body);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    return this.send(infno, body);
  }

  /**
   * Writes a message that moves money into the journal, before it is sent for the first time.
   *
   * @param {string} psnNo whose money
   * @returns {object} the journal's entry
   */
  prepare(infno, input, psnNo, insuplc = "", about = {}) {
    const { msgid, body } = this.written(infno, input, insuplc);
    return this.journal.sending({ msgid, infno, insuplc, about }, psnNo, body);
  }

  /**
   * Sends an entry of the journal: the very same message each time, so it counts once.
   *
   * @param {boolean} again whether it has been sent before, and nothing is known of it
   * @throws {Lost}
   */
  async deliver(entry, again = false) {
    const answer = await this.send(entry.infno, this.journal.body(entry.msgid));
    const told = !answer.processing && !(again && answer.refusal && atTheDoor(answer.refusal));
    if (told) this.journal.answered(entry.msgid, answer);
    return answer;
  }

  /** 9102: the file's bytes, or a refusal. */
  async download(input) {
    const { body } = this.written("9102", input, "");
    const response = await this.post("9102", body);
    if (response.headers.get("content-type") === "application/octet-stream") {
      return { ok: true, bytes: new Uint8Array(await response.arrayBuffer()) };
    }
    return readAnswer(response.status, await response.text()) ?? lost("9102");
  }

  written(infno, input, insuplc) {
    const now = new Date();
    const msgid = newMsgid(this.till, now);
    return { msgid, body: envelope(this.till, { infno, msgid, input, insuplc }, now) };
  }

  async send(infno, body) {
    const response = await this.post(infno, body);
    let text;
    try {
      text = await response.text();
    } catch {
      throw new Lost(infno);
    }
    const answer = readAnswer(response.status, text);
    this.note(answer !== null);
    return answer ?? lost(infno);
  }

  async post(infno, body) {
    try {
      return await fetch(ADDRESS + infno, {
        method: "POST",
        body,
        headers: {
          ...signed(this.till, body, new Date()),
          "content-type": "application/json; charset=utf-8",
          prefer: `wait=${WAIT_S}, lang=${language()}`,
        },
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout((WAIT_S + MARGIN_S) * 1000),
      });
    } catch {
      this.note(false);
      throw new Lost(infno);
    }
  }
}

function lost(infno) {
  throw new Lost(infno);
}
