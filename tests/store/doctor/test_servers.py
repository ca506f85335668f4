"""What is looked at in the database, in Redis and beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from app.settings import Settings
from app.store.doctor import running, schema, server
from app.store.doctor.told import Mark, Told, any_fault
from app.store.queue import HEALTH
from app.store.urls.postgres import credentials
from app.store.urls.redis_client import redis_client
from tests.servers import maker, owner

WRONG = {
    "fsync": ("off", Mark.FAULT),
    "full_page_writes": ("off", Mark.FAULT),
    "synchronous_commit": ("local", Mark.FAULT),
    "wal_level": ("minimal", Mark.FAULT),
    "synchronous_standby_names": ("", Mark.WARN),
    "max_connections": ("20", Mark.WARN),
    "max_locks_per_transaction": ("64", Mark.WARN),
    "autovacuum": ("off", Mark.FAULT),
    "track_counts": ("off", Mark.FAULT),
    "checkpoint_timeout": ("30", Mark.WARN),
    "max_wal_size": (str(1 << 28), Mark.WARN),
    "shared_buffers": (str(1 << 25), Mark.WARN),
}


@pytest.fixture
async def client(config: Settings) -> AsyncIterator[Redis]:
    opened = redis_client(config.redis_url, Redis)
    yield opened
    await opened.flushdb()
    await opened.aclose()


def marks(told: list[Told]) -> dict[str, Mark]:
    return {one.check.split()[0]: one.mark for one in told}


async def test_the_servers_settings_are_judged(connection: Any) -> None:
    there = await server.settings(connection)
    assert there.keys() == set(server.READ)
    well = there | {"synchronous_standby_names": "ANY 1 (a, b)"}
    assert {one.mark for one in server.judged(well, 44, standby=True)} == {Mark.OK}
    assert {one.mark for one in server.judged(there, 44, standby=False)} == {Mark.OK}
    for name, (setting, mark) in WRONG.items():
        told = list(server.judged(well | {name: setting}, 44, standby=True))
        found = [one for one in told if one.mark is not Mark.OK]
        assert [one.mark for one in found] == [mark], name
        assert found[0].do, "and what to do"
    loud = well | {"log_statement": "all", "log_parameter_max_length": "-1"}
    assert marks(list(server.judged(loud, 44, standby=True)))["server's"] is Mark.WARN


async def test_version_time_zones_and_clock(connection: Any) -> None:
    assert (await server.version(connection)).mark is Mark.OK
    assert (await server.zones(connection)).mark is Mark.OK
    for seconds, mark in ((0.2, Mark.OK), (-1.5, Mark.WARN), (7.0, Mark.FAULT)):
        assert server.clock(timedelta(seconds=seconds)).mark is mark


async def test_a_schema_that_is_not_the_newest_is_told(connection: Any, migrated: str) -> None:
    assert (await schema.schema(connection)).mark is Mark.OK
    async with owner(migrated) as own:
        await own.execute(
            "insert into tortoise_migrations (app, name, applied_at)"
            " values ('qinji', '9999_of_a_newer_one', now())"
        )
        told = await schema.schema(connection)
        assert told.mark is Mark.WARN and "9999_of_a_newer_one" in told.said
        await own.execute("delete from tortoise_migrations where name like '0001%'")
        told = await schema.schema(connection)
        assert told.mark is Mark.FAULT and "0001_people_and_ledger" in told.said


async def test_rights_that_lack_or_are_too_many_are_told(connection: Any, migrated: str) -> None:
    assert {one.mark for one in await schema.rights(connection)} == {Mark.OK}
    async with owner(migrated) as own:
        role = await connection.fetchval("select current_user")
        await own.execute(f"grant update on settlement to {role}")
        assert marks(list(await schema.rights(connection)))["role"] is Mark.WARN
        await own.execute(f"revoke update on settlement from {role}")
        await own.execute(f"revoke insert, update on person from {role}")
        told = list(await schema.rights(connection))
        assert marks(told) == {"role": Mark.OK, "rights": Mark.FAULT}
        assert "INSERT on person and 1 more" in told[1].said
        assert {one.mark for one in await schema.rights(own)} == {Mark.WARN, Mark.OK}


async def test_where_rows_are_spread_over_nodes_triggers_have_to_act(
    connection: Any, migrated: str
) -> None:
    """The extension isn't here: its name in the catalogue is what is looked for."""
    assert (await schema.citus(connection)).mark is Mark.OK
    name = credentials(migrated)["database"]
    admin = await asyncpg.connect(**{**maker(migrated), "database": name})
    try:
        await admin.execute("set allow_system_table_mods = on")
        await admin.execute("update pg_extension set extname = 'citus' where extname = 'plpgsql'")
    finally:
        await admin.close()
    told = await schema.citus(connection)
    assert told.mark is Mark.FAULT and "citus.enable_unsafe_triggers" in told.do
    await connection.execute("set citus.enable_unsafe_triggers = on")
    told = await schema.citus(connection)
    assert told.mark is Mark.OK and "distributes 0 tables" in told.said


async def test_a_redis_that_throws_away_is_told(client: Redis) -> None:
    assert {one.mark for one in await running.redis(client)} == {Mark.OK}
    await client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert marks(await running.redis(client))["Redis'"] is Mark.WARN
    finally:
        await client.config_set("maxmemory-policy", "noeviction")


async def test_workers_and_lanes(client: Redis, connection: Any) -> None:
    none = await running.workers(client, connection, 1)
    assert marks(none) == {"workers": Mark.WARN, "lanes": Mark.OK} and not any_fault(none)
    await client.set(HEALTH, "j_complete=0")
    alive = await running.workers(client, connection, 1)
    assert marks(alive) == {"workers": Mark.OK, "lanes": Mark.OK}
    await connection.execute(
        "insert into request (id, fixmedins_code, msgid, infno, lane, body, received_at)"
        " values (1, 'P', 'P1', '2102', 3, '{}', now() - interval '50 seconds')"
    )
    await connection.execute("insert into waiting (request_id, lane) values (1, 3)")
    late = await running.workers(client, connection, 4)
    assert marks(late)["lanes"] is Mark.FAULT and "50 s" in late[1].said
    nobodys = await running.workers(client, connection, 2)
    assert marks(nobodys)["lanes"] is Mark.FAULT and "QINJI_LANES = 4" in nobodys[1].do
    await client.delete(HEALTH)
    assert any_fault((await running.workers(client, connection, 4))[:1]), "and nobody is there"


async def test_a_standby_that_is_none_is_told(connection: Any, migrated: str) -> None:
    assert (await running.standby("", connection)).mark is Mark.OK
    away = await running.standby("postgres://a:b@127.0.0.1:1/c", connection)
    assert away.mark is Mark.FAULT and "doesn't answer" in away.said
    primary = await running.standby(f"{migrated}&target_session_attrs=any", connection)
    assert primary.mark is Mark.FAULT and "follows nobody" in primary.said
