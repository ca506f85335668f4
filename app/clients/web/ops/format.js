// Times and amounts as people read them. The clock is China's, wherever the browser is.

import { language } from "/common/words.js";

const CHINA_MS = 8 * 3_600_000;
const ZONE = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");

/** `02:38:59` */
export const clock = (moment) => told(moment, { timeStyle: "medium" });

/** `02:38` */
export const minute = (moment) => told(moment, { hour: "2-digit", minute: "2-digit" });

/** `11/26 02:38:59`, with milliseconds when asked for. */
export function dayAndTime(moment, milliseconds = false) {
  const parts = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return told(moment, milliseconds ? { ...parts, fractionalSecondDigits: 3 } : parts);
}

/** `12 ms`, `1.2 s` */
export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms === 0) return "0";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : age(ms / 1000);
}

/** `0 s`, `42 s`, `3 min`, `5 h` */
export function age(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** `1,234` */
export const count = (number) => number.toLocaleString(locale());

/** `85 MB` */
export function bytes(number) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  let left = number;
  for (; left >= 1000 && at < units.length - 1; at += 1) left /= 1000;
  return `${left < 10 && at > 0 ? left.toFixed(1) : Math.round(left)} ${units[at]}`;
}

/** `11/26 02:38` */
export const dayAndMinute = (moment) => told(moment, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** `2026-11-27`, in China now. */
export const today = () => localMinute(Date.now()).slice(0, 10);

/** `2026-11-27T02:38` as a field of a form has it, in China; `up`: the minute that isn't over yet. */
export function localMinute(moment, up = false) {
  const at = new Date(moment).getTime();
  const minutes = up ? Math.ceil(at / 60_000) : Math.floor(at / 60_000);
  return new Date(minutes * 60_000 + CHINA_MS).toISOString().slice(0, 16);
}

/** The moment of such a text, in milliseconds. */
export const momentOf = (text) => Date.parse(`${text}:00Z`) - CHINA_MS;

function told(moment, options) {
  return new Intl.DateTimeFormat(locale(), { ...ZONE, ...options }).format(new Date(moment));
}
