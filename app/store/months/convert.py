"""Brings the tables of an installation to months while it runs.

What is long (reading a whole table to see how far its ids go) happens beside the work, which waits
for nothing. What locks only changes names (``owner.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.kit.clock import SHANGHAI
from app.kit.ids import moment_of
from app.store.months.owner import owner_of, soon
from app.store.months.parts import MONTHLY

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
    async with owner_of(database_url, owner_url) as connection:
        divided = 0
        for table in MONTHLY:
            if await connection.fetchval(_IS_PLAIN, table):
                await _divide(connection, table, report)
                divided += 1
        await soon(connection, "select public.make_months()")
        await connection.execute("select public.count_months()")
        return divided


async def _divide(connection: Any, table: str, report: Callable[[str], None]) -> None:
    key = await connection.fetchval(_KEY, table)
    border: int = await connection.fetchval(_BORDER)
    check = f"{table}_months"
    there = await connection.fetchrow(_CHECK, table, check)
    if there is None or str(border) not in there["text"]:
        # One that is there is of a conversion that was broken off, some months ago.
        await soon(connection, f"alter table {table} drop constraint if exists {check}")
        await soon(
            connection,
            f"alter table {table} add constraint {check} check ({key} < {border}) not valid",
        )
    report(f"{table}: reads how far its ids go 核对编号范围")
    await connection.execute(f"alter table {table} validate constraint {check}")
    await soon(connection, f"select public.divide_by_month('{table}', {border})")
    report(f"{table}: by months from {_month(border)} on 已按月分区")


def _month(border: int) -> str:
    return f"{moment_of(border).astimezone(SHANGHAI):%Y-%m}"
