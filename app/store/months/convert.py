"""Brings the tables of an installation to months while it runs.

What is long (reading a whole table to see how far its ids go) happens beside the work, which waits
for nothing. What locks only changes names, and gives up after a moment rather than let tills wait
behind it for somebody who is slow; then it tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg

from app.kit.clock import SHANGHAI
from app.kit.ids import moment_of
from app.store.months.parts import MONTHLY
from app.store.urls.postgres import OWNER, credentials, owner_credentials
from app.store.urls.several import found
from app.store.versions import StartRefused

_LOCK_MS = 300
_PAUSE_S = 0.5
_TRIES = 200
_KEY = """
select a.attname::text from pg_index i
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
where i.indrelid = $1::text::regclass and i.indisprimary
"""
# A border two months ahead leaves a month at the least for a conversion that was broken off.
_BORDER = "select public.first_id_at(public.month_after(public.present(), 2))"
_CHECK = """
select pg_get_constraintdef(oid) as text from pg_constraint
where conrelid = $1::text::regclass and conname = $2
"""
_IS_PLAIN = "select relkind = 'r' from pg_class where oid = $1::text::regclass"
_OWNS = """
select coalesce(bool_and(pg_has_role(relowner, 'USAGE')), false) from pg_class
where oid = 'public.transfer'::regclass
"""


async def convert(
    database_url: str,
    report: Callable[[str], None] = lambda line: None,
    *,
    owner_url: str = "",
) -> int:
    """Divides what isn't divided yet; gives how many tables. Broken off, it goes on where it was.

    Raises:
        StartRefused: the role may not, or a table couldn't be locked even for a moment.
    """
    given = await found(owner_credentials(owner_url) if owner_url else credentials(database_url))
    connection = await asyncpg.connect(**given)
    try:
        if not await connection.fetchval(_OWNS):
            raise StartRefused(
                f"This role does not own the tables: run it with {OWNER}."
                f" 当前角色不拥有这些表，请用{OWNER}运行。"
            )
        divided = 0
        for table in MONTHLY:
            if await connection.fetchval(_IS_PLAIN, table):
                await _divide(connection, table, report)
                divided += 1
        await _soon(connection, "select public.make_months()")
        await connection.execute("select public.count_months()")
        return divided
    finally:
        await connection.close()


async def _divide(connection: Any, table: str, report: Callable[[str], None]) -> None:
    key = await connection.fetchval(_KEY, table)
    border: int = await connection.fetchval(_BORDER)
    check = f"{table}_months"
    there = await connection.fetchrow(_CHECK, table, check)
    if there is None or str(border) not in there["text"]:
        # One that is there is of a conversion that was broken off, some months ago.
        await _soon(connection, f"alter table {table} drop constraint if exists {check}")
        await _soon(
            connection,
            f"alter table {table} add constraint {check} check ({key} < {border}) not valid",
        )
    report(f"{table}: reads how far its ids go 核对编号范围")
    await connection.execute(f"alter table {table} validate constraint {check}")
    await _soon(connection, f"select public.divide_by_month('{table}', {border})")
    report(f"{table}: by months from {_month(border)} on 已按月分区")


def _month(border: int) -> str:
    return f"{moment_of(border).astimezone(SHANGHAI):%Y-%m}"


async def _soon(connection: Any, statement: str) -> None:
    """Runs what takes a lock for a moment, as soon as it can be had within a moment."""
    for turn in range(_TRIES):
        try:
            async with connection.transaction():
                await connection.execute(f"set local lock_timeout = '{_LOCK_MS}ms'")
                await connection.execute(statement)
            return
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            await asyncio.sleep(_PAUSE_S * (1 + turn % 4))
    raise StartRefused(
        "a table is held by somebody the whole time: look at pg_stat_activity for a transaction"
        " that doesn't end, then run this again. 表一直被占用，请检查未结束的事务后重试。"
    )
