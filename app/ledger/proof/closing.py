"""Closes days: the Merkle root over a day's seals, chained to the root of the day before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

from app.kit.clock import SHANGHAI
from app.kit.ids import first_id_at
from app.kit.log import logger
from app.ledger.proof import merkle
from app.ledger.proof.seals import FEED, day_hash, packed
from app.store.database import Connection, Database
from app.store.feed import lock

# Ten minutes after midnight everything of a day is sealed, what came late too.
_GRACE = timedelta(minutes=10)
_LEAVES = """
select id, hash from seal where id > $1 and id <= $2 and day = $3 order by id limit $4
"""
_READ = 16 * merkle.BLOCK
log = logger(__name__)


async def close_days(database: Database, now: datetime) -> int:
    """Closes every day that is over and wholly sealed, in order; gives how many."""
    closed = 0
    while True:
        async with database.transaction() as connection:
            sealed_to = await lock(connection, FEED)
            row = await connection.fetchrow(
                "select * from day_root where closed_at is null order by day limit 1"
            )
            if sealed_to is None or row is None:
                return closed
            over = datetime.combine(row["day"] + timedelta(days=1), time(), SHANGHAI) + _GRACE
            if now < over or sealed_to < first_id_at(over.astimezone(UTC) - _GRACE / 2):
                return closed
            if not await _close(connection, row, now):
                return closed
        closed += 1


async def _close(connection: Connection, row: dict[str, object], now: datetime) -> bool:
    """Closes one day; False when seals of it are missing: `ledger verify` tells which."""
    day, leaves = row["day"], row["leaves"]
    assert isinstance(day, date) and isinstance(leaves, int)
    roots: list[bytes] = []
    blocks, count = bytearray(), 0
    async for first_id, block in blocks_of(connection, day, row["first_id"], row["last_id"]):
        roots.append(merkle.root(block))
        blocks += packed(first_id, roots[-1])
        count += len(block)
    if count != leaves:
        log.error("day_not_closed", day=day.isoformat(), expected=leaves, found=count)
        return False
    previous = await connection.fetchval(
        "select root from day_root where closed_at is not null order by day desc limit 1"
    )
    top = merkle.root(roots)
    await connection.execute(
        "update day_root set merkle = $2, previous = $3, root = $4, blocks = $5, closed_at = $6 "
        "where day = $1",
        day,
        top,
        previous,
        day_hash(previous, day, leaves, top),
        bytes(blocks),
        now,
    )
    return True


async def blocks_of(
    connection: Connection, day: date, first_id: object, last_id: object
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A day's hashes in blocks of 1024, each with its first id."""
    assert isinstance(first_id, int)
    after = first_id - 1
    while rows := await connection.fetch(_LEAVES, after, last_id, day, _READ):
        for begin in range(0, len(rows), merkle.BLOCK):
            part = rows[begin : begin + merkle.BLOCK]
            yield part[0]["id"], [row["hash"] for row in part]
            await asyncio.sleep(0)
        after = rows[-1]["id"]
