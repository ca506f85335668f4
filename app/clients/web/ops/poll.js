// Asks again and again while somebody looks: not while hidden, and never two at a time.

const USUAL_MS = 2000;

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(found: T) => void} got
 * @param {(error: unknown) => void} failed
 * @param {number} [every]  the rest between two, in ms
 */
export function poll(ask, got, failed, every = USUAL_MS) {
  let timer = 0;
  let running = false;
  let asking = false;

  async function turn() {
    clearTimeout(timer);
    if (!running || asking || document.hidden) return;
    asking = true;
    try {
      const found = await ask();
      if (running) got(found);
    } catch (error) {
      if (running) failed(error);
    } finally {
      asking = false;
    }
    if (running && !document.hidden) timer = setTimeout(turn, every);
  }

  document.addEventListener("visibilitychange", turn);
  return {
    start() {
      running = true;
      turn();
    },
    stop() {
      running = false;
      clearTimeout(timer);
    },
  };
}
