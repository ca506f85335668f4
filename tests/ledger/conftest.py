"""A database of its own for every test here: a copy of a made ledger, sealed, days closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.bench.made.fill import fill
from app.bench.made.history import Plan, plan_for
from app.kit.clock import SystemClock
from app.ledger.balances import Balances
from app.ledger.proof.findings import Report
from app.ledger.proof.sealing import LedgerSealer
from app.ledger.proof.service import Verification
from app.regions.loader import Rulebook
from app.store.cache import Cache
from app.store.database import Database
from app.store.keys import Keys
from tests.ledger.ground import ground
from tests.own_database import migrated, template
from tests.phone_world import config
from tests.servers import as_owner, migrate, new_database
from tests.till_world import town

__all__ = ["config", "ground", "migrated", "template", "town"]
PEOPLE, SETTLEMENTS = 40, 400


@dataclass
class Books:
    """One test's ledger."""

    url: str
    database: Database
    balances: Balances
    cache: Cache

    async def verify(self) -> Report:
        return await Verification(
            self.database, self.database, self.balances, SystemClock(), Rulebook.load()
        ).run()

    async def tamper(self, *statements: str) -> None:
        """Does what nobody may: triggers and constraints' triggers off, as the superuser."""
        connection = await asyncpg.connect(_as_superuser(self.url))
        try:
            await connection.execute("set session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def seal(self, at: datetime | None = None) -> int:
        return (await LedgerSealer(self.database, SystemClock()).run(now=at)).rows

    async def value(self, sql: str, *values: object) -> Any:
        return await self.database.value(sql, *values)


def _as_superuser(url: str) -> str:
    return url.replace("//qinji@", "//postgres@")


@pytest.fixture(scope="session")
async def plan() -> Plan:
    """Three days of settlements, up to two hours ago."""
    return plan_for(SETTLEMENTS, PEOPLE, 3, datetime.now(UTC) - timedelta(hours=2))


@pytest.fixture(scope="session")
async def made(database_url: str, plan: Plan) -> AsyncIterator[str]:
    """The name of the database that tests copy."""
    async with new_database(database_url, "books") as url:
        await migrate(url)
        own = as_owner(url)
        database = await Database.open(own)
        await fill(database, plan, Keys((b"d" * 16,), (b"i" * 16,)), own)
        sealed = await LedgerSealer(database, SystemClock()).run()
        assert sealed.days_closed >= 2
        await database.close()
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    """A Redis of its own: the database next to the session's."""
    found = await Cache.open(redis_url.replace("db=0", "db=7"))
    await found.redis.flushdb()
    yield found
    await found.close()


@pytest.fixture
async def books(database_url: str, made: str, cache: Cache) -> AsyncIterator[Books]:
    """A made ledger for one test."""
    async with new_database(database_url, "books", made) as url:
        database = await Database.open(url)
        yield Books(url, database, Balances(database, cache, SystemClock()), cache)
        await database.close()
