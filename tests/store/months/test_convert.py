"""An installation of before is brought to months while it works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from app.kit.clock import SystemClock
from app.store.database import Database
from app.store.doctor.months import months
from app.store.doctor.told import Mark
from app.store.migrate import migrate
from app.store.models import APP, tortoise_config
from app.store.months import owner as owning
from app.store.months.convert import convert
from app.store.months.parts import MONTHLY, parts
from app.store.rights.grants import held
from app.store.rights.tables import rights_on
from app.store.urls.postgres import credentials
from app.store.versions import StartRefused
from app.store.where import ROLE
from tests.servers import as_owner, owner
from tests.store.months.conftest import LONG_AGO, transfer

BEFORE = "0087_distributed_schema"
_SHAPE = """
select c.relname::text, a.attname::text, a.attnum, pg_get_indexdef(i.indexrelid) from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
join pg_index i on i.indrelid = c.oid where c.relname = any($1::text[]) order by 1, 3, 4
"""


@pytest.fixture
async def older(migrated: str) -> AsyncIterator[str]:
    """A database of the version before with something in its books, migrated with this one."""
    config = tortoise_config(
        {"engine": "tortoise.backends.asyncpg", "credentials": credentials(as_owner(migrated))}
    )
    async with TortoiseContext():
        await run_migrations(config=config, target=f"{APP}.{BEFORE}", direction="backward")
    async with owner(migrated) as connection:
        first = await transfer(connection, LONG_AGO)
        await transfer(connection, LONG_AGO, 1, of=first)
        await connection.execute(
            "insert into outcome (request_id, state, decided_at) values (1, 2, now())"
        )
        await connection.execute(
            "insert into seal (id, kind, day, hash) values ($1, 1, '2025-01-05', sha256('x'))",
            first,
        )
    await migrate(migrated, owner_url=as_owner(migrated))
    yield migrated


async def kinds(connection: Any) -> set[str]:
    rows = await connection.fetch(
        "select relkind::text from pg_class where relname = any($1::text[])", list(MONTHLY)
    )
    return {row[0] for row in rows}


async def test_it_is_brought_there_while_bills_come_and_none_is_refused_or_lost(
    older: str,
) -> None:
    database = await Database.open(older, pool_max=3)
    booked, done = [], asyncio.Event()
    numbers = count(10)

    async def books() -> None:
        while not done.is_set():
            async with database.lookup() as connection:
                booked.append(await transfer(connection, SystemClock().now(), next(numbers)))

    try:
        async with owner(older) as connection:
            assert await kinds(connection) == {"r"}, "what has rows is left as it was"
            told = await months(connection)
            assert told is not None and told.mark is Mark.WARN and "convert" in told.do
            work = [asyncio.create_task(books()) for _ in range(3)]
            try:
                said: list[str] = []
                assert await convert(older, said.append, owner_url=as_owner(older)) == 3
            finally:
                done.set()
                await asyncio.gather(*work)
            assert len(said) == 6
            assert await kinds(connection) == {"p"}
            lost = await connection.fetchval(
                "select count(*) from unnest($1::bigint[]) as n (id)"
                " where not exists (select from transfer t where t.id = n.id)",
                booked,
            )
            assert lost == 0 and await connection.fetchval("select count(*) from outcome") == 1
            assert await connection.fetchval("select count(*) from transfer") == len(booked) + 2
            told = await months(connection)
            assert told is not None and told.mark is Mark.OK
            for one in await held(connection, ROLE):
                assert one.right, one
            assert rights_on("transfer") == {"SELECT", "INSERT"}
            id_ = await connection.fetchval("select min(id) from transfer")
            with pytest.raises(asyncpg.UniqueViolationError):
                await transfer(connection, SystemClock().now(), next(numbers), of=id_)
            for deed in ("update transfer set id = id", "truncate seal", "delete from outcome"):
                with pytest.raises(asyncpg.RestrictViolationError):
                    await connection.execute(deed)
        assert await convert(older, owner_url=as_owner(older)) == 0, "once"
    finally:
        await database.close()


async def test_it_has_the_shape_of_a_new_one(older: str) -> None:
    await convert(older, owner_url=as_owner(older))
    async with owner(older) as connection:
        mine = [tuple(row) for row in await connection.fetch(_SHAPE, list(MONTHLY))]
        config = tortoise_config(
            {"engine": "tortoise.backends.asyncpg", "credentials": credentials(as_owner(older))}
        )
        async with TortoiseContext():
            await run_migrations(config=config, target=f"{APP}.{BEFORE}", direction="backward")
        assert await connection.fetchval("select count(*) from transfer") == 2, "and back again"
        for table in MONTHLY:
            await connection.execute(f"alter table {table} disable trigger all")
            await connection.execute(f"delete from {table}")
            await connection.execute(f"alter table {table} enable trigger all")
        await migrate(older, owner_url=as_owner(older))
        assert await kinds(connection) == {"p"}
        assert [tuple(row) for row in await connection.fetch(_SHAPE, list(MONTHLY))] == mine


async def test_broken_off_it_is_told_and_goes_on(older: str) -> None:
    async with owner(older) as connection:
        await connection.execute(
            "alter table outcome add constraint outcome_months check (request_id < 99) not valid"
        )
        told = await months(connection)
        assert told is not None and told.mark is Mark.FAULT and "outcome" in told.said
        assert await convert(older, owner_url=as_owner(older)) == 3
        told = await months(connection)
        assert told is not None and told.mark is Mark.OK
        ends = [part.ends for part in await parts(connection) if part.name == "outcome_before"]
        assert ends[0] is not None and ends[0] > SystemClock().now()


async def test_it_waits_for_a_slow_transaction_and_lets_others_by(
    older: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "LOCK_MS", 40)
    monkeypatch.setattr(owning, "PAUSE_S", 0.01)
    async with owner(older) as slow, owner(older) as other:
        whole = slow.transaction()
        await whole.start()
        await transfer(slow, LONG_AGO, 2)
        work = asyncio.create_task(convert(older, owner_url=as_owner(older)))
        await transfer(other, LONG_AGO, 3)
        for number in range(20):
            await transfer(other, LONG_AGO, 4 + number)
            await asyncio.sleep(0.01)
        assert not work.done()
        await whole.commit()
        assert await work == 3
        assert await other.fetchval("select count(*) from transfer") == 24


async def test_who_may_not_is_told_and_nothing_is_changed(older: str) -> None:
    with pytest.raises(StartRefused, match="QINJI_OWNER_DATABASE_URL"):
        await convert(older)
    async with owner(older) as connection:
        assert await kinds(connection) == {"r"}
