"""Who reads late: takes what a standby has, if that is new enough for what it is read for.

A ``Late`` can't be given where a ``Database`` is wanted: it opens no transaction and makes no ids,
so nothing that decides on money takes one. Where no standby is named it reads from the primary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, cast

import asyncpg

from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.value import value
from app.store.database import DATABASE_AWAY, Connection, Database, Record, one_moment
from app.store.late.marks import Mark
from app.store.late.standby import Standby

_TRIES = 2
_CONFLICT = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""What a standby says when the primary has cleared away what a read still needs."""
T = TypeVar("T")
log = logger(__name__)


class Reader(Protocol):
    """What reads and changes nothing: a ``Late``, or the ``Database`` itself."""

    async def rows(self, sql: str, *arguments: object) -> list[Record]:
        """All rows of a query."""

    async def row(self, sql: str, *arguments: object) -> Record | None:
        """The first row of a query, or None."""

    async def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row, or None."""

    async def look(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What ``work`` finds at one moment. It may be done twice, so it keeps nothing outside."""


class Place(StrEnum):
    """Where a read was answered; not by the standby: why not."""

    STANDBY = "standby"
    LATE = "late"
    AWAY = "away"
    CONFLICT = "conflict"


@value
class Manner:
    """How new it must be. ``late_s``: so old it may be; 0: all that had been committed when it was
    asked for is in it, so nobody misses what he has just done. ``patience_s``: so long the standby
    may take to come so far, before the primary is asked."""

    late_s: float
    patience_s: float


OWN = Manner(0.0, 0.25)
"""For who waits, and may have changed something a moment ago."""
NIGHTLY = Manner(0.0, 300.0)
"""For what reads everything: it waits rather than burden the primary."""


def recent(late_s: float) -> Manner:
    """For figures and the past, which are told with their moment."""
    return Manner(late_s, 0.25)


@value
class Seen(Generic[T]):
    """``as_of``: all that had been committed by then is in it."""

    found: T
    as_of: datetime


class Late:
    """Reads in one manner."""

    def __init__(
        self,
        database: Database,
        standby: Standby | None,
        clock: Clock,
        manner: Manner,
        reads: Counter[Place],
    ) -> None:
        """``reads``: where they are counted."""
        self._database = database
        self._standby = standby
        self._clock = clock
        self._manner = manner
        self._reads = reads

    async def rows(self, sql: str, *arguments: object) -> list[Record]:
        """All rows of a query."""

        async def work(connection: Connection) -> list[Record]:
            return cast(list[Record], await connection.fetch(sql, *arguments))

        return (await self._seen(work, lambda: self._database.rows(sql, *arguments))).found

    async def row(self, sql: str, *arguments: object) -> Record | None:
        """The first row of a query, or None."""

        async def work(connection: Connection) -> Record | None:
            return cast("Record | None", await connection.fetchrow(sql, *arguments))

        return (await self._seen(work, lambda: self._database.row(sql, *arguments))).found

    async def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row, or None."""

        async def work(connection: Connection) -> Any:
            return await connection.fetchval(sql, *arguments)

        return (await self._seen(work, lambda: self._database.value(sql, *arguments))).found

    async def look(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What ``work`` finds at one moment. It may be done twice, so it keeps nothing outside."""
        return (await self.seen(work)).found

    async def seen(self, work: Callable[[Connection], Awaitable[T]]) -> Seen[T]:
        """The same, and of when it is."""

        async def at_one_moment(connection: Connection) -> T:
            async with one_moment(connection):
                return await work(connection)

        return await self._seen(at_one_moment, lambda: self._database.look(work))

    async def _seen(
        self, work: Callable[[Connection], Awaitable[T]], primary: Callable[[], Awaitable[T]]
    ) -> Seen[T]:
        # What a transaction of several steps has not committed yet, only its own connection sees.
        if self._standby is not None and not self._database.in_whole:
            seen = await self._at_standby(self._standby, work)
            if isinstance(seen, Seen):
                self._reads[Place.STANDBY] += 1
                return seen
            self._reads[seen] += 1
            log.debug("late_read_moved", why=seen)
        moment = self._clock.now()
        return Seen(await primary(), moment)

    async def _at_standby(
        self, standby: Standby, work: Callable[[Connection], Awaitable[T]]
    ) -> Seen[T] | Place:
        why = Place.AWAY
        for _ in range(_TRIES):
            if not standby.well:
                return Place.AWAY
            wanted = None
            if not self._manner.late_s and (wanted := await standby.mark()) is None:
                return Place.AWAY
            try:
                return await self._once(standby, wanted, work)
            except _CONFLICT:
                why = Place.CONFLICT
            except (asyncpg.QueryCanceledError, TimeoutError):
                raise  # it took too long, and would there, too
            except DATABASE_AWAY as error:
                # Also whoever held such rows without asking just then loses the connection.
                log.warning("late_read_lost", error=type(error).__name__)
                why = Place.AWAY
        return why

    async def _once(
        self, standby: Standby, wanted: Mark | None, work: Callable[[Connection], Awaitable[T]]
    ) -> Seen[T] | Place:
        async with standby.connection() as connection:
            mark = await standby.reach(
                connection, wanted, self._manner.late_s, self._manner.patience_s
            )
            if mark is None:
                return Place.LATE
            return Seen(await work(connection), mark.moment)
