// The national envelope around a message, its number and its signature (scheme hmac-sm3).

import { hex, hmacSm3 } from "./sm3.js";
import { wireTime } from "./times.js";

/**
 * A new message number: institution (12), yyyyMMddHHmmss (14), four digits.
 *
 * The digits are drawn, as tills of one pharmacy don't know of each other; should two ever draw the
 * same ones in the same second, the centre refuses the second message and nothing has happened.
 */
export function newMsgid(till, moment) {
  const drawn = crypto.getRandomValues(new Uint32Array(1))[0] % 10_000;
  const stamp = wireTime(moment).replace(/\D/g, "");
  return `${till.code.slice(0, 12)}${stamp}${String(drawn).padStart(4, "0")}`;
}

/**
 * The message's text.
 *
 * @param {object} till who sends: code, name, admdvs, opter, opterName, signNo, devNo
 * @param {{infno: string, msgid: string, input: object, insuplc?: string}} message
 */
export function envelope(till, { infno, msgid, input, insuplc = "" }, moment) {
  return JSON.stringify({
    infno, msgid, mdtrtarea_admvs: till.admdvs, insuplc_admdvs: insuplc, recer_sys_code: "QINJI",
    dev_no: till.devNo ?? "", dev_safe_info: "", cainfo: "", signtype: "SM3", infver: "V1.0", opter_type: "1",
    opter: till.opter, opter_name: till.opterName, inf_time: wireTime(moment),
    fixmedins_code: till.code, fixmedins_name: till.name.slice(0, 20), sign_no: till.signNo ?? "",
    input,
  });
}

/** The headers that sign a message's text: HMAC-SM3 over the time and the text. In milliseconds, so
    that a repeat within the same second has another signature. */
export function signed(till, body, moment) {
  const time = moment.getTime();
  const signature = hex(hmacSm3(till.secret, `${time}\n${body}`)).toUpperCase();
  return { "x-ca-key": till.keyId, "x-ca-signature": `${time}:${signature}` };
}
