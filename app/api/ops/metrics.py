"""``/metrics`` in Prometheus' format: the night shift's figures and the doors' own counters.

No figure is about a person, but what a pharmacy chain earns by the hour is nobody's business
either: beside the doors metrics are only for a collector with QINJI_METRICS_TOKEN, and without one
at QINJI_METRICS_PORT, which only this machine reaches. Where a call comes from opens nothing: a
proxy on this machine speaks for the world, and need not say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.api.http.supply import Supply
from app.domain.ops.figures.live import Live
from app.domain.ops.figures.values import Books, Figures, StandbyHealth
from app.domain.premium.rules.overview import Overview
from app.domain.staff.errors import OPS_METRICS_CLOSED
from app.kit.clock import SystemClock, midnight
from app.kit.reasons import Refusal
from app.kit.sm import same
from app.settings import Settings

_CONTENT = "text/plain; version=0.0.4; charset=utf-8"
ASIDE = web.AppKey("metrics", web.Application)
"""What answers at QINJI_METRICS_PORT."""
HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    settings: Settings
    live: Live


def routes(supply: Supply, *, aside: bool = False) -> list[web.RouteDef]:
    """The address beside the doors, or that ``aside``, on a port of its own."""
    services = supply.slot(Needs)

    async def metrics(request: web.Request) -> web.StreamResponse:
        found = services.get()
        if not (aside or _has_token(request, found.settings)):
            raise Refusal(OPS_METRICS_CLOSED)
        return await _metrics(found)

    return [web.get("/metrics", metrics)]


async def _metrics(services: Needs) -> web.StreamResponse:
    """What the night shift's page shows, for machines; read at most once in a second or two."""
    registry = CollectorRegistry()
    registry.register(_Once(await services.live.figures()))
    return web.Response(
        body=generate_latest(registry),
        headers={"Content-Type": _CONTENT, "Cache-Control": "no-store"},
    )


def _has_token(request: web.Request, config: Settings) -> bool:
    token = config.metrics_token.get_secret_value()
    return bool(token) and same(request.headers.get("Authorization", ""), f"Bearer {token}")


