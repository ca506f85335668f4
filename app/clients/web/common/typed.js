// Texts as hands, scanners and input methods give them, in the form in which they mean something.

const INVISIBLE = /^[\u0000-\u0020\u007f\u200b-\u200d\u2060\ufeff]+|[\u0000-\u0020\u007f\u200b-\u200d\u2060\ufeff]+$/g;
const OF_A_SCANNER = /^\][A-Za-z]\d|\\\d{6}/g; // the kind of symbol, the character set it named

/** Half-width letters and digits, nothing around them: an input method may have been left on. */
export function plain(text) {
  return text.normalize("NFKC").replace(INVISIBLE, "").trim();
}

/** A number as it is typed in Chinese: `１２。５` → `12.5`. */
export function plainNumber(text) {
  return plain(text).replace(/[。｡]/g, ".");
}

/** What a scanner read, without what it adds itself. */
export function plainScan(text) {
  const shorter = plain(text).replace(OF_A_SCANNER, "");
  return shorter === text ? text : plainScan(shorter);
}
