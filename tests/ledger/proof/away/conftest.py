"""A small installation of years ago: its transfers lie by months, all years are closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.bench.made.fill import fill
from app.bench.made.history import plan_for
from app.kit.clock import SHANGHAI, SystemClock
from app.kit.ids import first_id_at
from app.ledger.balances import Balances
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.archive.writing import write
from app.ledger.proof.away.months import Archived, Month, month_of
from app.ledger.proof.sealing import LedgerSealer
from app.store.cache import Cache
from app.store.database import Database
from app.store.keys import Keys
from tests.ledger.conftest import Books
from tests.servers import as_owner, migrate, new_database, owner

NOW = datetime(2026, 11, 1, tzinfo=UTC)
APRIL, MAY, JUNE, JULY = (datetime(2024, month, 1, tzinfo=SHANGHAI) for month in (4, 5, 6, 7))
_CLOSED = """
insert into account_close select 900000 + p.id % 100000, p.id, '2024-01-01', '2024-12-31', '340100',
    0, 0, 0, 0, 0, 0, 0, 0, 0, '2025-01-05' from person p
"""


async def _by_month(connection: Any) -> None:
    """Parts for the months of before, which nobody had when they were lived through."""
    ends = await connection.fetchval(
        "select ends from months_of('transfer') where part = 'transfer_before'"
    )
    await connection.execute("drop table transfer_before")
    borders = [first_id_at(month) for month in (MAY, JUNE, JULY)]
    for name, low, high in (
        ("before", "minvalue", borders[0]),
        ("2024_05", borders[0], borders[1]),
        ("2024_06", borders[1], borders[2]),
        ("2024_07", borders[2], ends),
    ):
        part = f"transfer_{name}"
        await connection.execute(f"create table {part} (like transfer_rest including all)")
        await connection.execute(f"select like_beside('{part}', 'transfer_rest')")
        await connection.execute(
            f"alter table transfer attach partition {part} for values from ({low}) to ({high})"
        )


@pytest.fixture(scope="session")
async def old_made(database_url: str) -> AsyncIterator[str]:
    """The name of the database that these tests copy."""
    async with new_database(database_url, "old") as url:
        await migrate(url)
        async with owner(url) as connection:
            await _by_month(connection)
        database = await Database.open(as_owner(url))
        plan = plan_for(240, 24, 80, datetime(2024, 7, 3, tzinfo=UTC))
        await fill(database, plan, Keys((b"d" * 16,), (b"i" * 16,)), as_owner(url))
        await database.value(_CLOSED)
        await LedgerSealer(database, SystemClock()).run()
        await database.close()
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
async def old(database_url: str, old_made: str, cache: Cache) -> AsyncIterator[Books]:
    async with new_database(database_url, "old", old_made) as url:
        database = await Database.open(url, pool_max=3)
        yield Books(url, database, Balances(database, cache, SystemClock()), cache)
        await database.close()


async def archived(old: Books, month: datetime, folder: Path) -> Path:
    """Writes the archive of a month."""
    ends = month.replace(month=month.month + 1)
    await write(old.database, folder, month, ends, NOW)
    return folder


async def held(connection: Any, month: datetime, folder: Path) -> tuple[Month, Archived]:
    found = await month_of(connection, month)
    return found, Archived([Archive(folder)], found)
