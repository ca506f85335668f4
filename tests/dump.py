"""All that lies in a world's database and Redis, as text: for what must stand nowhere in clear."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import cast

from app.compose import Services


async def everything_in_redis(services: Services) -> str:
    redis = services.cache.redis
    parts: list[bytes] = []
    async for key in redis.scan_iter():
        parts.append(key)
        kind = await redis.type(key)
        if kind == b"string":
            parts.append(await redis.get(key) or b"")
        elif kind == b"hash":
            # hgetall's type says that it may be no coroutine, which it is.
            table = await cast("Awaitable[dict[bytes, bytes]]", redis.hgetall(key))
            parts += [part for pair in table.items() for part in pair]
        elif kind == b"list":
            parts += await cast("Awaitable[list[bytes]]", redis.lrange(key, 0, -1))
        elif kind == b"set":
            parts += await cast("Awaitable[set[bytes]]", redis.smembers(key))
        elif kind == b"zset":
            parts += await redis.zrange(key, 0, -1)
    return b"\n".join(parts).decode(errors="replace")


async def everything_in_the_database(services: Services) -> str:
    """Every table's every column; bytes as hex."""
    database = services.database
    tables = await database.rows("select tablename from pg_tables where schemaname = 'public'")
    parts = []
    for (table,) in tables:
        parts += [row[0] for row in await database.rows(f'select t::text from "{table}" t')]
    return "\n".join(parts)


async def in_clear(services: Services, secrets: Iterable[str | bytes]) -> list[str]:
    """Which of these stand where, as they are or in hex."""
    places = {
        "Redis": await everything_in_redis(services),
        "the database": await everything_in_the_database(services),
    }
    found = []
    for secret in secrets:
        raw = secret if isinstance(secret, bytes) else secret.encode()
        for place, text in places.items():
            if raw.hex() in text or (isinstance(secret, str) and secret in text):
                found.append(f"{secret!r:.40} in {place}")
    return found
