// What can be done about a row that only the centre has: book it here too, or reverse it.

import { fill, h } from "/common/dom.js";
import { fenOf } from "/common/money.js";

import { Lost } from "../centre.js";
import { idle } from "../machine.js";
import { seal } from "../vault.js";
import { ask, notice, refusalNotice } from "../view_parts.js";
import { s } from "./words.js";

const CENTRE_ONLY = "101";

/**
 * The buttons for a row that differs.
 *
 * @param {import("../counter.js").Counter} counter
 * @param {object} row of the centre's file
 * @param {() => void} again reconciles anew
 * @param {() => void} toSale goes to where the machine shows its work
 */
export function mend(counter, row, again, toSale) {
  if (row.stmt_rslt !== CENTRE_ONLY || !row.msgid) return [];
  const said = h("div", { role: "alert" });
  const book = async () => {
    const problem = await booked(counter, row);
    if (problem) fill(said, problem);
    else again();
  };
  const refund = row.refd_setl_flag === "1";
  return [
    h("button", { type: "button", class: "small", onclick: book }, s("book_row")),
    refund ? null : reverseButton(counter, row, toSale),
    said,
  ];
}

/** Asks the centre which settlement its message made (5203A), then for it (5203), and notes it. */
async function booked({ centre, journal }, row) {
  const { psn_no, msgid } = row;
  try {
    const found = await centre.ask("5203A", {
      data: { psn_no, medins_setl_id: msgid, mdtrt_id: "", med_type: "" },
    });
    if (!found.ok) return refusalNotice(found.refusal);
    const same = (one) => fenOf(one.medfee_sumamt) === fenOf(row.medfee_sumamt);
    const { setl_id, mdtrt_id } = found.output.find(same) ?? found.output[0];
    const answer = await centre.ask("5203", { data: { psn_no, setl_id, mdtrt_id } });
    if (!answer.ok) return refusalNotice(answer.refusal);
    journal.adopt(row, answer);
    return null;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return notice("bad", s("statement_lost"));
  }
}

function reverseButton(counter, row, toSale) {
  const reverse = () => {
    const { msgid, psn_no: psnNo } = row;
    const sealed = seal(counter.centre.till.secret, msgid, psnNo);
    const infno = row.slip?.infno ?? "2102";
    const entry = { msgid, infno, insuplc: "", sealed, about: {}, undoing: true };
    counter.tell({ type: "found", entry });
    toSale();
  };
  const sure = () =>
    ask(s("reverse_sure"), h("p", {}, s("reverse_more")), (close) => [
      h("button", { type: "button", onclick: close }, s("close")),
      h(
        "button",
        {
          type: "button", class: "grave", id: "sure",
          onclick: () => {
            close();
            reverse();
          },
        },
        s("do_reverse"),
      ),
    ]);
  const busy = !idle(counter.state);
  const attributes = { type: "button", class: "small grave", disabled: busy, onclick: sure };
  return h("button", attributes, s("reverse_row"));
}
