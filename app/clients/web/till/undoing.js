// Taking a sale back: whole (2103) or in part (2103A). The machine then does the rest.

import { h } from "/common/dom.js";
import { fenOf, isAmount, yuan } from "/common/money.js";
import { plainNumber } from "/common/typed.js";

import { explained } from "./answer.js";
import { Lost } from "./centre.js";
import { setlIds } from "./journal.js";
import { sum } from "./sale.js";
import { ask } from "./view_parts.js";
import { t } from "./words.js";

/** Asks, and takes a settlement back. */
export function askCancel(counter, entry, toSale) {
  const row = entry.answer.rows.at(-1);
  const cash = yuan(fenOf(row.psn_cash_pay));
  const lines = counter.journal.slip(entry.msgid)?.lines ?? [];
  const content = [
    h("p", { class: "total" }, h("span", { class: "code" }, row.setl_id),
      h("strong", { class: "number" }, yuan(fenOf(row.medfee_sumamt)))),
    h("p", {}, t("cancel_more", { cash })),
  ];
  question(t("cancel_sure"), content, "cancel", () =>
    begin(counter, toSale, entry, "2103", (data) => ({ data }), { back: lines }),
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
    begin(counter, toSale, entry, "2103A", (data) => ({ data, drugdetail: wanted }),
      { lines: rest(slip.lines, wanted), back: gone(slip.lines, wanted) });
  });
}

/** The boxes of a line that come back, where they are known. */
function traced(codes) {
  return codes.length > 0 && { drug_trac_info: codes.map((code) => ({ drug_trac_codg: code })) };
}

function question(title, content, yes, doIt) {
  const { dialog } = ask(title, content, (close) => [
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
  dialog.querySelector("input, #sure").focus();
}

/** @param {{lines?: object[], back: object[]}} goods what the customer keeps, what comes back */
async function begin(counter, toSale, entry, infno, inputOf, { lines = [], back }) {
  const { journal, centre } = counter;
  const psnNo = journal.psnNo(entry);
  const data = await standing(centre, entry, psnNo);
  const wasFen = fenOf(entry.answer.rows.at(-1).medfee_sumamt);
  const about = { setlId: setlIds(entry).at(-1) };
  const prepared = centre.prepare(infno, inputOf(data), psnNo, entry.insuplc, about);
  journal.keepSlip(prepared.msgid, { infno, lines, gone: back, wasFen, way: entry.soldWay });
  counter.put(); // whoever is being served waits meanwhile
  counter.tell({ type: "begin", entry: prepared });
  toSale();
}

/** The numbers of what stands; the centre has others where a return was taken back. */
async function standing(centre, entry, psnNo) {
  const { setl_id, mdtrt_id } = entry.answer.rows.at(-1);
  const data = { setl_id, mdtrt_id, psn_no: psnNo };
  if (!entry.again) return data;
  try {
    const { stands } = explained((await centre.ask("5203", { data })).output.setlinfo?.exp_content);
    return { ...data, ...(stands && { setl_id: stands.setl_id, mdtrt_id: stands.mdtrt_id }) };
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return data; // the centre then says which number stands
  }
}

/** What comes back, with its boxes. */
function gone(lines, wanted) {
  return wanted.map(({ feedetl_sn, cnt, drug_trac_info: boxes = [] }) => {
    const line = lines.find((one) => one.sn === feedetl_sn);
    const codes = boxes.map((one) => ({ code: one.drug_trac_codg, split: false }));
    return { ...line, cnt, codes };
  });
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
