"""Connections that look-ups keep at hand: one that is sound is used again, no other, and nobody
waits for one that nobody uses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from app.store.database import DATABASE_AWAY, Database

_PATIENCE_S = 20.0
_PID = "select pg_backend_pid()"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    found = await Database.open(database_url, read_only=True)
    yield found
    async with asyncio.timeout(_PATIENCE_S):
        await found.close()


async def _pid(database: Database) -> int:
    async with database.lookup() as connection:
        return int(await connection.fetchval(_PID))


async def test_a_look_up_keeps_its_connection_at_hand_for_the_next(database: Database) -> None:
    first = await _pid(database)
    steady = database.pools[1]
    assert steady.get_size() == 1 and steady.get_idle_size() == 0
    assert await _pid(database) == first
    async with database.batch() as connection:
        assert await connection.fetchval(_PID) == first
    await database.empty_hands()
    assert steady.get_idle_size() == 1


async def test_whoever_is_cancelled_leaves_no_connection_to_the_next(database: Database) -> None:
    async def sleeping() -> None:
        async with database.lookup() as connection:
            await connection.execute("select pg_sleep(600)")

    asleep = asyncio.create_task(sleeping())
    await asyncio.sleep(0.05)
    asleep.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asleep
    assert database.pools[1].get_idle_size() == database.pools[1].get_size()
    assert await _pid(database)


async def test_a_connection_that_was_ended_while_it_was_kept_is_not_used(
    database: Database,
) -> None:
    ended = await _pid(database)
    await database.value("select pg_terminate_backend($1, 5000)", ended)
    async with asyncio.timeout(_PATIENCE_S):
        while True:  # the end is heard in a turn of the loop, or by who asks before it
            try:
                assert await _pid(database) != ended
                return
            except DATABASE_AWAY:
                await asyncio.sleep(0)


async def test_a_batch_that_fails_is_undone_and_its_connection_goes_back(
    database: Database,
) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.batch() as connection:
            await connection.execute("select 1 / 0")
    async with database.lookup() as connection:
        assert not connection.is_in_transaction()


async def test_who_waits_gets_the_connection_that_comes_back_first(database: Database) -> None:
    async with AsyncExitStack() as all_of_them, asyncio.timeout(_PATIENCE_S):
        for _ in range(database.pools[1].get_max_size() - 1):
            await all_of_them.enter_async_context(database.lookup())
        async with database.lookup() as connection:
            last = await connection.fetchval(_PID)
            waiting = asyncio.create_task(_pid(database))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert await waiting == last
