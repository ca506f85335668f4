"""The databases of the other cells: asked for people who are not in this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from app.kit.log import logger
from app.settings import Settings
from app.settings.cells import Cell
from app.store.cache import Cache
from app.store.database import DATABASE_AWAY, Database, Record
from app.store.versions import StartRefused

T = TypeVar("T")
_PATIENCE_S = 2.0
_LET_ALONE_S = 1.0
_POOL_MAX = 4
log = logger(__name__)


class CellAway(OSError):
    """Another cell doesn't answer, and nobody else knows; as when the database is away."""


class Others:
    """Databases of other cells by name, each opened when it is first asked."""

    def __init__(
        self, cells: Mapping[str, Cell], mine: str, home: Database, application: str
    ) -> None:
        self.mine = mine
        self._cells = {name: cell for name, cell in cells.items() if name != mine}
        self._home = home
        self._application = application
        self._open: dict[str, Database] = {}
        self._caches: dict[str, Cache] = {}
        self._opening = {name: asyncio.Lock() for name in self._cells}
        self._again_at: dict[str, float] = {}

    async def close(self) -> None:
        """Closes what was opened."""
        for database in self._open.values():
            await database.close()
        for cache in self._caches.values():
            await cache.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Of all but this cell."""
        return tuple(self._cells)

    async def database(self, name: str) -> Database:
        """A cell's database, this one's too.

        Raises:
            CellAway: it can't be reached.
        """
        if name == self.mine:
            return self._home
        if name not in self._open:
            async with self._opening[name]:
                self._expect(name)
                if name not in self._open:
                    self._open[name] = await self._opened(name)
        return self._open[name]

    def _expect(self, name: str) -> None:
        """One that didn't answer is let alone for a moment: nobody waits for it again and again."""
        if asyncio.get_running_loop().time() < self._again_at.get(name, 0.0):
            raise CellAway(name)

    def _away(self, name: str, error: BaseException) -> CellAway:
        self._again_at[name] = asyncio.get_running_loop().time() + _LET_ALONE_S
        log.warning("cell_away", cell=name, error=type(error).__name__)
        return CellAway(name)

    async def cache(self, name: str) -> Cache:
        """Another cell's Redis, which is reached when it is asked."""
        if name not in self._caches:
            self._caches[name] = await Cache.open(self._cells[name].redis_url)
        return self._caches[name]

    async def _opened(self, name: str) -> Database:
        url = self._cells[name].database_url
        opening = Database.open(
            url, pool_max=_POOL_MAX, application=self._application, models=False
        )
        try:
            opened = await asyncio.wait_for(opening, _PATIENCE_S)
        except (*DATABASE_AWAY, TimeoutError, StartRefused) as error:
            raise self._away(name, error) from None
        opened.ids = self._home.ids
        return opened

    async def ask(self, name: str, work: Callable[[Database], Awaitable[T]]) -> T:
        """What ``work`` finds in a cell.

        Raises:
            CellAway: it doesn't answer in time.
        """
        self._expect(name)
        database = await self.database(name)
        try:
            return await asyncio.wait_for(work(database), _PATIENCE_S)
        except CellAway:
            raise
        except (*DATABASE_AWAY, TimeoutError) as error:
            raise self._away(name, error) from None

    async def first(self, work: Callable[[Database], Awaitable[T | None]]) -> tuple[str, T] | None:
        """What ``work`` finds in the first of the others where it finds anything, with its name.

        Raises:
            CellAway: nothing is found, and one doesn't answer.
        """
        answers, all_there = await self.ask_all(work)
        for name, found in answers.items():
            if found is not None:
                return name, found
        if not all_there:
            raise CellAway("a cell")
        return None

    async def rows(self, sql: str, ids: Sequence[int]) -> list[Record]:
        """Rows of all the others by ids.

        Raises:
            CellAway: one doesn't answer.
        """
        if not ids:
            return []

        async def look(database: Database) -> list[Record]:
            return await database.rows(sql, list(ids))

        found, all_there = await self.ask_all(look)
        if not all_there:
            raise CellAway("a cell")
        return [row for rows in found.values() for row in rows]

    async def ask_all(self, work: Callable[[Database], Awaitable[T]]) -> tuple[dict[str, T], bool]:
        """What ``work`` finds in each of the others, asked at once, and whether all answered."""
        asked = [self.ask(name, work) for name in self._cells]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: dict[str, T] = {}
        for name, answer in zip(self._cells, answers, strict=True):
            if isinstance(answer, CellAway):
                continue
            if isinstance(answer, BaseException):
                raise answer
            found[name] = answer
        return found, len(found) == len(self._cells)


@asynccontextmanager
async def others_of(
    config: Settings, database: Database, application: str
) -> AsyncIterator[Others | None]:
    """The other cells of an installation; None: there is one."""
    cells = config.cell_map
    if cells is None:
        yield None
        return
    others = Others(cells.cells, config.cell, database, application)
    try:
        yield others
    finally:
        await others.close()
