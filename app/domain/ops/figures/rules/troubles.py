"""What is wrong, in a sentence, and what to do about it. Pure: figures in, troubles out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.ops.figures import kinds
from app.domain.ops.figures.kinds import Kind
from app.domain.ops.figures.values import Books, Figures
from app.kit.clock import local, local_date
from app.kit.reasons import Language

State = Literal["well", "warn", "bad"]

QUEUE_SLOW_S, QUEUE_STUCK_S = 5, 60
SLOW_P99_MS = 3000
REFUSED_SHARE, REFUSED_MIN = 0.3, 20
SEALING_BEHIND_S = 300
LONG_TRANSACTION_S = 600
FULL_SHARE = 0.9
REFUND_DAYS = 3
VERIFIED_WITHIN = timedelta(hours=26)
STATEMENTS_BY_HOUR = 6


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind with the figures of the case."""

    kind: Kind
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        return (self.kind.zh if language == "zh" else self.kind.en).format(**self.params)

    def to_do(self, language: Language) -> str:
        return (self.kind.do_zh if language == "zh" else self.kind.do_en).format(**self.params)


def troubles(figures: Figures) -> list[Trouble]:
    """What is wrong now, the worst first."""
    found = [*_dependencies(figures), *_processes(figures)]
    if figures.database.well and figures.books is not None:
        found += [*_flow(figures.books), *_books(figures.books, figures.at)]
        found += _premiums(figures)
    return sorted(found, key=lambda one: one.kind.level != "bad")


def state_of(found: list[Trouble]) -> State:
    """How the whole is: as bad as its worst trouble."""
    if not found:
        return "well"
    return "bad" if found[0].kind.level == "bad" else "warn"


def _dependencies(figures: Figures) -> Iterator[Trouble]:
    database = figures.database
    if not database.well:
        yield Trouble(kinds.DATABASE_AWAY)
    if not figures.redis.well:
        yield Trouble(kinds.REDIS_AWAY)
    if database.well and not figures.worker_lives:
        yield Trouble(kinds.NO_WORKER)
    if database.longest_s > LONG_TRANSACTION_S:
        yield Trouble(kinds.LONG_TRANSACTION, {"minutes": f"{database.longest_s / 60:.0f}"})
    if database.well and database.connections >= FULL_SHARE * database.connections_max:
        figures_ = {"used": str(database.connections), "max": str(database.connections_max)}
        yield Trouble(kinds.CONNECTIONS_FULL, figures_)


def _processes(figures: Figures) -> Iterator[Trouble]:
    for one in figures.processes:
        if one.silent:
            silent = {"name": one.name, "seconds": f"{one.silent_s:.0f}"}
            yield Trouble(kinds.PROCESS_SILENT, silent)


def _flow(books: Books) -> Iterator[Trouble]:
    queue = {"age": f"{books.oldest_s:.0f}", "length": str(books.length)}
    if books.oldest_s >= QUEUE_STUCK_S:
        yield Trouble(kinds.QUEUE_STUCK, queue)
    elif books.oldest_s >= QUEUE_SLOW_S:
        yield Trouble(kinds.QUEUE_SLOW, queue)
    last = books.last
    if last and last.p99_ms and last.p99_ms > SLOW_P99_MS and last.accepted >= REFUSED_MIN:
        yield Trouble(kinds.SLOW, {"seconds": f"{last.p99_ms / 1000:.1f}"})
    recent = [minute for minute in books.minutes[-10:] if minute.read]
    decided = sum(minute.accepted - minute.undecided for minute in recent)
    refused = sum(minute.refused for minute in recent)
    if refused >= REFUSED_MIN and refused > REFUSED_SHARE * decided:
        most = max(books.refusals, key=lambda one: one.ten_minutes)
        share = f"{100 * refused / decided:.0f}"
        yield Trouble(kinds.REFUSED_MANY, {"share": share, "reason": most.reason})


def _premiums(figures: Figures) -> Iterator[Trouble]:
    late = figures.premiums.stuck if figures.premiums else []
    if late:
        since = f"{local(late[0].since):%Y-%m-%d}"
        yield Trouble(kinds.PREMIUM_STUCK, {"count": str(len(late)), "since": since})


def _books(books: Books, now: datetime) -> Iterator[Trouble]:
    if books.verified is not None:
        if books.verified.wrong:
            yield Trouble(kinds.BOOKS_WRONG, {"wrong": str(books.verified.wrong)})
        if (age := now - books.verified.ended_at) > VERIFIED_WITHIN:
            yield Trouble(kinds.BOOKS_NOT_CHECKED, {"hours": f"{age.total_seconds() / 3600:.0f}"})
    if books.sealing.behind_s > SEALING_BEHIND_S:
        yield Trouble(kinds.SEALING_BEHIND, {"minutes": f"{books.sealing.behind_s / 60:.0f}"})
    count = sum(now - one.at < timedelta(hours=24) for one in books.set_aside)
    if count:
        yield Trouble(kinds.SET_ASIDE, {"count": str(count)})
    oldest = books.tasks.oldest
    if oldest is not None and now - oldest > timedelta(days=REFUND_DAYS):
        days = str((now - oldest).days)
        yield Trouble(kinds.REFUND_WAITS, {"days": days, "count": str(books.tasks.count)})
    statements = books.statements
    if statements is None:
        return
    if statements.institutions:
        figures = {"day": statements.day.isoformat(), "count": str(statements.institutions)}
        yield Trouble(kinds.ONE_SIDED, figures)
    yesterday = local_date(now) - timedelta(days=1)
    if statements.day < yesterday and local(now).hour >= STATEMENTS_BY_HOUR:
        yield Trouble(kinds.STATEMENTS_LATE, {"day": statements.day.isoformat()})
