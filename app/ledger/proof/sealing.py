"""Seals new transfers and settlements, off the hot path, and closes days.

The sealer is a reader of the feed (app/store/feed.py): it stays half a minute behind and looks
again for what was committed late. A seal tells that its row was read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kit.clock import Clock, local_date
from app.ledger.proof import closing
from app.ledger.proof.seals import BEFORE, FEED, SETTLEMENT_TEXT, TRANSFER_TEXT, leaf
from app.store.database import Connection, Database, Record
from app.store.feed import Batch, Feed, Left, Ran, Source

_BATCH, _SMALL_BATCH = 2000, 500
_AT_ONCE = 256

_TRANSFERS = f"""
select t.id, 1::smallint as kind, t.created_at as moment, {TRANSFER_TEXT} as text,
    d.id as debit_id, d.hash as debit_hash, c.id as credit_id, c.hash as credit_hash
from (
    select * from transfer where id > $1 and id <= $2
        and not exists (select from seal where seal.id = transfer.id) order by id limit $3
) as t {BEFORE} order by t.id
"""  # noqa: S608
_SETTLEMENTS = f"""
select s.id, 2::smallint as kind, s.settled_at as moment, {SETTLEMENT_TEXT} as text,
    null::bigint as debit_id, null::bytea as debit_hash, null::bigint as credit_id,
    null::bytea as credit_hash
from settlement s where s.id > $1 and s.id <= $2
    and not exists (select from seal where seal.id = s.id) order by s.id limit $3
"""  # noqa: S608
_INSERT = """
insert into seal (id, kind, day, hash)
select * from unnest($1::bigint[], $2::smallint[], $3::date[], $4::bytea[])
"""
_COUNT = """
insert into day_root as r (day, leaves, first_id, last_id)
select * from unnest($1::date[], $2::bigint[], $3::bigint[], $4::bigint[])
on conflict (day) do update set leaves = r.leaves + excluded.leaves,
    first_id = least(r.first_id, excluded.first_id), last_id = greatest(r.last_id, excluded.last_id)
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run did."""

    rows: int
    days_closed: int


class LedgerSealer:
    """Seals what is new, batch by batch."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._feed = Feed(database, FEED, Source((_TRANSFERS, _SETTLEMENTS)))

    async def run(
        self, *, now: datetime | None = None, watch: Callable[[int], None] = lambda rows: None
    ) -> Sealed:
        """Seals all that is half a minute old, and closes the days that are over.

        ``watch`` is told how many rows each batch sealed.

        Another sealer at work: nothing is done.
        """
        now = now or self._clock.now()
        return await self._close(await self._feed.run(_seal, now, at_once=_BATCH, watch=watch), now)

    async def run_gently(self, *, now: datetime | None = None) -> Sealed:
        """The same for a process that has something better to do: in small batches with rests
        between them; what was committed late is found when it can't become later still.

        This sealer still at work: nothing is done.
        """
        now = now or self._clock.now()
        return await self._close(await self._feed.run_gently(_seal, now, at_once=_SMALL_BATCH), now)

    async def _close(self, ran: Ran, now: datetime) -> Sealed:
        return Sealed(ran.rows, await closing.close_days(self._database, now) if ran.whole else 0)


async def _seal(batch: Batch) -> Left:
    """Seals the rows whose forerunners are sealed; the others have to wait for them."""
    hashes, waits_for = await _hash(batch.rows, batch.floor)
    await _write(batch.connection, batch.rows, hashes)
    return Left(frozenset(row["id"] for row in batch.rows if row["id"] not in hashes), waits_for)


async def _hash(rows: Sequence[Record], floor: int) -> tuple[dict[int, bytes], frozenset[int]]:
    """Hashes by id, and the forerunners for which some rows have to wait.

    Two machines' clocks may differ, so that a transfer has a smaller id than the one before it in
    an account's chain; such a row is hashed after its forerunner, or left to a later batch.
    """
    hashes: dict[int, bytes] = {}
    here = {row["id"] for row in rows}
    left, waits_for = list(rows), set[int]()
    while left:
        again: list[Record] = []
        for number, row in enumerate(left):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # the worker settles meanwhile
            missing = [
                before
                for side in ("debit", "credit")
                if (before := row[f"{side}_id"]) is not None
                and row[f"{side}_hash"] is None
                and before not in hashes
                and before > floor
            ]
            if missing:
                again.append(row)
                waits_for.update(one for one in missing if one not in here)
                continue
            debit, credit = (
                row[f"{side}_hash"] or hashes.get(row[f"{side}_id"]) for side in ("debit", "credit")
            )
            hashes[row["id"]] = leaf(row["text"], debit, credit)
        if len(again) == len(left):
            break
        left = again
    return hashes, frozenset(waits_for)


async def _write(connection: Connection, rows: Iterable[Record], hashes: dict[int, bytes]) -> None:
    """Writes seals. What comes after its day was closed counts in the first open day."""
    if not hashes:
        return
    closed: date | None = await connection.fetchval(
        "select max(day) from day_root where closed_at is not null"
    )
    first_open = closed + timedelta(days=1) if closed else date.min
    sealed = [row for row in rows if row["id"] in hashes]
    days = [max(local_date(row["moment"]), first_open) for row in sealed]
    ids = [row["id"] for row in sealed]
    await connection.execute(
        _INSERT, ids, [row["kind"] for row in sealed], days, [hashes[one] for one in ids]
    )
    of_day: dict[date, list[int]] = {}
    for one, day in zip(ids, days, strict=True):
        of_day.setdefault(day, []).append(one)
    await connection.execute(
        _COUNT,
        list(of_day),
        [len(part) for part in of_day.values()],
        [min(part) for part in of_day.values()],
        [max(part) for part in of_day.values()],
    )
