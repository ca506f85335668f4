"""The databases of the other cells: asked for people who are not in this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from app.kit.log import logger
from app.settings import Settings
from app.store.database import DATABASE_AWAY, Database
from app.store.versions import StartRefused

T = TypeVar("T")
_PATIENCE_S = 2.0
_POOL_MAX = 4
log = logger(__name__)


class CellAway(OSError):
    """Another cell doesn't answer, and nobody else knows; as when the database is away."""


class Others:
    """Databases of other cells by name, each opened when it is first asked."""

    def __init__(self, urls: dict[str, str], mine: str, home: Database, application: str) -> None:
        self.mine = mine
        self._urls = {name: url for name, url in urls.items() if name != mine}
        self._home = home
        self._application = application
        self._open: dict[str, Database] = {}
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Closes what was opened."""
        for database in self._open.values():
            await database.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Of all but this cell."""
        return tuple(self._urls)

    async def database(self, name: str) -> Database:
        """A cell's database, this one's too.

        Raises:
            CellAway: it can't be reached.
        """
        if name == self.mine:
            return self._home
        if name in self._open:
            return self._open[name]
        async with self._opening:
            if name not in self._open:
                self._open[name] = await self._opened(name)
            return self._open[name]

    async def _opened(self, name: str) -> Database:
        opening = Database.open(
            self._urls[name], pool_max=_POOL_MAX, application=self._application, models=False
        )
        try:
            opened = await asyncio.wait_for(opening, _PATIENCE_S)
        except (*DATABASE_AWAY, TimeoutError, StartRefused) as error:
            log.warning("cell_away", cell=name, error=type(error).__name__)
            raise CellAway(name) from None
        opened.ids = self._home.ids
        return opened

    async def ask(self, name: str, work: Callable[[Database], Awaitable[T]]) -> T:
        """What ``work`` finds in a cell.

        Raises:
            CellAway: it doesn't answer in time.
        """
        database = await self.database(name)
        try:
            return await asyncio.wait_for(work(database), _PATIENCE_S)
        except (*DATABASE_AWAY, TimeoutError) as error:
            log.warning("cell_away", cell=name, error=type(error).__name__)
            raise CellAway(name) from None

    async def ask_all(self, work: Callable[[Database], Awaitable[T]]) -> tuple[dict[str, T], bool]:
        """What ``work`` finds in each of the others, asked at once, and whether all answered."""
        asked = [self.ask(name, work) for name in self._urls]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: dict[str, T] = {}
        for name, answer in zip(self._urls, answers, strict=True):
            if isinstance(answer, CellAway):
                continue
            if isinstance(answer, BaseException):
                raise answer
            found[name] = answer
        return found, len(found) == len(self._urls)


@asynccontextmanager
async def others_of(
    config: Settings, database: Database, application: str
) -> AsyncIterator[Others | None]:
    """The other cells of an installation; None: there is one."""
    cells = config.cell_map
    if cells is None:
        yield None
        return
    urls = {name: cell.database_url for name, cell in cells.cells.items()}
    others = Others(urls, config.cell, database, application)
    try:
        yield others
    finally:
        await others.close()
