"""What happened, for whoever wants to know: rows of append-only tables in order of id, each once
and none missed, off the path of those who write them.

Ids grow with time (app/kit/ids.py) but are made before their commit, so a row may become visible
below one that was read long ago. Therefore a reader stays half a minute behind, and what came
later still is looked for in the last minutes below its mark. The mark moves in the transaction in
which rows are handled: a reader that is killed begins again where it was, and has done nothing
twice. Readers know nothing of each other; two processes with the same reader take turns.

    feed = Feed(database, "notice", table("notice", "transfer", "id, kind, amount_fen"))
    await feed.run_gently(handle, now, at_once=500)   # handle(batch) writes with batch.connection
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from app.kit.ids import first_id_at, moment_of
from app.store.database import Connection, Database, Record

_BEHIND = timedelta(seconds=30)
# No transaction lives longer: a statement may take 60 s, a pause in it 30 s (store/database.py).
_LATE = timedelta(seconds=150)
_LATE_ROWS_MAX = 1_000_000
_QUIET = timedelta(minutes=1)
"""So far at the most a mark is left behind where nothing happens."""
_REST = 3

# Everything is entered by an index, in its order; a plan made while a table was small, or by a
# wrong guess of how little is left to read, would read all there is.
_BY_INDEX = """
set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off;
set local enable_hashjoin = off; set local enable_mergejoin = off;
set local max_parallel_workers_per_gather = 0; set local plan_cache_mode = force_custom_plan
"""
_READ_TO = "select read_to from feed where name = $1"
_BEGIN = "insert into feed (name, read_to) values ($1, $2) on conflict do nothing returning read_to"
_MOVE = "update feed set read_to = $2 where name = $1"
_REMEMBER = "insert into feed_batch (name, last_id, ids) values ($1, $2, $3)"
_FORGET = "delete from feed_batch where name = $1 and last_id <= $2"


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from.

    Attributes:
        statements: each gives rows with a column ``id``, in its order: those after $1, up to $2,
            at most $3, and none that was handled. Ids differ across statements, too.
        remembered: whether the feed itself must remember for some minutes what was handled; not
            if the reader leaves a trace of each row, by which its statements leave it out.
    """

    statements: tuple[str, ...]
    remembered: bool = False


def table(name: str, of: str, columns: str = "*") -> Source:
    """The rows of one table, for the reader ``name``. All arguments are the program's own."""
    statement = f"select {columns} from {of} where {unseen(name)} order by id limit $3"  # noqa: S608
    return Source((statement,), remembered=True)


def unseen(name: str, column: str = "id") -> str:
    """SQL for a statement of a source that is ``remembered``: the rows that are asked for and that
    the reader ``name`` has not handled."""
    return f"""{column} > $1 and {column} <= $2 and {column} not in (
    select unnest(b.ids) from feed_batch b where b.name = '{name}' and b.last_id > $1
)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to be handled, in order of id, with the connection whose transaction moves the mark.

    Nothing comes any more up to the id ``floor``.
    """

    connection: Connection
    rows: Sequence[Record]
    floor: int


@dataclass(frozen=True, slots=True)
class Left:
    """The ids of a batch that were not handled and have to be given again, and the ids of other
    rows for which they wait."""

    ids: Set[int] = frozenset()
    waits_for: Set[int] = frozenset()


Handle: TypeAlias = Callable[[Batch], Awaitable[Left | None]]
"""Handles a batch; None: all of it."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How many rows a run handled, and whether it came to its end: no other one was at work."""

    rows: int
    whole: bool


