// In the demo with a clock in the hand every page goes by it: what a till signs and what a phone
// counts down would else be of another day. Loaded before everything else, and nowhere but there.
(() => {
  const Machine = Date;
  let pace = null;
  const set = ({ shows, speed }) => (pace = { shows, speed, at: Machine.now() });
  const now = () => Math.round(pace.shows + (Machine.now() - pace.at) * pace.speed);
  set({ shows: SHOWS, speed: SPEED });
  globalThis.Date = class Date extends Machine {
    constructor(...given) {
      super(...(given.length ? given : [now()]));
    }
    static now() {
      return now();
    }
  };
  setInterval(async () => {
    const answer = await fetch("/demo/clock", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) set(await answer.json());
  }, 1_000);
})();
