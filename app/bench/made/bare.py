"""Takes the indices and foreign keys of tables away for a bulk load, and gives the same ones back.

Primary keys stay: rows come in their order. What is given back is what the catalogue said before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.store.database import Connection, Database

_CONSTRAINTS = """
select c.conrelid::regclass::text as table, quote_ident(conname) as name, contype::text as type,
    pg_get_constraintdef(c.oid) as definition
from pg_constraint c
where conrelid = any($1::text[]::regclass[]) and contype in ('u', 'f') order by contype, conname
"""
_INDICES = """
select indrelid::regclass::text as table, indexrelid::regclass::text as name,
    pg_get_indexdef(indexrelid) as definition
from pg_index i
where indrelid = any($1::text[]::regclass[]) and not indisprimary
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid
        and c.contype in ('u', 'x'))
order by indexrelid
"""
_LONG_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class Bare:
    """How to give everything back: by table, and the foreign keys after all tables."""

    tables: dict[str, list[str]]
    foreign: list[str]


async def strip(connection: Connection, tables: Sequence[str]) -> Bare:
    """Drops what slows a load down."""
    bare = Bare({table: [] for table in tables}, [])
    constraints = await connection.fetch(_CONSTRAINTS, list(tables))
    indices = await connection.fetch(_INDICES, list(tables))
    for row in constraints:
        again = f"alter table {row['table']} add constraint {row['name']} {row['definition']}"
        (bare.foreign if row["type"] == "f" else bare.tables[row["table"]]).append(again)
    for row in indices:
        bare.tables[row["table"]].append(row["definition"])
    for row in constraints:  # foreign keys first: unique ones may serve them
        await connection.execute(f"alter table {row['table']} drop constraint {row['name']}")
    for row in indices:
        await connection.execute(f"drop index {row['name']}")
    return bare


async def restore(
    database: Database, bare: Bare, *, at_once: int, memory_mb: int, told: Callable[[str], None]
) -> None:
    """Builds everything again, ``at_once`` tables at a time, and vacuums and analyses the tables
    so that no autovacuum falls into a measurement."""
    waiting = list(bare.tables.items())

    async def some() -> None:
        async with database.connection() as connection:
            await connection.execute(f"set maintenance_work_mem = '{int(memory_mb)}MB'")
            await connection.execute("set max_parallel_maintenance_workers = 0")
            while waiting:
                table, statements = waiting.pop(0)
                for statement in statements:
                    await connection.execute(statement, timeout=_LONG_S)
                await connection.execute(f"vacuum (analyze) {table}", timeout=_LONG_S)
                told(table)

    await asyncio.gather(*(some() for _ in range(at_once)))
    async with database.connection() as connection:
        for statement in bare.foreign:
            await connection.execute(statement, timeout=_LONG_S)
    told("foreign keys")
