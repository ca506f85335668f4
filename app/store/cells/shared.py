"""The database in which the shared tables are (``Place.SHARED``). As long as one database has all
tables it is that very object: the same connections, the same transactions, and no statement more.

Who has shared tables of its own is given a ``Shared``, and says by it which of its statements would
go elsewhere. A ``Database`` is none, so that nobody asks a cell's for them unnoticed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NewType

from app.store.cache import Cache
from app.store.cells.places import PLACES, Place
from app.store.database import Connection, Database
from app.store.urls.postgres import SHARED, told_of_shared
from app.store.versions import StartRefused

Shared = NewType("Shared", Database)
"""Where the shared tables are. A connection to there is called ``there``."""

_WHICH = "select current_database()::text, pg_postmaster_start_time()"


@asynccontextmanager
async def shared_at(
    url: str, database: Database, *, pool_max: int, application: str, read_only: bool = False
) -> AsyncIterator[Shared]:
    """The shared tables' database by its URL; an empty one: it is the database itself. Where it is
    another, it numbers the processes of all that share it.

    Raises:
        StartRefused: it can't be used so, or is the database all the same: what is done in each
            would be done twice.
    """
    if not url:
        yield Shared(database)
        return
    with as_shared():
        opened = await Database.open(
            url, pool_max=pool_max, application=application, read_only=read_only, models=False
        )
    try:
        if tuple(await opened.row(_WHICH) or ()) == tuple(await database.row(_WHICH) or ()):
            raise StartRefused(
                f"{SHARED} names the database itself: leave it out, or name another one"
                " 共享库与主库相同，请去掉该设置或另指定一个库"
            )
        if not read_only:
            await database.count_with(opened)
        yield Shared(opened)
    finally:
        await opened.close()


@asynccontextmanager
async def shared_cache_at(url: str, cache: Cache) -> AsyncIterator[Cache]:
    """The Redis in which log-ins and sign-ins are while they last; an empty URL: the same.

    Raises:
        UrlRefused: the URL can't be understood.
    """
    if not url:
        yield cache
        return
    with as_shared():
        opened = await Cache.open(url)
    try:
        yield opened
    finally:
        await opened.close()


@contextmanager
def as_shared() -> Iterator[None]:
    """What is refused in here is told by the names of the shared tables' settings."""
    try:
        yield
    except StartRefused as error:
        raise StartRefused(told_of_shared(str(error))) from None


def apart(shared: Shared, database: Database) -> Shared | None:
    """The shared tables' database where it is another than the cell's."""
    return None if shared is database else shared


def homes(table: str, database: Database, apart: Shared | None) -> tuple[Database, ...]:
    """Where a table's rows are, for what is done with every table. ``apart``: the shared tables'
    database, where it is another one."""
    if apart is None:
        return (database,)
    place = PLACES[table]
    if place is Place.EACH:
        return (database, apart)
    return (apart,) if place is Place.SHARED else (database,)


@asynccontextmanager
async def shared_part(
    shared: Shared, database: Database, connection: Connection
) -> AsyncIterator[Connection]:
    """What belongs to a transaction of a cell's where the shared tables are: that transaction
    itself, where both are one database. Else one of its own, which is committed at the end of this,
    before the cell's: whoever breaks off in between has done the first half only, and what stands
    inside must be so that doing all again comes to the whole."""
    if shared is database:
        yield connection
        return
    async with shared.transaction() as there:
        yield there


@asynccontextmanager
async def cell_part(
    shared: Shared, database: Database, there: Connection
) -> AsyncIterator[Connection]:
    """The other way round: what belongs to a transaction that was begun where the shared tables
    are and is a cell's. It is committed before that one, which comes again if it broke off: what
    stands inside must change nothing the second time."""
    if shared is database:
        yield there
        return
    async with database.transaction() as connection:
        yield connection


@asynccontextmanager
async def shared_last(shared: Shared, database: Database) -> AsyncIterator[None]:
    """What is asked of the shared tables inside is committed at the end of this, after all that a
    cell has committed inside: for where the cell's half alone is no breach, and the other alone
    is."""
    if shared is database:
        yield
        return
    async with shared.whole():
        yield
