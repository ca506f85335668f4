// Taking a sale back: whole (2103) or in part (2103A). The machine then does the rest.

import { h } from "/common/dom.js";
import { fenOf, isAmount, yuan } from "/common/money.js";
import { plainNumber } from "/common/typed.js";

import { idle } from "./machine.js";
import { sum } from "./sale.js";
import { ask, notice } from "./view_parts.js";
import { t } from "./words.js";

/** Asks, and takes a settlement back. */
export function askCancel(counter, entry, toSale) {
  const [row] = entry.answer.rows;
  const cash = yuan(fenOf(row.psn_cash_pay));
  const content = [
    h("p", { class: "total" }, h("span", { class: "code" }, row.setl_id),
      h("strong", { class: "number" }, yuan(fenOf(row.medfee_sumamt)))),
    h("p", {}, t("cancel_more", { cash })),
  ];
  question(t("cancel_sure"), content, "cancel", () =>
    begin(counter, toSale, entry, "2103", { data: original(counter, entry) }),
  );
}

/** Asks which items come back, and takes these back. */
export function askReturn(counter, entry, slip, toSale) {
  const fields = slip.lines.map((line, at) => ({
    line,
    input: h("input", { id: `back${at}`, inputmode: "decimal", class: "number", value: "0" }),
    boxes: (line.codes ?? []).map(({ code }) => h("input", { type: "checkbox", value: code })),
  }));
  const content = fields.map(({ line, input, boxes }, at) => [
    h(
      "div",
      { class: "row nowrap back" },
      h("label", { for: `back${at}` }, t("return_count", { name: line.name })),
      h("span", { class: "soft" }, t("bought", { n: line.cnt })),
      input,
    ),
    boxes.map((one) => h("label", { class: "row back small" }, one, t("box_back", { code: one.value }))),
  ]);
  question(t("return_title"), content, "do_return", () => {
    const wanted = fields
      .map(({ line, input, boxes }) => ({
        feedetl_sn: line.sn, cnt: plainNumber(input.value),
        ...traced(boxes.filter((one) => one.checked).map((one) => one.value)),
      }))
      .filter(({ cnt }) => isAmount(cnt, 4));
    if (wanted.length === 0) return;
    const input = { data: original(counter, entry), drugdetail: wanted };
    begin(counter, toSale, entry, "2103A", input, rest(slip.lines, wanted));
  });
}

/** The boxes of a line that come back, where they are known. */
function traced(codes) {
  return codes.length > 0 && { drug_trac_info: codes.map((code) => ({ drug_trac_codg: code })) };
}

function question(title, content, yes, doIt) {
  ask(title, content, (close) => [
    h("button", { type: "button", onclick: close }, t("close")),
    h(
      "button",
      {
        type: "button", class: "grave", id: "sure",
        onclick: () => {
          close();
          doIt();
        },
      },
      t(yes),
    ),
  ]);
}

function begin(counter, toSale, entry, infno, input, lines = []) {
  const { state, journal, centre } = counter;
  if (!idle(state)) {
    ask(t("busy_first"), notice("warn", t("busy_first")), (close) => [
      h("button", { type: "button", class: "main", onclick: close }, t("close")),
    ]);
    return;
  }
  const about = { setlId: input.data.setl_id };
  const psnNo = journal.psnNo(entry);
  const prepared = centre.prepare(infno, input, psnNo, entry.insuplc, about);
  journal.keepSlip(prepared.msgid, { infno, lines });
  counter.tell({ type: "begin", entry: prepared });
  toSale();
}

/** What the customer keeps. */
function rest(lines, wanted) {
  const back = Object.fromEntries(wanted.map((one) => [one.feedetl_sn, one]));
  const gone = wanted.flatMap((one) => one.drug_trac_info ?? []).map((one) => one.drug_trac_codg);
  return lines
    .map((line) => ({
      ...line, cnt: sum(line.cnt, `-${back[line.sn]?.cnt ?? 0}`),
      codes: (line.codes ?? []).filter((one) => !gone.includes(one.code)),
    }))
    .filter((line) => Number(line.cnt) > 0);
}

function original(counter, entry) {
  const [row] = entry.answer.rows;
  const psnNo = counter.journal.psnNo(entry);
  return { setl_id: row.setl_id, mdtrt_id: row.mdtrt_id, psn_no: psnNo };
}
