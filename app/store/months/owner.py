"""Works on the months as who owns the tables. What locks a table gives up after a moment rather
than let tills wait behind it for somebody who is slow; then it tries again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.store.urls.postgres import OWNER, credentials, owner_credentials
from app.store.urls.several import found
from app.store.versions import StartRefused

LOCK_MS = 300
PAUSE_S = 0.5
TRIES = 200
_OWNS = """
select coalesce(bool_and(pg_has_role(relowner, 'USAGE')), false) from pg_class
where oid = 'public.transfer'::regclass
"""


@asynccontextmanager
async def owner_of(database_url: str, owner_url: str = "") -> AsyncIterator[Any]:
    """A connection of who owns the tables.

    Raises:
        StartRefused: the role may not.
    """
    given = await found(owner_credentials(owner_url) if owner_url else credentials(database_url))
    connection = await asyncpg.connect(**given)
    try:
        if not await connection.fetchval(_OWNS):
            raise StartRefused(
                f"This role does not own the tables: run it with {OWNER}."
                f" 当前角色不拥有这些表，请用{OWNER}运行。"
            )
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def at_once(connection: Any) -> AsyncIterator[None]:
    """All of what is done in it, or nothing."""
    async with connection.transaction():
        yield


async def soon(connection: Any, *locking: str, before: Sequence[str] = ()) -> None:
    """Runs what takes a lock for a moment, as soon as it can be had within a moment; ``before``,
    which locks nothing that others want, is done first and in the same transaction."""
    async with connection.transaction():
        for statement in before:
            await connection.execute(statement)
        for turn in range(TRIES):
            try:
                async with connection.transaction():
                    await connection.execute(f"set local lock_timeout = '{LOCK_MS}ms'")
                    for statement in locking:
                        await connection.execute(statement)
                return
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                await asyncio.sleep(PAUSE_S * (1 + turn % 4))
    raise StartRefused(
        "a table is held by somebody the whole time: look at pg_stat_activity for a transaction"
        " that doesn't end, then run this again. 表一直被占用，请检查未结束的事务后重试。"
    )
