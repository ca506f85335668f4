"""Seals what rows of the version before hold in clear, while people are served.

A row is locked while its value is sealed, and whoever reads it finds the one or the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.kit.sm import Cipher
from app.store.database import Connection, Database, Record
from app.store.sealed.columns import SealedColumn


async def seal_clear(
    connection: Connection, cipher: Cipher, column: SealedColumn, which: str, *given: object
) -> int:
    """Seals what is in clear in rows ``which`` (SQL: a condition, and more behind it) names; gives
    how many. To be called in a transaction."""
    keys, name = ", ".join(column.keys), column.name
    clear = name if column.in_bytes else f"convert_to({name}::text, 'UTF8')"
    something = f"{name} is not null" if column.in_bytes else f"{name}::text <> '{column.nothing}'"
    rows = await connection.fetch(
        f"select {keys}, {clear} as clear from {column.table}"  # noqa: S608
        f" where {something} and {which} for no key update",
        *given,
    )
    if not rows:
        return 0
    sealed = await asyncio.to_thread(_sealed, cipher, column, rows)
    at = " and ".join(f"{key} = ${n}" for n, key in enumerate(column.keys, 2))
    await connection.executemany(
        f"update {column.table} set {column.sealed} = $1, {name} = null where {at}",  # noqa: S608
        sealed,
    )
    return len(rows)


async def seal_few(database: Database, cipher: Cipher, column: SealedColumn, size: int) -> int:
    """Seals all that is in clear in a table in which there is never much, ``size`` rows at a time;
    gives how many."""
    [key] = column.keys
    some = f"select {key} from {column.table} where {column.name} is not null limit {int(size)}"  # noqa: S608
    done = 0
    while True:
        async with database.transaction() as connection:
            found = await seal_clear(connection, cipher, column, f"{key} in ({some})")
        if not found:
            return done
        done += found


def _sealed(
    cipher: Cipher, column: SealedColumn, rows: Sequence[Record]
) -> list[tuple[object, ...]]:
    found = []
    for row in rows:
        key = tuple(row[name] for name in column.keys)
        found.append((cipher.seal_bytes(row["clear"], column.belongs_to(*key)), *key))
    return found