class Feed:
    """One reader: its name, up to 40 characters, and what it reads.

    What has the id ``since`` or a smaller one was before its time.
    """

    def __init__(self, database: Database, name: str, source: Source, *, since: int = 0) -> None:
        self._database = database
        self._name = name
        self._source = source
        self._since = since
        self._gentle = asyncio.Lock()

    async def run(
        self,
        handle: Handle,
        now: datetime,
        *,
        at_once: int,
        watch: Callable[[int], None] = lambda rows: None,
    ) -> Ran:
        """Reads all that is half a minute old. ``watch`` is told of each batch how many rows."""
        return await self._run(handle, now, at_once, watch, gently=False)

    async def run_gently(self, handle: Handle, now: datetime, *, at_once: int) -> Ran:
        """The same for a process that has something better to do: each batch is followed by a rest
        of three times its length; what was committed late is found when it can't become later
        still, not at once. A run of this feed still at work: nothing is done.
        """
        if self._gentle.locked():
            return Ran(0, False)
        async with self._gentle:
            if await self._is_quiet(now):
                return Ran(0, True)
            return await self._run(handle, now, at_once, lambda rows: None, gently=True)

    async def _is_quiet(self, now: datetime) -> bool:
        """Whether nothing has happened since this was read last, not long ago: then neither a turn
        is taken nor the mark moved, which would be a write every few seconds for nothing."""
        mark = _mark(now)
        async with self._database.lookup() as connection:
            read_to = await connection.fetchval(_READ_TO, self._name)
            if read_to is None or moment_of(mark) - moment_of(read_to) > _QUIET:
                return False
            for statement in self._source.statements:
                if await connection.fetch(statement, read_to, mark, 1):
                    return False
        return True

    async def _run(
        self,
        handle: Handle,
        now: datetime,
        at_once: int,
        watch: Callable[[int], None],
        *,
        gently: bool,
    ) -> Ran:
        mark = _mark(now)
        total, limit, looked = 0, at_once, False
        while True:
            begun = asyncio.get_running_loop().time()
            async with self._database.transaction() as connection:
                read_to = await take_turn(connection, self._name, self._since)
                if read_to is None:
                    return Ran(total, False)
                if not looked:  # what was committed late, below the mark of an earlier run
                    to = min(read_to, floor(mark)) if gently else read_to
                    total += await self._late(connection, handle, read_to, to)
                    looked = True
                if read_to >= mark:
                    return Ran(total, True)
                done, reached = await self._batch(connection, handle, read_to, mark, limit)
            total += done
            watch(done)
            # Nothing but rows that wait for one beyond the batch: look farther.
            limit = at_once if done or reached > read_to else limit * 2
            if gently:
                await asyncio.sleep(_REST * (asyncio.get_running_loop().time() - begun))

    async def _late(self, connection: Connection, handle: Handle, read_to: int, to: int) -> int:
        """Handles what has come late. Before the mark moves, all is looked at that drops below the
        floor with it; so no row is passed for good unseen, and each is looked at once."""
        after = max(floor(read_to), self._since)
        rows, _ = await self._read(connection, after, to, _LATE_ROWS_MAX)
        left = await self._give(connection, handle, rows, read_to)
        done = len(rows) - len(left.ids)
        if left.ids and to < read_to:  # what they wait for has come late, too
            done += await self._late(connection, handle, read_to, read_to)
        return done

    async def _batch(
        self, connection: Connection, handle: Handle, read_to: int, mark: int, limit: int
    ) -> tuple[int, int]:
        """Handles the next rows; gives how many, and up to where all is handled now."""
        rows, reached = await self._read(connection, read_to, mark, limit)
        left = await self._give(connection, handle, rows, read_to)
        done = len(rows) - len(left.ids)
        if any(one <= read_to for one in left.waits_for):
            # It became visible only now, below the mark; the next batch begins with who waits.
            done += await self._late(connection, handle, read_to, read_to)
        reached = min([reached, *(one - 1 for one in left.ids)])
        await connection.execute(_MOVE, self._name, reached)
        if self._source.remembered:
            await connection.execute(_FORGET, self._name, floor(reached))
        return done, reached

    async def _read(
        self, connection: Connection, after: int, to: int, limit: int
    ) -> tuple[list[Record], int]:
        """Rows that are not handled, in order of id, and the id up to which these are all."""
        parts = [
            await connection.fetch(statement, after, to, limit)
            for statement in self._source.statements
        ]
        reached = min([to, *(part[-1]["id"] for part in parts if len(part) == limit)])
        found = [row for part in parts for row in part if row["id"] <= reached]
        return sorted(found, key=lambda row: int(row["id"])), reached

    async def _give(
        self, connection: Connection, handle: Handle, rows: Sequence[Record], read_to: int
    ) -> Left:
        if not rows:
            return Left()
        left = await handle(Batch(connection, rows, floor(read_to))) or Left()
        handled = [row["id"] for row in rows if row["id"] not in left.ids]
        if self._source.remembered and handled:
            await connection.execute(_REMEMBER, self._name, handled[-1], handled)
        return left


async def take_turn(connection: Connection, name: str, since: int = 0) -> int | None:
    """Takes a reader's turn and prepares the transaction for its reading; gives the id up to which
    it has read, ``since`` if it never has. None: another one has its turn.
    """
    await connection.execute(_BY_INDEX)
    read_to = await lock(connection, name)
    if read_to is None:
        read_to = await connection.fetchval(_BEGIN, name, since)
    return read_to


async def lock(connection: Connection, name: str) -> int | None:
    """Takes a reader's turn until the transaction ends, and gives the id up to which it has read.

    None: another one has its turn, or it has never read.
    """
    read_to: int | None = await connection.fetchval(
        "select read_to from feed where name = $1 for update skip locked", name
    )
    return read_to


def _mark(now: datetime) -> int:
    """The id up to which all is read that is old enough."""
    return first_id_at(now - _BEHIND) - 1


def floor(read_to: int) -> int:
    """What was not read up to this id never will be: no transaction lives so long."""
    return first_id_at(moment_of(read_to) - _LATE) if read_to else 0
