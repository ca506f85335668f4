"""Servers that are too old are told in a sentence, before anything is changed."""

from __future__ import annotations

import asyncpg
import pytest

from app.store.cache import Cache
from app.store.urls.postgres import credentials
from app.store.versions import ServerTooOld, check_database, check_redis
from tests.servers import migrate, new_database


async def test_an_old_database_is_told_and_left_as_it_is(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.migrate.POSTGRES_NEEDED", 99)
    async with new_database(database_url, "old") as url:
        with pytest.raises(ServerTooOld, match=r"PostgreSQL 18\.\d+.*PostgreSQL 99 .*需要"):
            await migrate(url)
        connection = await asyncpg.connect(**credentials(url))
        try:
            tables = await connection.fetchval(
                "select count(*) from pg_tables where schemaname = 'public'"
            )
            assert tables == 0
            check_database(connection)
            with pytest.raises(ServerTooOld):
                check_database(connection, needed=99)
        finally:
            await connection.close()


async def test_an_old_cache_is_told(redis_url: str) -> None:
    cache = await Cache.open(redis_url)
    try:
        await check_redis(cache.redis)
        with pytest.raises(ServerTooOld, match=r"Redis \d+\.\d+.*Redis 99\.1 .*需要"):
            await check_redis(cache.redis, needed=(99, 1))
    finally:
        await cache.close()
