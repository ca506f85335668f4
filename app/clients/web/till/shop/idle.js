// Tells when nobody has touched the till for a while.

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"];
const LOOK_MS = 1_000;

/**
 * @param {number} afterMs
 * @param {() => void} idle told once; `again` begins anew
 * @returns {{again: () => void, stop: () => void}}
 */
export function whenIdle(afterMs, idle) {
  let last = Date.now();
  let told = false;
  const touched = () => {
    last = Date.now();
  };
  for (const sign of SIGNS) addEventListener(sign, touched, { capture: true, passive: true });
  // A timer of its own length would stand still while the machine sleeps.
  const timer = setInterval(() => {
    if (told || Date.now() - last < afterMs) return;
    told = true;
    idle();
  }, LOOK_MS);
  return {
    again() {
      told = false;
      touched();
    },
    stop() {
      clearInterval(timer);
      for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
    },
  };
}
