"""Takes the indices and foreign keys of tables away for a bulk load, and gives the same ones back.

Primary keys stay: rows come in their order. What is given back is what the catalogue said before;
it is written down in the database (``bench.stripped``) as long as it is away, so that a load which
is killed half-way leaves word of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from app.store.database import Database

_CONSTRAINTS = """
select c.conrelid::regclass::text as table, quote_ident(conname) as name, contype::text as type,
    pg_get_constraintdef(c.oid) as definition
from pg_constraint c
where conrelid = any($1::text[]::regclass[]) and contype in ('u', 'f') order by contype, conname
"""
# An index of a table of months is taken from all its parts and given back to all; one that only a
# part has goes with the table's.
_INDICES = """
select coalesce(pg_partition_root(indrelid), indrelid)::regclass::text as table,
    indexrelid::regclass::text as name,
    replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as definition
from pg_index i
where coalesce(pg_partition_root(indrelid)::oid, indrelid) = any($1::text[]::regclass[])
    and not indisprimary and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid
        and c.contype in ('u', 'x'))
order by indexrelid
"""
_LONG_S = 4 * 3600


_OWN = "create schema if not exists bench"
_KEEP = """
create table if not exists bench.stripped (
    position serial primary key, of_table text not null, statement text not null,
    is_foreign boolean not null
)
"""
_NOTE = "insert into bench.stripped (of_table, statement, is_foreign) values ($1, $2, $3)"


async def strip(database: Database, tables: Sequence[str]) -> None:
    """Drops what slows a load down, and writes down in the same transaction how to get it back."""
    async with database.transaction() as connection:
        constraints = await connection.fetch(_CONSTRAINTS, list(tables))
        indices = await connection.fetch(_INDICES, list(tables))
        notes = [
            (
                row["table"],
                f"alter table {row['table']} add constraint {row['name']} {row['definition']}",
                row["type"] == "f",
            )
            for row in constraints
        ]
        notes += [(row["table"], row["definition"], False) for row in indices]
        await connection.execute(_OWN)
        await connection.execute(_KEEP)
        await connection.executemany(_NOTE, notes)
        for row in constraints:  # foreign keys first: unique ones may serve them
            await connection.execute(f"alter table {row['table']} drop constraint {row['name']}")
        for row in indices:
            await connection.execute(f"drop index {row['name']}")


async def is_stripped(database: Database) -> bool:
    """Whether a load has broken off and something is still to be given back."""
    if await database.value("select to_regclass('bench.stripped') is null"):
        return False
    return bool(await database.value("select exists (select from bench.stripped)"))


async def restore(
    database: Database,
    tables: Sequence[str],
    *,
    at_once: int,
    memory_mb: int,
    told: Callable[[str], None],
) -> None:
    """Builds everything again, ``at_once`` tables at a time, and vacuums and analyses the tables
    so that no autovacuum falls into a measurement. What was built is crossed out with it."""
    waiting = list(tables)

    async def some() -> None:
        while waiting:
            table = waiting.pop(0)
            for position in await _positions(database, "of_table = $1 and not is_foreign", table):
                await _give_back(database, position, memory_mb)
            async with database.connection() as connection:
                await connection.execute(f"vacuum (analyze) {table}", timeout=_LONG_S)
            told(table)

    await asyncio.gather(*(some() for _ in range(at_once)))
    for position in await _positions(database, "is_foreign"):
        await _give_back(database, position, memory_mb)
    told("foreign keys")


async def _positions(database: Database, which: str, *values: object) -> list[int]:
    sql = f"select position from bench.stripped where {which} order by position"  # noqa: S608
    return [row["position"] for row in await database.rows(sql, *values)]


async def _give_back(database: Database, position: int, memory_mb: int) -> None:
    async with database.transaction() as connection:
        await connection.execute(f"set local maintenance_work_mem = '{int(memory_mb)}MB'")
        await connection.execute("set local max_parallel_maintenance_workers = 0")
        await connection.execute("set local statement_timeout = 0")
        statement = await connection.fetchval(
            "delete from bench.stripped where position = $1 returning statement", position
        )
        await connection.execute(statement, timeout=_LONG_S)
