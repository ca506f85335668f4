// One sale after another, as a pure machine: (state, event) → [state, effects]. It knows neither the
// page nor the line; whoever runs it carries out the effects and tells what came of them.
//
//   open ──settle──► sending ──► paid                     a basket, a patient, a preview
//                       │ └────► waiting (PROCESSING) ──► paid
//                       └──────► unknown (no answer)  ──► paid
//                     waiting, unknown ──undo──► undoing ──► undone
//
// Taking a sale back (2103, 2103A) begins at sending and goes the same way.
// A refusal leads back to open. While a result is not known, no other sale can begin on this machine:
// whoever has more customers puts it aside and takes another (desk.js). A sale that was made void keeps
// its basket for a second try with a new code.

import { atTheDoor } from "./answer.js";
import { placed, recoded } from "./box.js";
import { added, counted } from "./sale.js";

const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 15_000;
const AT_REST = ["open", "paid", "undone"];
const UNSETTLED = ["sending", "waiting", "unknown"];

/** A free till. */
export function fresh() {
  return {
    phase: "open", patient: null, basket: [], own: true, version: 0, reading: false,
    pricing: false, preview: null, refusal: null, lost: null, entry: null, told: null, tries: 0,
    unplaced: null, kept: false,
  };
}

/** Whether there is something that can be put aside while another customer is served. */
export function canPut({ phase, basket, patient }) {
  return !atRest({ phase }) || (phase === "open" && (basket.length > 0 || Boolean(patient)));
}

/** Whether a bill can be settled now. */
export function canSettle(state) {
  return state.phase === "open" && !state.pricing && Boolean(state.preview);
}

/** Whether the next customer can be served. */
export function atRest(state) {
  return AT_REST.includes(state.phase);
}

/** Whether no sale is begun, so that another matter can be seen to. */
export function idle(state) {
  return atRest(state) && !(state.phase === "open" && state.basket.length > 0);
}

/** @returns {[object, object[]]} the next state, and what is to be done */
export function reduce(state, event) {
  const step = STEPS[event.type];
  if (!step) throw new Error(`no event ${event.type}`);
  return step(state, event) ?? [state, []];
}

