// Money is whole fen. Yuan are text with two places: on the wire, and for people.

const GROUPS = /\B(?=(\d{3})+$)/g;

/** Fen of a wire amount, a number or a text of yuan; what is missing is 0. */
export function fenOf(value) {
  const [, sign, whole, rest = ""] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain(value)) ?? ["", "", "0"];
  const fen = Number(whole || 0) * 100 + Number(rest.padEnd(2, "0").slice(0, 2));
  return sign && fen ? -fen : fen;
}

/** Yuan for the wire: `-1205` → `"-12.05"`. */
export function wireYuan(fen) {
  const size = Math.abs(fen);
  return `${fen < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

/** Yuan for people: `123456` → `"1,234.56"`. */
export function yuan(fen) {
  const [whole, rest] = wireYuan(fen).split(".");
  return `${whole.replace(GROUPS, ",")}.${rest}`;
}

/**
 * Price (yuan, at most six places) times count (at most four), rounded half up to the fen, exactly.
 *
 * @param {string} price
 * @param {string} count
 */
export function fenOfProduct(price, count) {
  const product = scaled(price, 6) * scaled(count, 4); // in 1e-10 yuan
  return Number((product + 50_000_000n) / 100_000_000n);
}

/** Whether a text is a number above zero with at most so many places. */
export function isAmount(text, places) {
  const found = /^(\d{1,9})(?:\.(\d+))?$/.exec(text);
  return Boolean(found) && (found[2] ?? "").length <= places && Number(text) > 0;
}

function scaled(text, places) {
  const [whole, rest = ""] = text.split(".");
  return BigInt(whole || "0") * 10n ** BigInt(places) + BigInt(rest.padEnd(places, "0") || "0");
}

function plain(value) {
  return typeof value === "number" ? value.toFixed(2) : String(value ?? "").trim();
}
