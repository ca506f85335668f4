"""What runs beside the database: Redis, workers and their lanes, the standby."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
from redis.asyncio import Redis

from app.kit.clock import SystemClock
from app.store.database import DATABASE_AWAY, Connection
from app.store.doctor.told import Told, fault, ok, warn
from app.store.queue import HEALTH
from app.store.urls.postgres import standby_credentials
from app.store.urls.several import found
from app.store.versions import ServerTooOld, check_redis

_REDIS, _EVICTS, _WORKERS = "Redis", "Redis' memory Redis内存", "workers 工作进程"
_LANES, _STANDBY = "lanes 队列", "standby 备库"
_LATE_BYTES = 64 << 20
_WAITS = timedelta(seconds=30)
_NEWEST = """
select count(*) filter (where w.lane >= $1)::int as nobodys, max(w.lane)::int as most,
    count(*)::int as waiting, min(r.received_at) as since
from waiting w join request r on r.id = w.request_id
"""
_WHICH = "select system_identifier from pg_control_system()"
_WRITTEN = "select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint"
_REPLAYED = """
select pg_is_in_recovery() as follows,
    case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint end
        as replayed
"""


async def redis(client: Redis) -> list[Told]:
    """Whether it is new enough, and throws away nothing by itself."""
    try:
        await check_redis(client)
    except ServerTooOld as error:
        return [fault(_REDIS, str(error), "upgrade it 升级")]
    about = await client.info()
    name = "Valkey " + about["valkey_version"] if "valkey_version" in about else ""
    told = [ok(_REDIS, name or about["redis_version"])]
    policy, most, used = about["maxmemory_policy"], about["maxmemory"], about["used_memory"]
    said = f"{used / 2**20:.0f} MB of {f'{most / 2**20:.0f} MB' if most else 'what there is'}"
    if policy != "noeviction":
        do = "maxmemory-policy noeviction: codes and log-ins would vanish 禁止淘汰"
        told.append(warn(_EVICTS, f"{said}, {policy}", do))
    elif most and used > 0.9 * most:
        told.append(warn(_EVICTS, said, "more maxmemory 增加内存"))
    else:
        told.append(ok(_EVICTS, said))
    return told


async def workers(client: Redis, connection: Connection, lanes: int) -> list[Told]:
    """Whether one lives, whether requests wait, and whether any lies where nobody drains."""
    alive = await client.exists(HEALTH)
    row = await connection.fetchrow(_NEWEST, lanes)
    waiting, since = row["waiting"], row["since"]
    waits = SystemClock().now() - since if since is not None else timedelta()
    said = f"{waiting} requests wait"
    start = "start one: python -m worker.main 启动工作进程"
    if alive:
        told = [ok(_WORKERS, "one has reported within eleven seconds")]
    elif waiting:
        told = [fault(_WORKERS, f"none lives, and {said}", start)]
    else:
        told = [warn(_WORKERS, "none lives", start)]
    if row["nobodys"]:
        told.append(
            fault(
                _LANES,
                f"{row['nobodys']} requests wait in lanes up to {row['most']}, and QINJI_LANES is"
                f" {lanes}",
                f"QINJI_LANES = {row['most'] + 1} until they are settled, the same for all"
                " 各进程的QINJI_LANES须一致",
            )
        )
    elif waits > _WAITS:
        longest = f"{said}, the longest for {waits.total_seconds():.0f} s"
        told.append(fault(_LANES, longest, "RUNBOOKS, QinjiQueueStuck 参见处置手册"))
    else:
        told.append(ok(_LANES, f"{lanes}; {said}"))
    return told


async def standby(url: str, primary: Connection) -> Told:
    """Whether the one that is named follows this database, and how far it is behind."""
    if not url:
        return ok(_STANDBY, "none is named")
    do = "RUNBOOKS, QinjiStandbyAway 参见处置手册"
    try:
        connection = await asyncpg.connect(**await found(standby_credentials(url)), timeout=5)
    except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
        return fault(_STANDBY, f"it doesn't answer: {type(error).__name__}", do)
    try:
        if await connection.fetchval(_WHICH) != await primary.fetchval(_WHICH):
            return fault(_STANDBY, "it is of another database", "QINJI_STANDBY_URL 检查地址")
        row = await connection.fetchrow(_REPLAYED)
        if not row["follows"]:
            said = "what answers there follows nobody"
            return fault(_STANDBY, said, "QINJI_STANDBY_URL 检查地址")
        behind = max(0, await primary.fetchval(_WRITTEN) - row["replayed"])
    finally:
        await connection.close()
    said = f"{behind / 2**20:.1f} MB of the log behind"
    return warn(_STANDBY, said, do) if behind > _LATE_BYTES else ok(_STANDBY, said)
