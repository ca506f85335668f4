// An alarm is heard and stands in the tab's title until somebody has seen it, or it is over.

import { t } from "./words.js";

const KEPT = "qinji.ops.sound";
const AGAIN_MS = 60_000;
const TONES = [[880, 0], [660, 0.22], [880, 0.44]];

export function alarm() {
  let context = null;
  let speaking = new Set();
  let spokenAt = 0;
  return { tell, hush, sounds, toggle };

  /** Which troubles speak now, by code: what is new is heard at once, what stays once a minute. */
  function tell(codes) {
    const next = new Set(codes);
    const fresh = [...next].some((code) => !speaking.has(code));
    speaking = next;
    document.title = next.size ? `(${next.size}) ${t("alarm_title")} · ${t("title")}` : t("title");
    document.documentElement.dataset.alarm = next.size ? "on" : "off";
    if (next.size && (fresh || Date.now() - spokenAt >= AGAIN_MS)) speak();
  }

  function hush() {
    tell([]);
  }

  function sounds() {
    return localStorage.getItem(KEPT) !== "off";
  }

  /** Turns the sound on or off on this machine; on is heard at once. */
  function toggle() {
    localStorage.setItem(KEPT, sounds() ? "off" : "on");
    if (sounds()) speak();
  }

  function speak() {
    spokenAt = Date.now();
    if (!sounds()) return;
    document.documentElement.dataset.spoken = String(Number(document.documentElement.dataset.spoken ?? 0) + 1);
    try {
      context ??= new AudioContext();
      context.resume();
      for (const [hertz, at] of TONES) tone(hertz, context.currentTime + at);
    } catch {
      // A browser without sound has the title and the page.
    }
  }

  function tone(hertz, at) {
    const [source, volume] = [context.createOscillator(), context.createGain()];
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + 0.2);
  }
}

/** Where the runbook tells what to do about a trouble. */
export const runbook = (code) => `/ops/runbook.html#${code}`;
