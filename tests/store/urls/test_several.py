"""A database behind several addresses: the one that takes writes is found, a frozen one is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from app.kit.tasks import end_task
from app.store.database import DATABASE_AWAY, Database
from app.store.migrate import migrate
from app.store.urls import UrlRefused
from app.store.urls.postgres import credentials
from app.store.where import POSTGRES_SOCKET
from tests.store.urls.relay import Relay

_SOON_S = 15.0


@asynccontextmanager
async def _relays(database_url: str) -> AsyncIterator[tuple[Relay, Relay, str]]:
    """Two addresses of the session's database, and its URL with both."""
    given = credentials(database_url)
    if not str(given["host"]).startswith("/"):
        pytest.skip("the test's database is not on a socket of ours")
    socket = f"{given['host']}/{POSTGRES_SOCKET}"
    async with Relay(socket).open() as one, Relay(socket).open() as other:
        where = f"127.0.0.1:{one.port},127.0.0.1:{other.port}"
        yield (
            one,
            other,
            f"postgresql://{given['user']}@{where}/{given['database']}?sslmode=disable",
        )


def test_several_servers_are_read_with_their_ports() -> None:
    found = credentials("postgresql://qinji:p%40ss@a:5433,b,[::1]:7/qinji?port=5440")
    assert (found["host"], found["port"]) == (["a", "b", "::1"], [5433, 5440, 7])
    assert (found["password"], found["target_session_attrs"]) == ("p@ss", "read-write")
    said = credentials("postgresql://a,b/qinji?target_session_attrs=prefer-standby")
    assert said["target_session_attrs"] == "prefer-standby"
    assert "target_session_attrs" not in credentials("postgresql://a/qinji")
    for wrong in ("a,b/qinji?host=/run/x", "a,,b/qinji", "a:x,b/qinji"):
        with pytest.raises(UrlRefused):
            credentials(f"postgresql://{wrong}")


async def test_a_server_that_answers_nothing_keeps_nobody_from_the_next(migrated: str) -> None:
    async with _relays(migrated) as (one, other, url):
        one.freeze()
        await migrate(url)  # nothing to do, but it has to find that out
        database = await Database.open(url, application="qinji-test")
        try:
            assert await database.value("select 1") == 1
            async with database.lookup() as connection:
                assert await connection.fetchval("select 1") == 1
        finally:
            await database.close()
        assert one.taken and other.taken


@pytest.mark.parametrize("after_s", [0.2, 2.5])
async def test_whoever_waits_for_a_server_that_froze_is_told_and_goes_on_with_another(
    migrated: str, after_s: float
) -> None:
    async with _relays(migrated) as (one, other, url):
        database = await Database.open(url, application="qinji-test")
        try:
            held = [asyncio.create_task(_ask(database)) for _ in range(4)]
            await asyncio.sleep(after_s)  # before, and after, the first look at it
            assert not other.taken
            begun = time.monotonic()
            one.freeze()
            for told in await asyncio.gather(*held):
                assert isinstance(told, DATABASE_AWAY), told
            assert await database.value("select 1") == 1
            assert time.monotonic() - begun < _SOON_S
            assert other.taken
        finally:
            await database.close()


async def test_a_url_that_wants_any_server_keeps_the_one_it_has(migrated: str) -> None:
    async with _relays(migrated) as (*_, url):
        database = await Database.open(f"{url}&target_session_attrs=prefer-standby")
        try:
            held = asyncio.create_task(_ask(database))
            await asyncio.sleep(3)  # it has been looked at more than once
            assert not held.done()
            await end_task(held)
        finally:
            await database.close()


async def test_a_server_that_takes_no_writes_is_a_database_that_is_away(migrated: str) -> None:
    database = await Database.open(migrated, read_only=True)
    try:
        with pytest.raises(DATABASE_AWAY) as refused:
            await database.value("create temporary sequence none")
        assert isinstance(refused.value, asyncpg.ReadOnlySQLTransactionError)
    finally:
        await database.close()


async def _ask(database: Database) -> BaseException | None:
    try:
        while True:
            await database.value("select pg_sleep(0.05)")
    except Exception as error:
        return error
