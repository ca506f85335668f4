"""Seals new transfers and settlements, off the hot path, and closes days.

The sealer stays half a minute behind, so that it meets what is committed, and takes one locked row
while it writes a batch, so that two of them never seal side by side. Ids grow with time but are
made before their commit: what came late is looked for again in the last minutes below the mark.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kit.clock import Clock, local_date
from app.kit.ids import first_id_at, moment_of
from app.ledger.proof import closing
from app.ledger.proof.seals import BEFORE, SETTLEMENT_TEXT, TRANSFER_TEXT, leaf
from app.store.database import Connection, Database, Record

_BEHIND = timedelta(seconds=30)
# No transaction lives longer: a statement may take 60 s, a pause in it 30 s (store/database.py).
_LATE = timedelta(seconds=150)
_BATCH, _SMALL_BATCH = 2000, 500
_REST = 3
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
_BY_INDEX = """
set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off;
set local enable_hashjoin = off; set local enable_mergejoin = off;
set local max_parallel_workers_per_gather = 0; set local plan_cache_mode = force_custom_plan
"""
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


class Sealer:
    """Seals what is new, batch by batch."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._gentle = asyncio.Lock()

    async def run(
        self, *, now: datetime | None = None, watch: Callable[[int], None] = lambda rows: None
    ) -> Sealed:
        """Seals all that is half a minute old, and closes the days that are over.

        ``watch`` is told how many rows each batch sealed.

        Another sealer at work: nothing is done.
        """
        return await self._run(now or self._clock.now(), watch, gently=False)

    async def run_gently(self, *, now: datetime | None = None) -> Sealed:
        """The same for a process that has something better to do: in small batches, each followed
        by a rest of three times its length; what was committed late is found when it can't become
        later still (``_LATE``), not at once.

        This sealer still at work: nothing is done.
        """
        if self._gentle.locked():
            return Sealed(0, 0)
        async with self._gentle:
            return await self._run(now or self._clock.now(), lambda rows: None, gently=True)

    async def _run(self, now: datetime, watch: Callable[[int], None], *, gently: bool) -> Sealed:
        mark = first_id_at(now - _BEHIND) - 1
        size = _SMALL_BATCH if gently else _BATCH
        total, batch, first = 0, size, True
        while True:
            begun = asyncio.get_running_loop().time()
            async with self._database.transaction() as connection:
                sealed_to = await _lock(connection)
                if sealed_to is None:
                    return Sealed(total, 0)
                if first:  # what was committed late, below the mark of an earlier run
                    last = min(sealed_to, _floor(mark)) if gently else sealed_to
                    total += await _late(connection, sealed_to, last)
                    first = False
                if sealed_to >= mark:
                    break
                done, reached = await _batch(connection, sealed_to, mark, batch)
            total += done
            watch(done)
            # Nothing but rows whose forerunner lies beyond the batch: look farther.
            batch = size if done or reached > sealed_to else batch * 2
            if gently:
                await asyncio.sleep(_REST * (asyncio.get_running_loop().time() - begun))
        return Sealed(total, await closing.close_days(self._database, now))


async def _lock(connection: Connection) -> int | None:
    """Takes the sealer's turn; gives up to where everything is sealed. None: another one has it."""
    # Everything is entered by an index, in its order; a plan made while `seal` was small, or by a
    # wrong guess of how little is not sealed, would read all there is.
    await connection.execute(_BY_INDEX)
    sealed_to: int | None = await connection.fetchval(
        "select sealed_to from seal_state for update skip locked"
    )
    return sealed_to


async def _late(connection: Connection, sealed_to: int, to: int) -> int:
    """Seals what has come late. Before the mark moves, all is looked at that drops below the floor
    with it; so no row is passed for good unseen, and each is looked at once."""
    after = _floor(sealed_to)
    rows, _ = await _read(connection, after, to, 1_000_000)
    hashes, _ = await _hash(rows, after)
    if len(hashes) < len(rows) and to < sealed_to:  # its forerunner has come late, too
        return await _late(connection, sealed_to, sealed_to)
    await _write(connection, rows, hashes)
    return len(hashes)


def _floor(sealed_to: int) -> int:
    """What is not sealed and has no greater id never will be: `ledger verify` tells it."""
    return first_id_at(moment_of(sealed_to) - _LATE) if sealed_to else 0


async def _batch(connection: Connection, sealed_to: int, mark: int, limit: int) -> tuple[int, int]:
    """Seals the next rows; gives how many, and up to where everything is sealed now."""
    rows, reached = await _read(connection, sealed_to, mark, limit)
    hashes, waits_for = await _hash(rows, _floor(sealed_to))
    # A forerunner that became visible only now: the next batch begins below it.
    below = [row["id"] for row in rows if row["id"] not in hashes]
    if any(one <= sealed_to for one in waits_for):
        await _late(connection, sealed_to, sealed_to)
    reached = min([reached, *(one - 1 for one in below)])
    await _write(connection, rows, hashes)
    await connection.execute("update seal_state set sealed_to = $1", reached)
    return len(hashes), reached


async def _read(
    connection: Connection, after: int, to: int, limit: int
) -> tuple[list[Record], int]:
    """Rows that are not sealed, in order of id, and the id up to which these are all."""
    rows = await connection.fetch(_TRANSFERS, after, to, limit)
    others = await connection.fetch(_SETTLEMENTS, after, to, limit)
    ends = [part[-1]["id"] for part in (rows, others) if len(part) == limit]
    reached = min([to, *ends])
    found = [row for row in (*rows, *others) if row["id"] <= reached]
    return sorted(found, key=lambda row: row["id"]), reached


async def _hash(rows: Sequence[Record], floor: int) -> tuple[dict[int, bytes], list[int]]:
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
                before for side in ("debit", "credit")
                if (before := row[f"{side}_id"]) is not None and row[f"{side}_hash"] is None
                and before not in hashes and before > floor
            ]  # fmt: skip
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
    return hashes, sorted(waits_for)


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
        _COUNT, list(of_day), [len(part) for part in of_day.values()],
        [min(part) for part in of_day.values()], [max(part) for part in of_day.values()],
    )  # fmt: skip
