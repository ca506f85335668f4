"""What lies where: rows and bytes of each table and its indexes, the log so far, Redis by kinds of
keys. Taken before and after a load, the difference is what the load has cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from app.bench.servers import Place, servers
from app.regions.text.show import columns
from app.store.urls.postgres import credentials
from app.store.urls.redis_client import redis_client

_TABLES = """
select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as name,
    sum(pg_table_size(c.oid))::bigint as table, sum(pg_indexes_size(c.oid))::bigint as indexes
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
group by 1 order by 1
"""
_WAL = "select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"
_SETTLEMENT = "settlement"


@dataclass(frozen=True, slots=True)
class Held:
    """Rows, or keys, and their bytes."""

    rows: int
    bytes: int
    indexes: int = 0

    @property
    def whole(self) -> int:
        return self.bytes + self.indexes

    def since(self, before: Held) -> Held:
        return Held(
            self.rows - before.rows, self.bytes - before.bytes, self.indexes - before.indexes
        )


_NOTHING = Held(0, 0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """At one moment, or between two."""

    wal_bytes: int
    tables: dict[str, Held] = field(default_factory=dict)
    redis: dict[str, Held] = field(default_factory=dict)

    def since(self, before: Sizes) -> Sizes:
        """What has come since."""
        return Sizes(
            self.wal_bytes - before.wal_bytes,
            _since(self.tables, before.tables),
            _since(self.redis, before.redis),
        )

    @property
    def bills(self) -> int:
        return self.tables.get(_SETTLEMENT, _NOTHING).rows

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Sizes:
        """What ``write`` has written."""
        told = json.loads(path.read_text(encoding="utf-8"))
        tables, redis = (
            {name: Held(**one) for name, one in told[part].items()} for part in ("tables", "redis")
        )
        return cls(told["wal_bytes"], tables, redis)


def _since(now: dict[str, Held], before: dict[str, Held]) -> dict[str, Held]:
    return {name: one.since(before.get(name, _NOTHING)) for name, one in now.items()}


def run(home: Path) -> Sizes:
    """Of the servers of a home, or of those that the settings name."""
    with servers(home) as place:
        return asyncio.run(sizes(place))


async def sizes(place: Place) -> Sizes:
    """As it is now."""
    connection = await asyncpg.connect(**credentials(place.owner_url))
    try:
        tables = {}
        for name, table, indexes in await connection.fetch(_TABLES):
            rows = await connection.fetchval(f'select count(*) from "{name}"')  # noqa: S608
            tables[name] = Held(rows, table, indexes)
        wal = await connection.fetchval(_WAL)
    finally:
        await connection.close()
    client = redis_client(place.redis_url, Redis)
    try:
        return Sizes(wal, tables, await _redis(client))
    finally:
        await client.aclose()


async def _redis(client: Redis) -> dict[str, Held]:
    found: dict[str, Held] = {}
    async for key in client.scan_iter(count=1000):
        parts = key.decode(errors="replace").split(":")
        kind = ":".join(parts[: 2 if parts[0] == "qinji" else 1])
        used = await client.memory_usage(key) or 0
        before = found.get(kind, _NOTHING)
        found[kind] = Held(before.rows + 1, before.bytes + used)
    return found


def lines(found: Sizes) -> Iterator[str]:
    """A table: what there is, a row's bytes, and what a bill has of it."""
    head = ("表 table", "行 rows", "字节/行 bytes a row", "索引/行 indexes a row", "每笔 a bill")
    largest = sorted(found.tables.items(), key=lambda item: -item[1].whole)
    rows = [_row(name, one, found.bills) for name, one in largest if one.rows > 0]
    whole = sum(one.whole for one in found.tables.values())
    rows.append(("合计 total", "", "", "", _each(whole, found.bills)))
    rows.append(("日志 WAL", "", "", "", _each(found.wal_bytes, found.bills)))
    yield from columns([head, *rows], right=range(1, 5))
    yield ""
    keys = [
        (name, f"{one.rows:,}", _each(one.bytes, one.rows))
        for name, one in sorted(found.redis.items())
    ]
    yield from columns([("Redis", "键 keys", "字节/键 bytes a key"), *keys], right=range(1, 3))


def _row(name: str, one: Held, bills: int) -> tuple[str, ...]:
    each = (_each(one.bytes, one.rows), _each(one.indexes, one.rows), _each(one.whole, bills))
    return (name, f"{one.rows:,}", *each)


def _each(whole: int, count: int) -> str:
    return f"{whole / count:,.0f}" if count > 0 else "-"
