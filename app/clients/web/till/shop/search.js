// Finding a slip by what a cashier remembers of it. Pure.

import { fenOf } from "/common/money.js";

const SUM = /^\d+([.。]\d{1,2})?$/;

/** The slips that a word means: a sum, a name's last letter, a medicine, a cashier or a number. */
export function found(slips, word) {
  const text = word.trim().toLowerCase();
  if (!text) return slips;
  const fen = SUM.test(text) ? fenOf(text.replace("。", ".")) : null;
  return slips.filter((slip) => fits(slip, text, fen));
}

function fits(slip, text, fen) {
  const sums = [slip.totalFen, slip.cashFen, slip.leftFen].map((one) => Math.abs(one ?? 0));
  if (fen !== null && fen > 0 && sums.includes(fen)) return true;
  const numbers = [slip.msgid, ...(slip.answer?.rows ?? []).map((row) => row.setl_id)];
  if (text.length > 5 && numbers.some((one) => one.includes(text))) return true;
  if (slip.patient && [...text].length === 1) return slip.patient.endsWith(text);
  const words = [slip.patient, slip.opterName, ...(slip.lines ?? []).map((line) => line.name)];
  return words.some((one) => (one ?? "").toLowerCase().includes(text));
}