const STEPS = {
  /** A code was scanned: the next customer's, or this one's again. */
  code(state, { code }) {
    if (!atRest(state)) return null;
    const next = { ...begun(state, leftOf(state)), patient: null, preview: null, reading: true };
    return [next, [{ do: "read", code }]];
  },

  person: (state, { patient }) => priced({ ...state, patient, reading: false }),

  add: (state, { item, cnt }) => changed(state, (basket) => added(basket, item, cnt)),

  /** A product's barcode or a box's trace code was scanned; what can't be placed is told. */
  box(state, { box, items, known }) {
    if (!atRest(state)) return null;
    const { basket, ...unplaced } = placed(begun(state).basket, box, items, known);
    return basket ? changed(state, () => basket) : [{ ...state, unplaced }, []];
  },

  /** A box's code is taken out, or is a part of that box. */
  recode: (state, { line, code, change }) =>
    changed(state, (basket) => recoded(basket, line, code, change)),

  count: (state, { line, cnt }) => changed(state, (basket) => counted(basket, line, cnt)),

  drop: (state, { line }) => changed(state, (basket) => basket.filter((one) => one !== line)),

  /** The patient lets the personal account be used, or not. */
  own(state, { own }) {
    return state.phase === "open" ? priced({ ...state, own }) : null;
  },

  price: (state) => (state.phase === "open" ? priced(state) : null),

  preview(state, { version, told }) {
    if (version !== state.version || state.phase !== "open") return null;
    return [{ ...state, pricing: false, lost: null, preview: told }, []];
  },

  settle(state) {
    if (!canSettle(state)) return null;
    return [{ ...state, phase: "sending", refusal: null, tries: 0 }, [{ do: "settle" }]];
  },

  /** The same basket once more, after it was made void; the patient shows a new code. */
  retry(state) {
    return leftOf(state).length > 0 ? [begun(state, leftOf(state)), []] : null;
  },

  /** The page was opened again: what was under way goes on. */
  resume(state, { can }) {
    if (UNSETTLED.includes(state.phase)) {
      const next = { ...state, phase: "unknown", tries: 0 };
      return [next, can ? [{ do: "resend", afterMs: 0 }] : []];
    }
    if (state.phase === "undoing") return [state, [{ do: "undo", afterMs: 0 }]];
    return state.phase === "open" ? priced({ ...state, reading: false }) : null;
  },

  /** A message that undoes an earlier sale is in the journal; it goes the same way. */
  begin(state, { entry }) {
    if (!idle(state)) return null;
    const next = { ...fresh(), version: state.version + 1, phase: "sending", entry };
    return [next, [{ do: "resend", afterMs: 0 }]];
  },

  /** The message is in the journal and on its way. */
  sent: (state, { entry }) => [{ ...state, entry }, []],

  settled(state, { told }) {
    if (!UNSETTLED.includes(state.phase)) return null;
    return [{ ...state, phase: "paid", told, lost: null, refusal: null }, []];
  },

  /** The centre is still at it: the same message again gets the result. */
  processing(state, { of }) {
    if (of === "undo") return again({ ...state, lost: null }, "undo");
    if (!UNSETTLED.includes(state.phase)) return null;
    return again({ ...state, phase: "waiting", lost: null }, "resend");
  },

  /** No answer came. */
  lost(state, { of, version }) {
    if (of === "undo") return again({ ...state, lost: of }, "undo");
    if (of === "settle") {
      if (!UNSETTLED.includes(state.phase)) return null;
      return again({ ...state, phase: "unknown", lost: of }, "resend");
    }
    if (of === "read") return [{ ...state, reading: false, lost: of }, []];
    if (version !== state.version) return null;
    return again({ ...state, pricing: false, lost: of }, "price");
  },

  refused(state, { of, refusal, version }) {
    if (of === "price" && version !== state.version) return null;
    if (of === "settle" && !UNSETTLED.includes(state.phase)) return null;
    const next = { ...state, refusal, lost: null, reading: false, pricing: false, preview: null };
    const unread = of === "settle" && state.phase !== "sending" && atTheDoor(refusal);
    if (of === "undo" || unread) return [{ ...next, phase: "unknown", tries: 0 }, []];
    return [{ ...next, phase: "open", entry: null }, []];
  },

  /** Ask again, now. */
  resend(state) {
    if (!["waiting", "unknown"].includes(state.phase)) return null;
    return [state, [{ do: "resend", afterMs: 0 }]];
  },

  /** Ask by the message's number, where its text is no longer on this till. */
  find: (state) => (state.phase === "unknown" ? [state, [{ do: "find", afterMs: 0 }]] : null),

  undo(state) {
    if (!["waiting", "unknown"].includes(state.phase)) return null;
    const next = { ...state, phase: "undoing", refusal: null, lost: null, tries: 0 };
    return [next, [{ do: "undo", afterMs: 0 }]];
  },

  undone: (state) => [{ ...state, phase: "undone", refusal: null, lost: null }, []],

  /** The page was opened again, and this message's result is not known. */
  found(state, { entry }) {
    if (!idle(state)) return null;
    const next = { ...fresh(), phase: entry.undoing ? "undoing" : "unknown", entry };
    return [next, entry.undoing ? [{ do: "undo", afterMs: 0 }] : []];
  },

  next: (state) => (atRest(state) ? [{ ...fresh(), version: state.version + 1 }, []] : null),
};

/** What a sale that was made void wanted to sell. */
function leftOf({ phase, basket }) {
  return phase === "undone" ? basket : [];
}

/** A new sale where one is over, perhaps with what is left of it, else the sale that has begun. */
function begun(state, basket = []) {
  const anew = { ...fresh(), version: state.version, basket, kept: basket.length > 0 };
  const started = state.phase === "open" ? state : anew;
  return { ...started, version: started.version + 1, refusal: null, lost: null };
}

function changed(state, change) {
  if (!atRest(state)) return null;
  const next = begun(state);
  return priced({ ...next, basket: change(next.basket) });
}

/** Asks what would be paid by whom, as soon as there are a patient and something to pay. */
function priced(state) {
  const next = {
    ...state, version: state.version + 1, preview: null, refusal: null, lost: null, tries: 0,
    unplaced: null,
  };
  const wanted = Boolean(next.patient) && next.basket.length > 0;
  return [{ ...next, pricing: wanted }, wanted ? [{ do: "price", version: next.version }] : []];
}

function again(state, what) {
  const afterMs = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** state.tries);
  const effect = { do: what, version: state.version, afterMs };
  return [{ ...state, tries: state.tries + 1 }, [effect]];
}
