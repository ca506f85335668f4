"""What is wrong, in a sentence, and what to do about it. Pure: figures in, troubles out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.ops.figures import kinds
from app.domain.ops.figures.kinds import Kind, Level
from app.domain.ops.figures.rules.limits import USUAL, Limits
from app.domain.ops.figures.values import Books, Figures, StandbyHealth
from app.kit.clock import local, local_date
from app.kit.reasons import Language

State = Literal["well", "quiet", "warn", "bad"]
"""``quiet``: nothing is known to be wrong, but nothing comes."""

LONG_TRANSACTION_S = 600
STANDBY_LATE_S = 60
FULL_SHARE = 0.9
VERIFIED_WITHIN = timedelta(hours=26)
MONTHS_AHEAD = timedelta(days=31)
UNREAD_S = 20
STATEMENTS_BY_HOUR = 6
_WORST: tuple[Level, ...] = ("bad", "warn", "note")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind with the figures of the case."""

    kind: Kind
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        return (self.kind.zh if language == "zh" else self.kind.en).format(**self.params)

    def to_do(self, language: Language) -> str:
        return (self.kind.do_zh if language == "zh" else self.kind.do_en).format(**self.params)


def troubles(figures: Figures, limits: Limits = USUAL) -> list[Trouble]:
    """What is wrong now, the worst first."""
    found = [*_dependencies(figures), *_processes(figures)]
    if figures.database.well and figures.books is not None:
        found += [*_flow(figures.books, limits), *_books(figures.books, figures.at, limits)]
        found += _quiet(figures.books, figures.at, limits)
        found += _premiums(figures)
    return sorted(found, key=lambda one: _WORST.index(one.kind.level))


def state_of(found: list[Trouble]) -> State:
    """How the whole is: as bad as its worst trouble."""
    if not found:
        return "well"
    states: dict[Level, State] = {"bad": "bad", "warn": "warn", "note": "quiet"}
    return states[found[0].kind.level]


def _dependencies(figures: Figures) -> Iterator[Trouble]:
    database = figures.database
    if not database.well:
        yield Trouble(kinds.DATABASE_AWAY)
    if not figures.redis.well:
        yield Trouble(kinds.REDIS_AWAY)
    if database.well and figures.unread_s > UNREAD_S:
        yield Trouble(kinds.BOOKS_UNREAD, {"seconds": f"{figures.unread_s:.0f}"})
    if database.well and not figures.worker_lives:
        yield Trouble(kinds.NO_WORKER)
    standby = figures.standby
    if database.well and standby is not None and not _follows(standby):
        yield Trouble(kinds.STANDBY_AWAY)
    if database.longest_s > LONG_TRANSACTION_S:
        yield Trouble(kinds.LONG_TRANSACTION, {"minutes": f"{database.longest_s / 60:.0f}"})
    if database.well and database.connections >= FULL_SHARE * database.connections_max:
        figures_ = {"used": str(database.connections), "max": str(database.connections_max)}
        yield Trouble(kinds.CONNECTIONS_FULL, figures_)


def _follows(standby: StandbyHealth) -> bool:
    return standby.well and standby.late_s is not None and standby.late_s <= STANDBY_LATE_S


def _processes(figures: Figures) -> Iterator[Trouble]:
    for one in figures.processes:
        if one.silent:
            silent = {"name": one.name, "seconds": f"{one.silent_s:.0f}"}
            yield Trouble(kinds.PROCESS_SILENT, silent)


def _flow(books: Books, limits: Limits) -> Iterator[Trouble]:
    queue = {"age": f"{books.oldest_s:.0f}", "length": str(books.length)}
    if books.oldest_s >= limits.queue_stuck_s:
        yield Trouble(kinds.QUEUE_STUCK, queue)
    elif books.oldest_s >= limits.queue_slow_s:
        yield Trouble(kinds.QUEUE_SLOW, queue)
    last = books.last
    enough = last is not None and last.accepted >= limits.refused_min
    if last and enough and last.p99_ms and last.p99_ms > limits.slow_p99_ms:
        yield Trouble(kinds.SLOW, {"seconds": f"{last.p99_ms / 1000:.1f}"})
    recent = [minute for minute in books.minutes[-10:] if minute.read]
    decided = sum(minute.accepted - minute.undecided for minute in recent)
    refused = sum(minute.refused for minute in recent)
    if refused >= limits.refused_min and 100 * refused > limits.refused_percent * decided:
        most = max(books.refusals, key=lambda one: one.ten_minutes)
        share = f"{100 * refused / decided:.0f}"
        yield Trouble(kinds.REFUSED_MANY, {"share": share, "reason": most.reason})


def _quiet(books: Books, now: datetime, limits: Limits) -> Iterator[Trouble]:
    """By day bills come: that none does may be a fault before this house."""
    minutes = books.minutes[-limits.quiet_minutes :]
    known = len(minutes) == limits.quiet_minutes and all(one.read for one in minutes)
    by_day = limits.quiet_from_hour <= local(now).hour < limits.quiet_until_hour
    if known and by_day and not any(one.accepted for one in minutes):
        yield Trouble(kinds.QUIET, {"minutes": str(limits.quiet_minutes)})


def _premiums(figures: Figures) -> Iterator[Trouble]:
    late = figures.premiums.stuck if figures.premiums else []
    if late:
        since = f"{local(late[0].since):%Y-%m-%d}"
        yield Trouble(kinds.PREMIUM_STUCK, {"count": str(len(late)), "since": since})


def _books(books: Books, now: datetime, limits: Limits) -> Iterator[Trouble]:
    if books.verified is not None and books.verified.wrong:
        yield Trouble(kinds.BOOKS_WRONG, {"wrong": str(books.verified.wrong)})
    since = books.unchecked_since
    if since is not None and (age := now - since) > VERIFIED_WITHIN:
        yield Trouble(kinds.BOOKS_NOT_CHECKED, {"hours": f"{age.total_seconds() / 3600:.0f}"})
    if books.months_until is not None and books.months_until - now < MONTHS_AHEAD:
        yield Trouble(kinds.MONTHS_MISSING, {"day": f"{local(books.months_until):%Y-%m-%d}"})
    if books.sealing.behind_s > limits.sealing_behind_s:
        yield Trouble(kinds.SEALING_BEHIND, {"minutes": f"{books.sealing.behind_s / 60:.0f}"})
    count = sum(now - one.at < timedelta(hours=24) for one in books.set_aside)
    if count:
        yield Trouble(kinds.SET_ASIDE, {"count": str(count)})
    oldest = books.tasks.oldest
    if oldest is not None and now - oldest > timedelta(days=limits.refund_days):
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
