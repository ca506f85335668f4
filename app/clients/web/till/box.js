// What a scan of goods says: a product's barcode, or the trace code of one box; and which line of the
// basket it belongs to. Pure.

import { plainScan } from "/common/typed.js";

import { added, LINES_MAX } from "./sale.js";

const DIGITS = /^\d{20}$/;
// In capitals, as they are printed: what a hand types in small letters is something else.
const SIGNS = /^(?=.*[A-Z])(?=.*\d)[A-Z0-9()/+=_.-]{10,100}$/;
const BARCODE = /^(?:\d{8}|\d{12,14})$/;
const BRACKETS = /^(?:\(\d{2,4}\)[^()]+)+$/;
const FIXED = { "01": 14, 11: 6, 13: 6, 15: 6, 17: 6 }; // so long is what these elements hold
const SEPARATOR = "\u001d";

/** @typedef {{barcode: string, code: string}} Box the product's GTIN-14, the box's trace code */

/**
 * What was scanned, or null where that is neither product nor box.
 *
 * @returns {Box|null}
 */
export function boxOf(text) {
  const scanned = plainScan(text);
  if (DIGITS.test(scanned)) return { barcode: "", code: scanned };
  if (BARCODE.test(scanned)) return isGtin(scanned) ? { barcode: gtin(scanned), code: "" } : null;
  const parts = elements(scanned.toUpperCase());
  const barcode = parts.find(([name]) => name === "01")?.[1] ?? "";
  if (isGtin(barcode)) {
    const serial = parts.some(([name]) => name === "21");
    return { barcode, code: serial ? parts.map(([name, held]) => `(${name})${held}`).join("") : "" };
  }
  return SIGNS.test(scanned) ? { barcode: "", code: scanned } : null;
}

/** The elements of a GS1 code: in brackets, or one after the other as a scanner gives them. */
function elements(scanned) {
  if (BRACKETS.test(scanned)) {
    return [...scanned.matchAll(/\((\d{2,4})\)([^()]+)/g)].map(([, name, held]) => [name, held]);
  }
  if (!/^01\d{14}/.test(scanned)) return [];
  const found = [];
  let rest = scanned;
  while (rest.length > 2) {
    const name = rest.slice(0, 2);
    const ends = rest.indexOf(SEPARATOR);
    const end = FIXED[name] ? 2 + FIXED[name] : ends < 0 ? rest.length : ends;
    found.push([name, rest.slice(2, end)]);
    rest = rest.slice(rest[end] === SEPARATOR ? end + 1 : end);
  }
  return found;
}

/** A barcode of any length as 14 digits. */
export function gtin(barcode) {
  return barcode.padStart(14, "0");
}

function isGtin(barcode) {
  if (!BARCODE.test(barcode)) return false;
  const sum = [...gtin(barcode)].reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/** What says which product a box is: its GTIN, or its code's first seven digits. */
export function productOf(code) {
  return /^\(01\)(\d{14})/.exec(code)?.[1] ?? code.slice(0, 7);
}

/** How many codes a line wants: one a box, of a split box one. */
export function wanted(line) {
  return line.codes.some((one) => one.split) ? 1 : Math.ceil(Number(line.cnt));
}

/**
 * The basket with what was scanned, or why it can't be placed.
 *
 * @param {import("./sale.js").Line[]} basket
 * @param {Box} box
 * @param {object[]} items the price list
 * @param {object} known item's code by product, as it was learned here
 * @returns {{basket: object[]}|{why: string, what: string}}
 */
export function placed(basket, box, items, known) {
  const { code, barcode } = box;
  if (code && basket.some((line) => line.codes.some((one) => one.code === code))) {
    return { why: "trace_twice", what: code };
  }
  const item = itemOf(box, items, known);
  if (!code) {
    if (!item) return { why: "barcode_unknown", what: barcode.replace(/^0/, "") };
    return { basket: added(basket, item, "1") };
  }
  const misses = (line) => line.codes.length < wanted(line);
  const fits = (line) => (item ? line.code === item.med_list_codg : true) && misses(line);
  const at = item ? basket.findIndex(fits) : basket.findLastIndex(fits);
  if (at >= 0) return { basket: withCode(basket, at, code) };
  if (!item) return { why: "trace_which", what: code };
  if (basket.length >= LINES_MAX) return { basket };
  const more = added(basket, item, "1");
  return { basket: withCode(more, more.findIndex(fits), code) };
}

function itemOf({ code, barcode }, items, known) {
  if (barcode) {
    const found = items.find((one) => (one.barcodes ?? []).includes(barcode));
    if (found) return found;
  }
  return code ? items.find((one) => one.med_list_codg === known[productOf(code)]) : undefined;
}

function withCode(basket, at, code) {
  const one = { code, split: false };
  return basket.map((line, place) => (place === at ? { ...line, codes: [...line.codes, one] } : line));
}

/** The basket without a code, or with it as a part of its box (or no more). */
export function recoded(basket, line, code, change) {
  const codes = change === "drop"
    ? line.codes.filter((one) => one.code !== code)
    : line.codes.map((one) => (one.code === code ? { ...one, split: !one.split } : one));
  return basket.map((one) => (one === line ? { ...line, codes } : one));
}

/** Which line a refusal speaks of; -1: of none. */
export function lineOf(refusal, basket) {
  if (!refusal?.code.startsWith("TRACE_")) return -1;
  const { sentence } = refusal;
  const named = basket.findIndex((line) => line.codes.some((one) => sentence.includes(one.code)));
  return named >= 0 ? named : Number(/第(\d+)行/.exec(sentence)?.[1] ?? 0) - 1;
}

/** Which product each box of a sale was, as far as the boxes are whole. */
export function learned(basket) {
  return Object.fromEntries(basket.flatMap((line) =>
    line.codes.map((one) => [productOf(one.code), line.code])));
}
