"""The rotation of keys: everything sealed and indexed gets the new key, while everybody goes on.

Whoever runs reads what lies under any key that the settings give or the database keeps, and writes
with the one that the database names. So a rotation is: the new key for all (``switch`` refuses
before), written with by all, then the walk: in portions, each a transaction, a row that was changed
meanwhile left to its writer. What is done shows in the values themselves, so a walk that was killed
is begun again and goes on, and one too many changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.domain.keys import repository
from app.domain.keys.columns import NOT_MADE_ANEW, TABLES, Row, Table
from app.domain.registry.imports.reindex import reindex
from app.kit.sm import Cipher, SealError
from app.kit.value import value
from app.store.cells.shared import Shared, homes
from app.store.database import Database
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
    its way into the database. ``apart``: where the shared tables are, if that is another one: who
    runs asks the cell's with which key to write in both, and each knows which ones it needs."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        *,
        tell: Tell = lambda _: None,
        settle_s: float = 30.0,
        portion: int | None = None,
        apart: Shared | None = None,
    ) -> None:
        self._database = database
        self._apart = apart
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
            if self._apart is not None:
                await self._forget_beside(self._apart)
        return done

    async def _switch(self) -> None:
        wanted = tuple(keys[0].id for keys in self._cipher.given)
        if wanted != (self._cipher.data.id, self._cipher.indexing.id):
            # Two that one number has are told apart by one key only.
            await reindex(self._database, self._cipher)
            async with self._database.transaction() as connection:
                await ring.switch(connection, self._cipher)
            self._tell(f"written from now on with {_ids(self._cipher)}")
        if self._apart is not None:
            await self._switch_beside(self._apart, wanted)

    async def _switch_beside(self, apart: Shared, wanted: tuple[bytes, ...]) -> None:
        """Lets the other database know the new keys, too. A run that was killed before it came so
        far finds the cell's switched and this one not."""
        async with apart.transaction() as connection:
            rows = await ring.known(connection)
            if {row["key_id"] for row in rows if row["writing"]} != set(wanted):
                await ring.switch(connection, ring.another(self._cipher))

    async def _forget_beside(self, apart: Shared) -> None:
        cipher = ring.another(self._cipher)
        async with apart.transaction() as connection:
            ring.apply(cipher, await ring.known(connection))
            await ring.forget(connection, cipher)
        await ring.tidy(apart)

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
            for home in homes(table.name, self._database, self._apart):
                await self._through(home, table, done)
            if done.rows > before:
                self._tell(f"{table.name}: {done.rows - before}")
        return done

    async def _through(self, home: Database, table: Table, done: Rotated) -> None:
        """Goes through a table once, window by window, in each portion by portion."""
        after: repository.Place | None = None
        while True:
            async with home.connection() as connection:
                end = await repository.end_of_window(connection, table, after)
            if end is None:
                return
            while after != end:
                after = await self._a_portion(home, table, after, end, done)

    async def _a_portion(
        self,
        home: Database,
        table: Table,
        after: repository.Place | None,
        end: repository.Place,
        done: Rotated,
    ) -> repository.Place:
        """Writes the next rows anew that need it; up to where all is done."""
        size = self._portion or table.at_once
        async with home.connection() as connection:
            rows = await repository.stale(connection, table, self._cipher, after, end, size)
        whole: Sequence[Row] = rows
        if table.of_person and rows:
            async with self._database.connection() as connection:
                whole = await repository.with_people(connection, table, rows)
        changes, closed = await asyncio.to_thread(_renewed, table, self._cipher, whole)
        if changes:
            async with home.transaction() as connection:
                await repository.write(connection, table, changes)
        done.rows += len(changes)
        done.closed += closed
        return end if len(rows) < size else _place(table, rows[-1])


async def columns(database: Database, apart: Shared | None = None) -> list[Column]:
    """How many values of each column lie under which key."""
    found = []
    kept = [(name, column, False) for name, column in sorted(NOT_MADE_ANEW)]
    for name, column, sealed in [*_made_anew(), *kept]:
        by_key: Counter[bytes] = Counter()
        for home in homes(name, database, apart):
            async with home.connection() as connection:
                by_key += await repository.counts(connection, name, column, sealed=sealed)
        found.append(Column(name, column, dict(by_key), (name, column) in NOT_MADE_ANEW))
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
    table: Table, cipher: Cipher, rows: Sequence[Row]
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


def _values(table: Table, cipher: Cipher, row: Row) -> dict[str, bytes | None]:
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


def _place(table: Table, row: Row) -> repository.Place:
    return tuple(row[column] for column in table.key)


def _ids(cipher: Cipher) -> str:
    return f"data {cipher.data.id.hex()}, index {cipher.indexing.id.hex()}"
