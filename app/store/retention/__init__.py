"""How long each kind of data is kept, and the nightly removal of what has had its time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

from app.kit.ids import first_id_at
from app.store.cells.shared import Shared, homes
from app.store.database import Database
from app.store.retention.kinds import REMOVED, Removed

PORTION = 500
_REST_S = 0.05


async def remove_old(
    database: Database, now: datetime, portion: int = PORTION, apart: Shared | None = None
) -> Counter[str]:
    """Removes what is older than its kind is kept, in portions of a moment each; gives how many
    rows of each table. Who ends it half-way leaves whole portions. ``apart``: where the shared
    tables are, if that is another database."""
    removed: Counter[str] = Counter()
    for kind in REMOVED:
        for home in homes(kind.table, database, apart):
            removed[kind.table] += await _remove(home, kind, now, portion)
    return +removed


async def _remove(home: Database, kind: Removed, now: datetime, portion: int) -> int:
    before = now - kind.kept
    mark = first_id_at(before) if kind.by_id else before
    removed = 0
    while gone := await home.value(_statement(kind), mark, portion):
        removed += gone
        if gone < portion:
            break
        await asyncio.sleep(_REST_S)
    return removed


def _statement(kind: Removed) -> str:
    also = f" and ({kind.only})" if kind.only else ""
    return f"""
with gone as (
    delete from {kind.table} where ctid in (
        select ctid from {kind.table} where {kind.column} < $1{also}
        order by {kind.column} limit $2 for update skip locked)
    returning 1
)
select count(*)::int from gone
"""  # noqa: S608 (the table's own words)
