"""Reads the figures that the database holds, and puts them together."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.domain.ops.figures import repository
from app.domain.ops.figures.rules.slices import (
    MINUTES,
    PER_MINUTE,
    Slice,
    Slices,
    of_state,
    percentile_ms,
)
from app.domain.ops.figures.values import (
    Books,
    Found,
    Minute,
    OneSided,
    Refused,
    Sealing,
    SetAside,
    Statements,
    Tasks,
    Verified,
)
from app.domain.settlement.model import State
from app.domain.settlement.orders import PAYING
from app.kit.clock import Clock, local
from app.kit.ids import moment_of
from app.ledger.proof.checks import CHECKS
from app.store.database import Connection, Database
from app.store.months.parts import made_until

_SLOW_EVERY_S = 20
_SET_ASIDE_SINCE = timedelta(days=7)
_TEN_MINUTES = 10
_ROWS_SHOWN = 5
_TITLES = {check.name: check.zh for check in CHECKS}


class Reader:
    """Reads what is new, keeps the last hour."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._slices = Slices()
        self._summed: dict[int, tuple[Minute, Counter[str]]] = {}
        self._slow_at: float | None = None
        self._verified: Verified | None = None
        self._statements: Statements | None = None
        self._begun_at: datetime | None = None
        self._months_until: datetime | None = None

    async def read(self, connection: Connection) -> Books:
        """The figures of this moment."""
        # Ids are made by the process's clock, whatever clock this reader was given.
        now = moment_of(self._database.ids.next())
        length, oldest = await repository.queue(connection)
        await self._read_slices(connection, repository.slice_at(now))
        await self._read_slow(connection)
        day = local(self._clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        since = self._clock.now() - _SET_ASIDE_SINCE
        set_aside = await repository.many(connection, repository.SET_ASIDE, since)
        aside = await repository.one(connection, repository.SET_ASIDE_COUNT, since)
        return Books(
            read_at=self._clock.now(),
            length=length,
            oldest_s=(now - moment_of(oldest)).total_seconds() if oldest else 0.0,
            minutes=self._minutes(now),
            last=self._last(now),
            refusals=self._refusals(now),
            unread_minutes=self._slices.unread // PER_MINUTE,
            tasks=Tasks(**await repository.one(connection, repository.TASKS)),
            set_aside=[_set_aside(row) for row in set_aside],
            set_aside_count=aside["count"],
            tombstones=(await repository.one(connection, repository.TOMBSTONES, day))["count"],
            sealing=_sealing(await repository.one(connection, repository.SEALING)),
            verified=self._verified,
            statements=self._statements,
            begun_at=self._begun_at,
            months_until=self._months_until,
        )

    async def _read_slices(self, connection: Connection, now: int) -> None:
        for first, last in self._slices.due(now):
            reached, rows = await repository.slices(connection, first, last)
            self._slices.put(reached, last, rows, now)

    async def _read_slow(self, connection: Connection) -> None:
        """What changes once a night is not asked for all the time."""
        now = time.monotonic()
        if self._slow_at is not None and now - self._slow_at < _SLOW_EVERY_S:
            return
        self._verified = _verified(await repository.one(connection, repository.VERIFIED))
        first = (await repository.one(connection, repository.FIRST_BILL))["id"]
        self._begun_at = moment_of(first) if first else None
        self._months_until = await made_until(connection)
        found = await repository.one(connection, repository.STATEMENTS)
        self._statements = None
        if found:
            items = await repository.one_sided(connection, found["day"])
            self._statements = Statements(
                **found, items=[OneSided(**dict(item.items())) for item in items]
            )
        self._slow_at = now

    def _minutes(self, now: datetime) -> list[Minute]:
        """The hour's minutes; only those that were read since are added up anew."""
        slices = repository.slice_at(now)
        present = slices // PER_MINUTE
        known = range(present - MINUTES + 1, present + 1)
        for number in self._slices.touched():
            first = number * PER_MINUTE
            sums = self._slices.sum(first, min(first + PER_MINUTE - 1, slices))
            self._summed[number] = _summed(repository.slice_begin(first), sums), _reasons(sums)
        self._summed = {one: kept for one, kept in self._summed.items() if one in known}
        return [
            self._summed[one][0]
            if one in self._summed
            else Minute(repository.slice_begin(one * PER_MINUTE), read=False)
            for one in known
        ]

    def _last(self, now: datetime) -> Minute | None:
        last = repository.slice_at(now)
        first = last - PER_MINUTE + 1
        sums = self._slices.sum(first, last)
        return None if sums is None else _summed(repository.slice_begin(first), sums)

    def _refusals(self, now: datetime) -> list[Refused]:
        present = repository.slice_at(now) // PER_MINUTE
        hour: Counter[str] = Counter()
        ten: Counter[str] = Counter()
        for number, (_, reasons) in self._summed.items():
            hour.update(reasons)
            if number > present - _TEN_MINUTES:
                ten.update(reasons)
        return [Refused(reason, ten[reason], count) for reason, count in hour.most_common(30)]


def _reasons(sums: Slice | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for (state, _, reason), count in (sums.ended if sums else Counter()).items():
        if state == State.REFUSED:
            found[reason] += count
    return found


def _summed(at: datetime, sums: Slice | None) -> Minute:
    if sums is None:
        return Minute(at, read=False)
    done, paid = of_state(sums, State.DONE), of_state(sums, State.DONE, PAYING)
    return Minute(
        at,
        read=True,
        accepted=sums.rows,
        settled=paid,
        undone=done - paid,
        refused=of_state(sums, State.REFUSED),
        void=of_state(sums, State.VOID),
        set_aside=of_state(sums, State.SET_ASIDE),
        undecided=sums.undecided,
        p50_ms=percentile_ms(sums.latency, 0.5),
        p99_ms=percentile_ms(sums.latency, 0.99),
    )


def _set_aside(row: Any) -> SetAside:
    # Only the error's name: its text may quote values.
    name = (row["error"] or "").partition(":")[0][:60]
    return SetAside(row["fixmedins_code"], row["msgid"], row["infno"], row["decided_at"], name)


def _sealing(row: Mapping[str, Any]) -> Sealing:
    sealed_to, newest = row["sealed_to"] or 0, row["newest"] or 0
    until = moment_of(sealed_to) if sealed_to else None
    behind_s = 0.0
    if newest > sealed_to:
        begin = until or moment_of(newest)
        behind_s = (moment_of(newest) - begin).total_seconds()
    return Sealing(until, behind_s, row["day"], row["root"], row["leaves"])


def _verified(row: dict[str, Any]) -> Verified | None:
    if not row:
        return None
    checks: dict[str, dict[str, int]] = row["counts"].get("checks", {})
    rows: dict[str, list[str]] = {}
    for item in row["findings"].get("items", []):
        rows.setdefault(item["check"], []).append(item["row"])
    return Verified(
        begun_at=row["begun_at"],
        ended_at=row["ended_at"],
        wrong=row["counts"].get("wrong", 0),
        checks=len(checks),
        rows=sum(tally["rows"] for tally in checks.values()),
        found=[
            Found(name, _TITLES.get(name, name), tally["wrong"], rows.get(name, [])[:_ROWS_SHOWN])
            for name, tally in checks.items()
            if tally["wrong"]
        ],
    )
