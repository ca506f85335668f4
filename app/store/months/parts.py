"""The months of the tables that are of months (deploy/decisions/0030-months.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from app.kit.ids import moment_of
from app.kit.log import logger
from app.kit.value import value
from app.store.database import Connection, Database

log = logger(__name__)
MONTHLY = ("transfer", "outcome", "seal")
"""Tables whose rows lie by months. Their ids alone make a row unique."""
_PARTS = """
select of, m.part, m.begins, m.ends, m.rest, greatest(c.reltuples, 0)::bigint as rows,
    pg_total_relation_size(c.oid) as bytes
from unnest($1::text[]) as of cross join lateral public.months_of(of) as m
join pg_class c on c.relname = m.part and c.relnamespace = 'public'::regnamespace
order by of, m.rest, m.ends
"""
_MADE_UNTIL = """
select min(till) from (
    select max(m.ends) as till from unnest($1::text[]) as of
    cross join lateral public.months_of(of) as m where not m.rest group by of) as t
"""


@value
class Part:
    """A part of a table: a month, all that was before the first (``begins`` is None), or what has
    no month (both are)."""

    of: str
    name: str
    begins: datetime | None
    ends: datetime | None
    rows: int
    """About so many, by the statistics."""
    bytes: int

    @property
    def rest(self) -> bool:
        return self.ends is None


async def parts(connection: Connection) -> list[Part]:
    """All parts of all tables of months, in order of time."""
    rows = await connection.fetch(_PARTS, list(MONTHLY))
    return [
        Part(
            row["of"],
            row["part"],
            None if row["begins"] is None else moment_of(row["begins"]),
            None if row["ends"] is None else moment_of(row["ends"]),
            row["rows"],
            row["bytes"],
        )
        for row in rows
    ]


async def made_until(connection: Connection) -> datetime | None:
    """Until when each table of months has its months; None: none is divided."""
    found = await connection.fetchval(_MADE_UNTIL, list(MONTHLY))
    return None if found is None else moment_of(found)


async def stray(connection: Connection, found: Sequence[Part]) -> dict[str, bool]:
    """By table of months: whether rows lie in what has no month, of the parts that there are."""
    return {
        part.of: await connection.fetchval(f"select exists (select from {part.name})")  # noqa: S608
        for part in found
        if part.rest
    }


async def make_ahead(database: Database) -> int:
    """Makes the months ahead that are missing; gives how many. Who serves may: it asks a function
    of the tables' owner, which makes these and nothing else."""
    try:
        made: int = await database.value("select public.make_months()")
        await database.value("select public.count_months()")
    except asyncpg.LockNotAvailableError:
        log.warning("months_wait", until="the next hour")  # rather than let tills wait behind it
        return 0
    return made
