"""All checks, in an order in which the first that fails is mostly the cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.kit.clock import machine as this_clock
from app.settings import Settings
from app.store.database import DATABASE_AWAY, Connection
from app.store.doctor import machine, running, schema, server
from app.store.doctor.months import months
from app.store.doctor.told import Told, fault, ok, warn
from app.store.keys import Keys, KeysError
from app.store.sealed import ring
from app.store.urls import remote
from app.store.urls.postgres import credentials, told_of_shared
from app.store.urls.redis_client import redis_client
from app.store.urls.several import found
from app.store.versions import StartRefused
from app.store.where import Endpoints, NotRunning, locate

_SHARED = "shared 共享库:"
_DATABASE, _ON_WAY, _KEYS = "database 数据库", "on the way 传输", "keys' database 密钥与数据库"
_REDIS, _SERVERS = "Redis", "servers 服务器"
_SEALED = "select to_regclass('public.sealing_key') is not null"
_FOLDER = """
select case when pg_has_role('pg_read_all_settings', 'USAGE')
    then current_setting('data_directory') end
"""
_ALIVE = "select count(*)::int from sealing_process where at > now() - interval '60 seconds'"


async def examine(config: Settings) -> AsyncIterator[Told]:
    """Everything that can be seen from here; nothing is changed."""
    yield machine.home(config)
    told, keys = machine.keys(config)
    yield told
    yield machine.disk(config.home)
    yield machine.zones()
    for one in machine.certificates(config):
        yield one
    try:
        where = locate(config)
    except NotRunning as error:
        yield fault(_SERVERS, str(error), "or name them: QINJI_DATABASE_URL, QINJI_REDIS_URL")
        return
    async for one in _servers(config, where, keys, where.database_url, beside=True):
        yield one
    if config.shared_database_url:
        shared = config.shared_database_url
        async for one in _servers(config, where, keys, shared, beside=False):
            said, do = told_of_shared(one.said), told_of_shared(one.do)
            yield replace(one, check=f"{_SHARED} {one.check}", said=said, do=do)


async def _servers(
    config: Settings, where: Endpoints, keys: Keys | None, url: str, *, beside: bool
) -> AsyncIterator[Told]:
    """What is looked at in each database; ``beside``: and the servers beside a cell's."""
    try:
        given = await found(credentials(url))
        connection = await asyncpg.connect(**given, timeout=5, command_timeout=30)
    except (asyncpg.PostgresError, *DATABASE_AWAY, StartRefused) as error:
        said = str(error) if isinstance(error, StartRefused) else type(error).__name__
        do = "its process, its log, the URL, its disk 检查进程、日志、地址与磁盘"
        yield fault(_DATABASE, said, do)
        return
    try:
        async for one in _database(config, where, connection, keys, given):
            yield one
        if beside:
            async for one in _beside(config, where, connection):
                yield one
    except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
        yield fault(_DATABASE, type(error).__name__, "its log; run this again 查看日志后重试")
    finally:
        await connection.close()


async def _database(
    config: Settings,
    where: Endpoints,
    connection: Connection,
    keys: Keys | None,
    given: dict[str, object],
) -> AsyncIterator[Told]:
    yield await server.version(connection)
    if remote(str(given["host"])):
        yield await _way(connection)
    before = this_clock()
    theirs = await connection.fetchval("select clock_timestamp()")
    yield server.clock(before + (this_clock() - before) / 2 - theirs)
    yield await server.zones(connection)
    ready = await connection.fetchval(_SEALED)
    alive = await connection.fetchval(_ALIVE) if ready else 0
    wanted = max(alive, config.processes + config.workers) * (
        config.database_pool_max + server.STEADY
    )
    for one in server.judged(await server.settings(connection), wanted, bool(where.standby_url)):
        yield one
    folder = await connection.fetchval(_FOLDER)
    if folder is not None and (seen := machine.folder(folder)) is not None:
        yield seen
    yield await schema.schema(connection)
    for one in await schema.rights(connection):
        yield one
    yield await schema.citus(connection)
    if (made := await months(connection)) is not None:
        yield made
    if keys is not None and ready:
        yield await _own_keys(connection, keys)


async def _way(connection: Connection) -> Told:
    if await connection.fetchval("select ssl from pg_stat_ssl where pid = pg_backend_pid()"):
        return ok(_ON_WAY, "TLS")
    return warn(_ON_WAY, "the database is asked in clear", "sslmode=verify-full 启用TLS")


async def _own_keys(connection: Connection, keys: Keys) -> Told:
    rows = await ring.known(connection)
    if not rows:
        return ok(_KEYS, "this database knows none yet")
    try:
        ring.apply(keys.cipher(), rows)
    except KeysError as error:
        return fault(_KEYS, str(error), "deploy/KEYS.md 参见密钥说明")
    return ok(_KEYS, "they are its own")


async def _beside(
    config: Settings, where: Endpoints, connection: Connection
) -> AsyncIterator[Told]:
    yield await running.standby(where.standby_url, connection)
    try:
        client = redis_client(where.redis_url, Redis)
    except StartRefused as error:
        yield fault(_REDIS, str(error), "QINJI_REDIS_URL 检查地址")
        return
    try:
        for one in await running.redis(client):
            yield one
        if await connection.fetchval("select to_regclass('public.waiting') is not null"):
            for one in await running.workers(client, connection, config.lanes):
                yield one
    except (RedisError, OSError) as error:
        do = "its process, its memory; it may start empty 检查进程与内存，可清空重启"
        yield fault(_REDIS, type(error).__name__, do)
    finally:
        await client.aclose()
