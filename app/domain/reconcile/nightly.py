"""The centre's statement of a day for every institution, made every night without a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.reconcile import repository
from app.domain.reconcile.facts.day import facts_of_day
from app.domain.reconcile.page import as_csv, as_page
from app.kit.clock import Clock, local_date
from app.store.database import Connection, Database, Record
from app.store.late.reading import Reader

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did: institutions looked at, statements new or changed, one-sided items."""

    institutions: int = 0
    written: int = 0
    one_sided: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """An institution's statement of a day."""

    fixmedins_code: str
    day: date
    totals: list[dict[str, Any]]
    one_sided: list[dict[str, Any]]
    csv: str
    page: str
    made_at: datetime


class InstitutionStatements:
    """Makes statements and shows them."""

    def __init__(self, database: Database, late: Reader, clock: Clock) -> None:
        self._database = database
        self._late = late
        self._clock = clock

    def yesterday(self) -> date:
        """The last day in China that is over."""
        return local_date(self._clock.now()) - timedelta(days=1)

    async def make(self, day: date) -> Made:
        """Makes every institution's statement of a day. Running it again changes nothing."""

        async def work(reading: Connection) -> Made:
            made = Made()
            async for rows in facts_of_day(reading, day, _BATCH):
                written = await self._store(day, rows)
                made = Made(
                    made.institutions + len(rows),
                    made.written + written,
                    made.one_sided + sum(len(row["one_sided"]) for row in rows),
                )
            return made

        return await self._late.look(work)

    async def get(self, fixmedins_code: str, day: date) -> Statement | None:
        """A statement, if it has been made."""
        row = await repository.statement(self._database, fixmedins_code, day)
        if row is None:
            return None
        return Statement(**{name: row[name] for name in Statement.__dataclass_fields__})

    async def _store(self, day: date, rows: Sequence[Record]) -> int:
        async with self._database.transaction() as connection:
            return await _write(connection, day, rows, self._clock.now())


async def _write(connection: Connection, day: date, rows: Sequence[Record], now: datetime) -> int:
    facts = [
        (row["fixmedins_code"], row["fixmedins_name"], row["totals"], row["one_sided"])
        for row in rows
    ]
    return await repository.store_statements(
        connection,
        [code for code, *_ in facts],
        [totals for _, _, totals, _ in facts],
        [items for _, _, _, items in facts],
        [as_csv(code, day, totals, items) for code, _, totals, items in facts],
        [as_page(code, name, day, totals, items) for code, name, totals, items in facts],
        day,
        now,
    )
