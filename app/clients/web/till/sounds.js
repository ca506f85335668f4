// What is heard while one looks at the boxes: yes, no, paid. Made here, of no file.

const QUIET = "qinji.till.quiet";
const TONES = { // hertz, and seconds
  yes: [[1_320, 0.07]],
  no: [[180, 0.16], [140, 0.22]],
  paid: [[660, 0.1], [880, 0.1], [1_320, 0.2]],
};
let player = null;

/** Whether sounds are switched off on this machine. */
export function quiet() {
  return localStorage.getItem(QUIET) === "1";
}

/** Switches them off or on. */
export function hush(off) {
  localStorage.setItem(QUIET, off ? "1" : "0");
}

/** What a step of a sale sounds like; null: like nothing. Pure. */
export function soundOf(before, after) {
  const came = (name) => Boolean(after[name]) && after[name] !== before[name];
  const turned = (phase) => after.phase === phase && before.phase !== phase;
  if (turned("paid")) return "paid";
  if (["refusal", "lost", "unplaced"].some(came) || turned("unknown")) return "no";
  if (turned("undone")) return "yes";
  if (after.phase !== "open" || before.phase === "sending") return null;
  return came("patient") || goods(after) > goods(before) ? "yes" : null;
}

function goods({ basket }) {
  return basket.reduce((sum, line) => sum + Number(line.cnt) + line.codes.length, 0);
}

/** Plays one; a browser that has none stays silent. */
export function play(name) {
  if (!name || quiet() || !globalThis.AudioContext) return;
  player ??= new AudioContext();
  player.resume();
  let at = player.currentTime;
  for (const [hertz, seconds] of TONES[name]) {
    const [tone, loud] = [player.createOscillator(), player.createGain()];
    tone.type = name === "no" ? "square" : "sine";
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0.2, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(loud).connect(player.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds;
  }
}
