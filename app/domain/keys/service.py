"""The rotation of keys: everything sealed and indexed gets the new key, while everybody goes on.

Whoever runs reads what lies under any key that the settings give or the database keeps, and writes
with the one that the database names. So a rotation is: the new key for all (``switch`` refuses
before), written with by all, then the walk: in portions, each a transaction, a row that was changed
meanwhile left to its writer. What is done shows in the values themselves, so a walk that was killed
is begun again and goes on, and one too many changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.domain.keys import repository
from app.domain.keys.columns import NOT_MADE_ANEW, TABLES, Table
from app.domain.registry.imports.reindex import reindex
from app.kit.sm import Cipher, SealError
from app.kit.value import value
from app.store.database import Database, Record
from app.store.sealed import ring

_LOOK_S = 0.5
_PASSES_MAX = 20

Tell = Callable[[str], None]


@value
class Column:
    """How many values of a column lie under which key, by its id; ``stays``: they are not made
    anew."""

    table: str
    column: str
    by_key: dict[bytes, int]
    stays: bool


@dataclass(slots=True)
class Rotated:
    """What a run has done: rows written anew, and those in which a value opens with no key."""

    rows: int = 0
    closed: list[str] = field(default_factory=list)


class Rotation:
    """Rotates keys. ``settle_s``: how long what was sealed before everybody had switched may be on
    its way into the database."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        *,
        tell: Tell = lambda _: None,
        settle_s: float = 30.0,
        portion: int | None = None,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._tell = tell
        self._settle_s = settle_s
        self._portion = portion

    async def run(self) -> Rotated:
        """Brings everything under the first of the given keys. Can be run again at any time.

        Raises:
            NotReady: somebody who runs doesn't have the new key; nothing was changed.
        """
        await self._switch()
        await self._all_write_with_it()
        switched = asyncio.get_running_loop().time()
        done = Rotated()
        for _ in range(_PASSES_MAX):
            found = await self._walk()
            done.rows += found.rows
            done.closed = found.closed
            wait = switched + self._settle_s - asyncio.get_running_loop().time()
            if wait <= 0 and not found.rows:
                break
            await asyncio.sleep(max(0.0, wait))
        if not done.closed:
            async with self._database.transaction() as connection:
                await ring.forget(connection, self._cipher)
        return done

    async def _switch(self) -> None:
        wanted = tuple(keys[0].id for keys in self._cipher.given)
        if wanted == (self._cipher.data.id, self._cipher.indexing.id):
            return
        # Two that one number has are told apart by one key only.
        await reindex(self._database, self._cipher)
        async with self._database.transaction() as connection:
            await ring.switch(connection, self._cipher)
        self._tell(f"written from now on with {_ids(self._cipher)}")

    async def _all_write_with_it(self) -> None:
        told: list[str] = []
        while late := await ring.lagging(self._database, self._cipher):
            if late != told:
                self._tell(f"waiting until these write with the new key: {', '.join(late)}")
                told = late
            await asyncio.sleep(_LOOK_S)

    async def _walk(self) -> Rotated:
        done = Rotated()
        for table in TABLES:
            before = done.rows
            await self._through(table, done)
            if done.rows > before:
                self._tell(f"{table.name}: {done.rows - before}")
        return done

    async def _through(self, table: Table, done: Rotated) -> None:
        """Goes through a table once, window by window, in each portion by portion."""
        after: repository.Place | None = None
        while True:
            async with self._database.connection() as connection:
                end = await repository.end_of_window(connection, table, after)
            if end is None:
                return
            while after != end:
                after = await self._a_portion(table, after, end, done)

    async def _a_portion(
        self, table: Table, after: repository.Place | None, end: repository.Place, done: Rotated
    ) -> repository.Place:
        """Writes the next rows anew that need it; up to where all is done."""
        size = self._portion or table.at_once
        async with self._database.connection() as connection:
            rows = await repository.stale(connection, table, self._cipher, after, end, size)
        changes, closed = await asyncio.to_thread(_renewed, table, self._cipher, rows)
        if changes:
            async with self._database.transaction() as connection:
                await repository.write(connection, table, changes)
        done.rows += len(changes)
        done.closed += closed
        return end if len(rows) < size else _place(table, rows[-1])


async def columns(database: Database) -> list[Column]:
    """How many values of each column lie under which key."""
    found = []
    kept = [(name, column, False) for name, column in sorted(NOT_MADE_ANEW)]
    async with database.connection() as connection:
        for name, column, sealed in [*_made_anew(), *kept]:
            by_key = await repository.counts(connection, name, column, sealed=sealed)
            found.append(Column(name, column, by_key, (name, column) in NOT_MADE_ANEW))
    return found


def _made_anew() -> list[tuple[str, str, bool]]:
    """Table, column, whether it is sealed."""
    return [
        (table.name, column, any(column == one.column for one in table.sealed))
        for table in TABLES
        for column in table.columns
        if (table.name, column) not in NOT_MADE_ANEW
    ]


def _renewed(
    table: Table, cipher: Cipher, rows: Sequence[Record]
) -> tuple[list[repository.Change], list[str]]:
    """Rows with their new values; and those that open with none of the keys."""
    changes: list[repository.Change] = []
    closed: list[str] = []
    for row in rows:
        try:
            changes.append((row, _values(table, cipher, row)))
        except SealError:
            closed.append(f"{table.name} {' '.join(map(str, _place(table, row)))}")
    return changes, closed


def _values(table: Table, cipher: Cipher, row: Record) -> dict[str, bytes | None]:
    new: dict[str, bytes | None] = {}
    for sealed in table.sealed:
        value = row[sealed.column]
        if value is not None and not cipher.is_current(value):
            bound_to = sealed.bound_to(row)
            value = cipher.seal_bytes(cipher.open_bytes(value, bound_to), bound_to)
        new[sealed.column] = value
    for indexed in table.indexed:
        index = row[indexed.column]
        if index is not None and not cipher.is_indexed(index):
            index = indexed.make(cipher, row) or index
        new[indexed.column] = index
    return new


def _place(table: Table, row: Record) -> repository.Place:
    return tuple(row[column] for column in table.key)


def _ids(cipher: Cipher) -> str:
    return f"data {cipher.data.id.hex()}, index {cipher.indexing.id.hex()}"
