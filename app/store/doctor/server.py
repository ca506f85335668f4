"""The database's server: is it one that keeps what it says, and has it room for those who come?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from app.store.database import Connection
from app.store.doctor.told import Told, fault, ok, warn
from app.store.versions import ServerTooOld, check_database

_VERSION, _CLOCK, _ZONES = "PostgreSQL", "clock 时钟", "database's time zones 数据库时区"
_KEEPS, _ROOM, _UPKEEP = "durability 持久性", "connections 连接数", "upkeep 自动维护"
_MEMORY, _LOG, _DATA = "memory 内存", "server's log 数据库日志", "data 数据量"
_SETTINGS = """
select name, case unit when '8kB' then (setting::bigint * 8192)::text
    when 'MB' then (setting::bigint * 1048576)::text else setting end
from pg_settings where name = any($1::text[])
"""
_READ = """
max_connections superuser_reserved_connections reserved_connections shared_buffers fsync
full_page_writes synchronous_commit synchronous_standby_names wal_level max_wal_senders
checkpoint_timeout max_wal_size autovacuum track_counts log_statement log_min_duration_statement
log_parameter_max_length max_locks_per_transaction
"""
READ = _READ.split()
STEADY = 12
"""Connections of a process beside its pool (store/database.py)."""
_CONF = "postgresql.conf, or `patronictl edit-config` 修改数据库配置"
_OFF_S, _WRONG_S = 1.0, 5.0
_LOCKED, _LOCKS = "locks 锁", 256


async def settings(connection: Connection) -> dict[str, str]:
    """What the server is set to; sizes in bytes, times in seconds."""
    return dict(await connection.fetch(_SETTINGS, READ))


async def version(connection: Connection) -> Told:
    """Whether it is new enough."""
    try:
        check_database(connection)
    except ServerTooOld as error:
        return fault(_VERSION, str(error), "upgrade it 升级")
    there = connection.get_server_version()
    size = await connection.fetchval("select pg_database_size(current_database())")
    return ok(_VERSION, f"{there.major}.{there.micro}; this database has {size / 1e9:.1f} GB")


async def zones(connection: Connection) -> Told:
    """Statements cut days where China does."""
    there = await connection.fetchval(
        "select exists (select from pg_timezone_names where name = 'Asia/Shanghai')"
    )
    if there:
        return ok(_ZONES, "Asia/Shanghai")
    return fault(_ZONES, "Asia/Shanghai isn't known", "install tzdata there 在数据库主机安装tzdata")


def clock(apart: timedelta) -> Told:
    """This machine's beside the database's."""
    seconds = apart.total_seconds()
    said = f"{seconds:+.1f} s beside the database's"
    do = "chronyc tracking on both; slew, don't step 检查两台机器的时间同步"
    if abs(seconds) >= _WRONG_S:
        return fault(_CLOCK, said, do)
    return warn(_CLOCK, said, do) if abs(seconds) >= _OFF_S else ok(_CLOCK, said)


def judged(there: Mapping[str, str], wanted: int, standby: bool) -> Iterator[Told]:
    """What the settings are worth. ``wanted``: the most connections that all processes may take;
    ``standby``: whether one is named."""
    yield _keeps(there, standby)
    yield _room(there, wanted)
    yield _locks(there)
    yield _upkeep(there)
    size = int(there["shared_buffers"])
    said = f"shared_buffers {size / 2**20:.0f} MB"
    do = f"a quarter of that machine's memory: {_CONF}"
    yield ok(_MEMORY, said) if size >= 128 * 2**20 else warn(_MEMORY, said, do)
    yield _log(there)


def _keeps(there: Mapping[str, str], standby: bool) -> Told:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if there[name] in ("off", "local"):
            return fault(
                _KEEPS,
                f"{name} is {there[name]}: what a till was told may be lost",
                f"set it on: {_CONF}",
            )
    if standby and (there["wal_level"] == "minimal" or int(there["max_wal_senders"]) == 0):
        return fault(_KEEPS, "no standby can follow", f"wal_level = replica: {_CONF}")
    named = there["synchronous_standby_names"]
    if standby and not named:
        return warn(
            _KEEPS,
            "a standby is named, but no commit waits for one",
            "synchronous_standby_names, or a cluster (deploy/cluster) 设置同步备库，或使用集群",
        )
    return ok(_KEEPS, f"commits wait for {named}" if named else "commits lie on this disk")


def _room(there: Mapping[str, str], wanted: int) -> Told:
    kept = int(there["superuser_reserved_connections"]) + int(there["reserved_connections"])
    free = int(there["max_connections"]) - kept
    said = f"{free} for us, up to {wanted} wanted"
    do = "a greater max_connections, a smaller QINJI_DATABASE_POOL_MAX or fewer processes"
    return ok(_ROOM, said) if wanted <= free else warn(_ROOM, said, f"{do} 调整连接数")


def _locks(there: Mapping[str, str]) -> Told:
    """A plan that is kept is made for all months of a table and locks each with its indexes."""
    most = int(there["max_locks_per_transaction"])
    said = f"max_locks_per_transaction {most}"
    if most < _LOCKS:
        return warn(_LOCKED, said, f"{_LOCKS} or more, standbys first: {_CONF}")
    return ok(_LOCKED, said)


def _upkeep(there: Mapping[str, str]) -> Told:
    for name in ("autovacuum", "track_counts"):
        if there[name] == "off":
            return fault(_UPKEEP, f"{name} is off: tables only grow", f"set it on: {_CONF}")
    every, most = int(there["checkpoint_timeout"]), int(there["max_wal_size"])
    said = f"checkpoints every {every} s or {most / 2**30:.1f} GB"
    if every < 300 or most < 1 << 30:
        return warn(_UPKEEP, said, f"15min and 2GB at the least: {_CONF}")
    return ok(_UPKEEP, said)


def _log(there: Mapping[str, str]) -> Told:
    """Statements' parameters name people."""
    loud = there["log_statement"] != "none" or there["log_min_duration_statement"] != "-1"
    if loud and there["log_parameter_max_length"] != "0":
        return warn(
            _LOG,
            "statements are logged with what they carry",
            f"log_parameter_max_length = 0: {_CONF}",
        )
    return ok(_LOG, "nothing of people's")
