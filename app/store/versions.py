"""Which versions of the servers the program needs, and a clear word before anything is changed."""

from __future__ import annotations

import re

import asyncpg
from redis.asyncio import Redis

POSTGRES_NEEDED = 18
"""``returning old.…`` came with it."""
REDIS_NEEDED = (6, 2)
"""What everything was built on; Valkey, which split off at 7.2, tells that as its Redis version."""


class StartRefused(RuntimeError):
    """Nothing may start as things stand; the text says why and what to do, for people."""


class ServerTooOld(StartRefused):
    """A server is of a version that the program can't work with; the text says which is needed."""


def check_database(connection: asyncpg.Connection, needed: int = POSTGRES_NEEDED) -> None:
    """Makes sure that the database's server is new enough.

    Raises:
        ServerTooOld: it is not.
    """
    there = connection.get_server_version()
    if there.major < needed:
        found = f"PostgreSQL {there.major}.{there.micro}"
        raise ServerTooOld(
            f"The database is {found}; PostgreSQL {needed} or newer is needed (QINJI_DATABASE_URL)."
            f" 数据库是{found}，需要PostgreSQL {needed}或更新的版本。"
        )


async def check_redis(redis: Redis, needed: tuple[int, int] = REDIS_NEEDED) -> None:
    """Makes sure that Redis, or what speaks its protocol, is new enough.

    Raises:
        ServerTooOld: it is not.
    """
    told = str((await redis.info("server")).get("redis_version", "?"))
    parts = re.match(r"(\d+)\.(\d+)", told)
    if parts is None or (int(parts[1]), int(parts[2])) < needed:
        found, wanted = f"Redis {told}", f"Redis {'.'.join(str(part) for part in needed)}"
        raise ServerTooOld(
            f"The cache is {found}; {wanted} or newer, or Valkey, is needed (QINJI_REDIS_URL)."
            f" 缓存服务是{found}，需要{wanted}或更新的版本，或Valkey。"
        )
