// What is paid over the counter beside insurance: how, how much was given, and the change. Pure.

export const WAYS = ["cash", "wechat", "alipay", "card"];
const NOTES_FEN = [1_000, 2_000, 5_000, 10_000];

/** What changes hands over the counter for a slip, in fen; below zero it goes to the customer. */
export function dueFen({ told, back, infno }) {
  if (back) return -back.cashFen;
  return infno === "2102" ? told.cashFen : 0;
}

/**
 * What the journal holds of it: `given_fen` less `change_fen` is what stays in the drawer.
 *
 * @returns {{way: string, given_fen: number, change_fen: number}}
 */
export function restOf(due, way = "cash", givenFen = Math.max(due, 0)) {
  return { way, given_fen: givenFen, change_fen: givenFen - due };
}

/** Sums that are likely to be handed over for so much: the next round ones, without the exact one. */
export function likely(due) {
  const rounded = NOTES_FEN.map((note) => Math.ceil(due / note) * note);
  return [...new Set(rounded)].filter((fen) => fen > due).slice(0, 3);
}
