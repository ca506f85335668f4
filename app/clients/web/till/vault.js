// Seals a person's number for the journal on this machine's disk. Without the institution's secret,
// which is never kept there, it can't be read.

import { hex, hmacSm3, unhex } from "./sm3.js";

const SIZE = 32;

/** The number as 64 hexadecimal digits; each message's number gives another pad. */
export function seal(secret, msgid, number) {
  const plain = new Uint8Array(SIZE);
  new TextEncoder().encodeInto(number, plain);
  return hex(masked(secret, msgid, plain));
}

/** The number again. */
export function open(secret, msgid, sealed) {
  const plain = masked(secret, msgid, unhex(sealed));
  return new TextDecoder().decode(plain).replace(/\0+$/, "");
}

function masked(secret, msgid, bytes) {
  const pad = hmacSm3(secret, `psn_no\n${msgid}`);
  return bytes.map((one, at) => one ^ pad[at]);
}
