"""What counts under limits that survive, in the database: keyed indexes and hashes, no person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.store.database import Connection, Database

# Waits for no disk: what is lost is lost only when the server dies within the next moments. In one
# order, so that two processes with the same marks don't wait for each other.
_USE = """
insert into signature_use (mark, until)
select mark, until from unnest($1::bytea[], $2::timestamptz[]) as new (mark, until),
    (select set_config('synchronous_commit', 'off', true)) as quick
order by mark
on conflict (mark) do nothing returning mark
"""
_BIND = """
insert into signature_use (mark, until, message)
select new.* from unnest($1::bytea[], $2::timestamptz[], $3::bytea[]) as new (mark, until, message),
    (select set_config('synchronous_commit', 'off', true)) as quick
order by mark
on conflict (mark) do nothing returning mark
"""
# Who came second has waited for the first: a statement of its own sees it.
_FIRST = "select mark, message from signature_use where mark = any($1::bytea[])"
_FORGET_OLD = "delete from limit_use where key = any($1::bytea[]) and at <= $2"
_SINCE = "select at from limit_use where key = any($1::bytea[]) order by at"
_FORGET_USES = """
delete from signature_use where mark in
    (select mark from signature_use where until < $1 limit 100000 for update skip locked)
"""


async def lock(connection: Connection, keys: Sequence[bytes]) -> None:
    """Locks keys, in their order, until the transaction ends: no two count one at the same time."""
    for key in sorted(keys):
        number = int.from_bytes(key[:8], "big", signed=True)
        await connection.execute("select pg_advisory_xact_lock($1)", number)


async def since(connection: Connection, keys: Sequence[bytes], moment: datetime) -> list[datetime]:
    """When one of some keys was counted since a moment, oldest first; what is older is
    forgotten."""
    await connection.execute(_FORGET_OLD, keys, moment)
    rows = await connection.fetch(_SINCE, keys)
    return [row["at"] for row in rows]


async def count(connection: Connection, use: int, key: bytes, moment: datetime) -> None:
    await connection.execute(
        "insert into limit_use (id, key, at) values ($1, $2, $3)", use, key, moment
    )


async def forget(database: Database, uses: Sequence[int]) -> None:
    await database.value("delete from limit_use where id = any($1::bigint[])", list(uses))


async def use(connection: Connection, marks: Mapping[bytes, datetime]) -> set[bytes]:
    """Notes marks (and until when they matter): those that were not noted yet."""
    rows = await connection.fetch(_USE, list(marks), list(marks.values()))
    return {bytes(row["mark"]) for row in rows}


async def bind(
    connection: Connection, marks: Mapping[bytes, tuple[datetime, bytes]]
) -> tuple[set[bytes], dict[bytes, bytes | None]]:
    """Notes marks with the message each came with: those that were not noted yet, and with which
    message every one of them came first."""
    untils, messages = zip(*marks.values(), strict=True)
    rows = await connection.fetch(_BIND, list(marks), list(untils), list(messages))
    first = await connection.fetch(_FIRST, list(marks))
    return (
        {bytes(row["mark"]) for row in rows},
        {bytes(row["mark"]): row["message"] for row in first},
    )


async def forget_uses(connection: Connection, moment: datetime) -> None:
    """Forgets marks that mattered until before a moment."""
    await connection.execute(_FORGET_USES, moment)