class _Once(Collector):
    """One answer's figures."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        found = self._figures
        yield _gauge(
            "qinji_up",
            "1: the dependency answers",
            found.database.well,
            "postgresql",
            ("dependency",),
            (("redis",), found.redis.well),
        )
        yield _one("qinji_worker_lives", "1: a worker is at work", found.worker_lives)
        yield _one(
            "qinji_clock_timestamp_seconds",
            "What this process's clock shows, seconds since 1970",
            SystemClock().now().timestamp(),
        )
        if found.database.well:
            used = found.database.connections
            yield _one("qinji_database_connections", "Client connections", used)
            yield _one(
                "qinji_database_connections_max",
                "How many there may be",
                found.database.connections_max,
            )
            yield from _answered("qinji_database_answer_seconds", found.database.answer_ms)
            yield _one("qinji_database_bytes", "Size of the database", found.database.bytes)
            yield _one(
                "qinji_longest_transaction_seconds",
                "Age of the oldest transaction",
                found.database.longest_s,
            )
        if found.redis.well:
            yield _one("qinji_redis_bytes", "Memory used by Redis", found.redis.bytes)
            yield _one("qinji_redis_bytes_max", "What it may use; 0: all", found.redis.bytes_max)
            yield from _answered("qinji_redis_answer_seconds", found.redis.answer_ms)
        yield _one("qinji_worker_connections", "Workers' connections", found.worker.connections)
        yield _one("qinji_drainers_awake", "Lanes whose drainer is awake", len(found.worker.awake))
        if found.standby is not None:
            yield from _standby(found.standby)
        if found.database.well:
            yield _one(
                "qinji_books_unread_seconds",
                "For how long queue and books could not be read",
                found.unread_s,
            )
            if found.books is not None:
                yield from _books(found.books)
        if found.premiums is not None and found.database.well:
            yield from _premiums(found.premiums)
        yield from _processes(found)


def _answered(name: str, answer_ms: float | None) -> Iterator[Metric]:
    if answer_ms is not None:
        yield _one(name, "How long it took to answer", answer_ms / 1000)


def _standby(found: StandbyHealth) -> Iterator[Metric]:
    yield _one("qinji_standby_up", "1: the standby answers", found.well)
    if found.late_s is not None:
        yield _one("qinji_standby_late_seconds", "How old it is at the most", found.late_s)
    reads = CounterMetricFamily(
        "qinji_late_reads", "Reads of this process by where, or why not there", labels=("at",)
    )
    for place, count in found.reads.items():
        reads.add_metric((place,), count)
    yield reads


def _premiums(found: Overview) -> Iterator[Metric]:
    family = GaugeMetricFamily("qinji_premiums", "Residents' premiums", labels=("pool", "state"))
    for one in found.standing:
        family.add_metric((one.pool, one.state.name.lower()), float(one.count))
    yield family
    yield _one("qinji_premiums_late", "Premiums that wait too long", len(found.stuck))


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _gauge(
    name: str,
    text: str,
    value: float,
    label: str,
    names: tuple[str, ...],
    *more: tuple[tuple[str, ...], float],
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=names)
    for labels, number in (((label,), value), *more):
        family.add_metric(labels, float(number))
    return family


def _books(books: Books) -> Iterator[Metric]:
    yield _one("qinji_queue_length", "Requests that wait", books.length)
    yield _one("qinji_queue_oldest_seconds", "Age of the oldest of them", books.oldest_s)
    yield _one("qinji_counter_tasks", "Refunds that wait at the counter", books.tasks.count)
    yield _one("qinji_sealing_behind_seconds", "How far sealing is behind", books.sealing.behind_s)
    yield _one("qinji_set_aside_7d", "Requests set aside in seven days", books.set_aside_count)
    if books.verified is not None:
        yield _one("qinji_books_wrong", "Findings of the last verification", books.verified.wrong)
    if books.unchecked_since is not None:
        yield _one(
            "qinji_books_verified_timestamp_seconds",
            "When it ended, and before the first when the first bill was settled, since 1970",
            books.unchecked_since.timestamp(),
        )
    if books.months_until is not None:
        yield _one(
            "qinji_months_made_until_timestamp_seconds",
            "Until when the tables of months have theirs, seconds since 1970",
            books.months_until.timestamp(),
        )
    if books.sealing.day is not None:
        over = midnight(books.sealing.day + timedelta(days=1))
        yield _one(
            "qinji_day_closed_timestamp_seconds",
            "When the last closed day of the books ended, seconds since 1970",
            over.timestamp(),
        )
    if books.statements is not None:
        yield _one(
            "qinji_one_sided_institutions",
            "Institutions with one-sided items",
            books.statements.institutions,
        )
    last = books.last
    if last is not None:
        yield _gauge(
            "qinji_requests_last_minute",
            "Requests of the last minute by what became of them",
            last.settled,
            "settled",
            ("became",),
            (("undone",), last.undone),
            (("refused",), last.refused),
            (("void",), last.void),
            (("set_aside",), last.set_aside),
            (("undecided",), last.undecided),
        )
        if last.p50_ms is not None and last.p99_ms is not None:
            yield _gauge(
                "qinji_latency_seconds",
                "From arrival to decision, last minute",
                last.p50_ms / 1000,
                "0.5",
                ("quantile",),
                (("0.99",), last.p99_ms / 1000),
            )
    refused = GaugeMetricFamily("qinji_refusals_1h", "Decided refusals, an hour", labels=["reason"])
    for one in books.refusals:
        refused.add_metric([one.reason], one.hour)
    yield refused


def _processes(found: Figures) -> Iterator[Metric]:
    one_, door_ = ["process"], ["process", "door"]
    there = GaugeMetricFamily("qinji_processes", "Processes", labels=["kind", "state"])
    kinds = Counter((one.kind, "silent" if one.silent else "well") for one in found.processes)
    for labels, number in sorted(kinds.items()):
        there.add_metric(labels, number)
    yield there
    lag = GaugeMetricFamily("qinji_loop_lag_seconds", "How late a loop woke up", labels=one_)
    memory = GaugeMetricFamily("qinji_process_bytes", "Resident memory", labels=one_)
    calls = CounterMetricFamily("qinji_calls", "Answered calls", labels=[*door_, "status"])
    spent = CounterMetricFamily("qinji_calls_seconds", "Time spent in them", labels=door_)
    refused = CounterMetricFamily("qinji_refusals", "Refusals told", labels=[*door_, "reason"])
    limits = CounterMetricFamily(
        "qinji_limits_reached", "Calls refused by a limit", labels=["process", "call"]
    )
    spans = CounterMetricFamily(
        "qinji_spans", "Spans for OpenTelemetry", labels=["process", "became"]
    )
    for one in found.processes:
        for became, count in one.spans.items():
            spans.add_metric([one.name, became], count)
        for call, count in one.limits.items():
            limits.add_metric([one.name, call], count)
        lag.add_metric([one.name], one.lag_ms / 1000)
        if one.bytes is not None:
            memory.add_metric([one.name], one.bytes)
        for door, statuses in one.doors.items():
            spent.add_metric([one.name, door], one.calls_ms.get(door, 0.0) / 1000)
            for status, count in statuses.items():
                calls.add_metric([one.name, door, status], count)
        for door, reasons in one.refusals.items():
            for reason, count in reasons.items():
                refused.add_metric([one.name, door, reason], count)
    yield from (lag, memory, calls, spent, refused, limits, spans)
