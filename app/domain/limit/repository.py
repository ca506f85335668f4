"""What counts under limits that survive, in the database: keyed indexes, no person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.database import Connection, Database


async def lock(connection: Connection, keys: Sequence[bytes]) -> None:
    """Locks keys, in their order, until the transaction ends: no two count one at the same time."""
    for key in sorted(keys):
        number = int.from_bytes(key[:8], "big", signed=True)
        await connection.execute("select pg_advisory_xact_lock($1)", number)


async def since(connection: Connection, key: bytes, moment: datetime) -> list[datetime]:
    """When a key was counted since a moment, oldest first; what is older is forgotten."""
    await connection.execute("delete from limit_use where key = $1 and at <= $2", key, moment)
    rows = await connection.fetch("select at from limit_use where key = $1 order by at", key)
    return [row["at"] for row in rows]


async def count(connection: Connection, use: int, key: bytes, moment: datetime) -> None:
    await connection.execute(
        "insert into limit_use (id, key, at) values ($1, $2, $3)", use, key, moment
    )


async def forget(database: Database, uses: Sequence[int]) -> None:
    await database.value("delete from limit_use where id = any($1::bigint[])", list(uses))
