// SM3 (GB/T 32905-2016) and HMAC over it: what the tills' wire is signed with.

const START = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];
const BLOCK = 64;
const text = new TextEncoder();

const turned = (word, by) => (word << by) | (word >>> (32 - by));
const p0 = (word) => word ^ turned(word, 9) ^ turned(word, 17);
const p1 = (word) => word ^ turned(word, 15) ^ turned(word, 23);
const constant = (round) => turned(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32);

/**
 * The digest of some bytes.
 *
 * @param {Uint8Array} message
 * @returns {Uint8Array} 32 bytes
 */
export function sm3(message) {
  const padded = pad(message);
  const view = new DataView(padded.buffer);
  let state = START;
  for (let at = 0; at < padded.length; at += BLOCK) state = compress(state, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setUint32(at * 4, word));
  return new Uint8Array(digest.buffer);
}

/**
 * HMAC-SM3; texts count as UTF-8.
 *
 * @param {Uint8Array|string} key
 * @param {Uint8Array|string} message
 * @returns {Uint8Array} 32 bytes
 */
export function hmacSm3(key, message) {
  const given = bytes(key);
  const padded = new Uint8Array(BLOCK);
  padded.set(given.length > BLOCK ? sm3(given) : given);
  const inner = sm3(joined(padded.map((one) => one ^ 0x36), bytes(message)));
  return sm3(joined(padded.map((one) => one ^ 0x5c), inner));
}

/** Bytes as hexadecimal digits. */
export function hex(value) {
  return Array.from(value, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Hexadecimal digits as bytes. */
export function unhex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function compress(state, view, at) {
  const w = expand(view, at);
  let [a, b, c, d, e, f, g, hh] = state;
  for (let round = 0; round < 64; round++) {
    const a12 = turned(a, 12);
    const ss1 = turned((a12 + e + constant(round)) | 0, 7);
    const ff = round < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = round < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (w[round] ^ w[round + 4])) | 0;
    const tt2 = (gg + hh + ss1 + w[round]) | 0;
    [a, b, c, d] = [tt1, a, turned(b, 9), c];
    [e, f, g, hh] = [p0(tt2), e, turned(f, 19), g];
  }
  return [a, b, c, d, e, f, g, hh].map((word, index) => word ^ state[index]);
}

function expand(view, at) {
  const w = new Int32Array(68);
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 68; i++) {
    const mixed = w[i - 16] ^ w[i - 9] ^ turned(w[i - 3], 15);
    w[i] = p1(mixed) ^ turned(w[i - 13], 7) ^ w[i - 6];
  }
  return w;
}

function pad(message) {
  const blocks = Math.ceil((message.length + 9) / BLOCK);
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  return padded;
}

function bytes(value) {
  return typeof value === "string" ? text.encode(value) : value;
}

function joined(first, second) {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
