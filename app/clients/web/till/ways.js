// Tells the centre how what a bill left to pay was paid over the counter, or went back (5203C), so that the
// sums of the shop have it. What can't be told just now stays in the journal, and is told with the next.

import { atTheDoor } from "./answer.js";
import { Lost } from "./centre.js";

const TELL = "5203C";

export class Ways {
  /** @param {import("./centre.js").Centre} centre */
  constructor(centre) {
    this.centre = centre;
    this.journal = centre.journal;
    this.telling = null;
  }

  /** Tells all that this till has noted and not told; over when it is told, or the line is down. */
  tell() {
    this.telling ??= this.untold().finally(() => {
      this.telling = null;
    });
    return this.telling;
  }

  async untold() {
    let entry = this.journal.untoldWay();
    while (entry) {
      try {
        const { way } = entry.rest;
        const answer = await this.said(entry.msgid, way);
        if (!answer.ok && atTheDoor(answer.refusal)) return;
        this.journal.noteTold(entry.msgid, way); // also what is refused: it would be again
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        return;
      }
      entry = this.journal.untoldWay();
    }
  }

  /**
   * Says it of any message of the shop, also one of another till.
   *
   * @returns {Promise<object>} the centre's answer
   * @throws {Lost}
   */
  async say(msgid, way) {
    const answer = await this.said(msgid, way);
    const entry = answer.ok ? this.journal.find(msgid) : null;
    if (!entry?.rest) return answer;
    this.journal.noteRest(msgid, { ...entry.rest, way });
    this.journal.noteTold(msgid, way);
    return answer;
  }

  said(msgid, way) {
    return this.centre.ask(TELL, { data: { medins_setl_id: msgid, pay_way: way } });
  }
}
