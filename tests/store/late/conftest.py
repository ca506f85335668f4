"""A PostgreSQL of our own and a standby that follows it, once for all tests here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.kit.clock import SystemClock
from app.local.servers.embedded import Embedded
from app.local.servers.servers import PostgresServer, RedisServer
from app.store.database import Database
from app.store.late.lateness import Lateness
from app.store.late.standby import Standby
from app.store.migrate import migrate
from app.store.where import Endpoints


@dataclass
class Pair:
    """Both, and where they are."""

    embedded: Embedded
    where: Endpoints

    @property
    def standby(self) -> PostgresServer | RedisServer:
        return next(one for one in self.embedded.servers if one.name == "standby")

    async def tell_standby(self, sql: str) -> Any:
        """As the standby's superuser."""
        return await _tell(self.where.standby_url.replace("//qinji@", "//postgres@"), sql)

    async def tell_primary(self, sql: str) -> Any:
        """As the primary's superuser."""
        return await _tell(self.where.database_url.replace("//qinji@", "//postgres@"), sql)

    @asynccontextmanager
    async def holding_still(self) -> AsyncIterator[None]:
        """Whatever the primary does, the standby doesn't follow."""
        await self.tell_standby("select pg_wal_replay_pause()")
        while await self.tell_standby("select pg_get_wal_replay_pause_state()") != "paused":
            pass
        try:
            yield
        finally:
            await self.tell_standby("select pg_wal_replay_resume()")


async def _tell(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def servers_of_pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="qinji-"))
    folder.chmod(0o755)  # as root the servers run under another account
    embedded = Embedded(folder, redis=False, standby=True, buffers_mb=32)
    try:
        yield Pair(embedded, embedded.start())
    finally:
        embedded.stop()
        embedded.wipe()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def pair(servers_of_pair: Pair) -> Pair:
    """With the schema, and a table to write into."""
    where = servers_of_pair.where
    await migrate(where.database_url, owner_url=where.owner_url)
    for sql in (
        "create table note (id int)",
        "create table pad as select generate_series(1, 1000) as id",
        "grant all on note, pad to qinji",
    ):
        await servers_of_pair.tell_primary(sql)
    return servers_of_pair


@dataclass
class Opened:
    """This process's connections to both."""

    database: Database
    standby: Standby
    late: Lateness


@pytest.fixture
async def opened(pair: Pair) -> AsyncIterator[Opened]:
    database = await Database.open(pair.where.database_url, pool_max=4)
    standby = await Standby.open(
        pair.where.standby_url, database, SystemClock(), pool_max=4, application="qinji-test"
    )
    async with standby.connection(60) as connection:  # it may still be at the schema
        assert await standby.reach(connection, await standby.mark(), 0, 60) is not None
    yield Opened(database, standby, Lateness(database, standby, SystemClock(), 3600.0))
    await standby.close()
    await database.close()
