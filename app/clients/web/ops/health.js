// Whether workers, database, Redis and the processes are well.

import { fill, h } from "/common/dom.js";

import { age, bytes, count, dayAndTime, duration } from "./format.js";
import { facts, state } from "./parts.js";
import { t } from "./words.js";

const SILENT_S = 15;

export function healthView() {
  const element = h("section", { class: "card", id: "health" });
  return { element, draw };

  function draw(found) {
    fill(element, h("h2", {}, t("health")), facts([
      ["PostgreSQL", ...database(found.database)],
      ["Redis", ...redis(found.redis)],
      [t("workers"), ...workers(found.worker)],
      ...found.processes.map(processOf),
    ]));
  }
}

function database(one) {
  if (!one.well) return [state("bad", t("away"))];
  return [state("well", t("answers")), said(
    one.version, t("answered_in", { ms: duration(one.answer_ms) }), bytes(one.bytes),
    t("connections", { used: one.connections, max: one.connections_max }),
  )];
}

function redis(one) {
  if (!one.well) return [state("bad", t("away"))];
  return [state("well", t("answers")), said(
    t("answered_in", { ms: duration(one.answer_ms) }),
    one.bytes_max ? `${bytes(one.bytes)} / ${bytes(one.bytes_max)}` : bytes(one.bytes),
  )];
}

function workers({ lives, report, connections, lanes, awake }) {
  return [
    lives ? state("well", t("worker_on")) : state("bad", t("worker_off")),
    said(
      t("worker_value", { connections }), t("drainers", { awake: awake.length, lanes }),
      report && t("jobs", { complete: count(report.j_complete), failed: count(report.j_failed), ongoing: count(report.j_ongoing) }),
    ),
  ];
}

function processOf(one) {
  const silent = one.silent_s > SILENT_S;
  const calls = ["till", "phone"]
    .map((door) => [door, Object.values(one.doors[door] ?? {}).reduce((sum, n) => sum + n, 0)])
    .filter(([, answered]) => answered)
    .map(([door, answered]) => t(`calls_${door}`, { count: count(answered) }));
  return [
    t(one.kind === "worker" ? "process_worker" : "process_app"),
    silent ? state("warn", t("silent_for", { age: age(one.silent_s) })) : state("well", t("answers")),
    said(
      one.name, t("since", { time: dayAndTime(one.started_at) }), one.bytes && bytes(one.bytes),
      t("lag", { ms: duration(one.lag_ms) }), ...calls,
    ),
  ];
}

const said = (...parts) => h("span", { class: "small" }, ` ${parts.filter(Boolean).join(" · ")}`);
