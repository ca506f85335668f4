"""A server that follows the primary, and how far behind it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from typing import cast

import asyncpg

from app.kit.clock import Clock
from app.kit.hand import taken
from app.kit.log import logger
from app.kit.tasks import end_task
from app.kit.value import value
from app.store.database import DATABASE_AWAY, Connection, Database, Session, prepare, tell_present
from app.store.late.marks import Mark, Marks
from app.store.urls.postgres import standby_credentials
from app.store.urls.several import Several, several, single

_EVERY_S = 1.0
_ASK_S = 1.0
_CONNECT_S = 2.0
_FIND_S = 15.0
"""So long is looked for one among several, of which some may be frozen. Nobody waits for that."""
_POLL_S = 0.005, 0.1
_PRIMARY = """
select case when not pg_is_in_recovery()
    then (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint end
"""
_REPLAYED = """
select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint end
"""
_WHICH = "select system_identifier from pg_control_system()"
log = logger(__name__)


class NoStandbyError(ConnectionError):
    """What answers there isn't a standby of this database, or isn't one any more."""


@value
class Health:
    """``late_s``: of how long ago what it has is at the most; None: nobody knows."""

    well: bool = False
    late_s: float | None = None


class Standby:
    """This process's connections to it. Whether it is there is looked at all the time, so that
    nobody waits for one that has gone."""

    def __init__(
        self, database: Database, clock: Clock, pool: asyncpg.Pool, choice: Several | None
    ) -> None:
        self._database = database
        self._clock = clock
        self._pool = pool
        self._choice = choice
        self._marks = Marks()
        self._using: set[Connection] = set()
        self._reached: Mark | None = None
        self._which: int | None = None
        self._watching: asyncio.Task[None] | None = None
        self.well = False

    @classmethod
    async def open(
        cls, url: str, database: Database, clock: Clock, *, pool_max: int, application: str
    ) -> Standby:
        """Begins to look at it. It may be away: then it is as if there were none.

        Raises:
            UrlRefused: the URL can't be understood.
        """
        given = standby_credentials(url)
        choice = several(given)
        made: Standby

        async def first(connection: Connection) -> None:
            await made.prepare(connection)

        pool = asyncpg.create_pool(
            **{"timeout": _CONNECT_S, **single(given)},
            **({"connect": choice.connect} if choice else {}),
            min_size=0,
            max_size=pool_max,
            init=first,
            setup=tell_present if taken() else None,
            connection_class=Session,
            command_timeout=60,
            server_settings={"timezone": "UTC", "application_name": f"{application}-late"},
        )
        made = cls(database, clock, await pool, choice)
        await made.note()
        made._watching = asyncio.create_task(made._watch(), context=Context())
        return made

    async def prepare(self, connection: Connection) -> None:
        """A new connection: is it to a standby of our database? Copies of it have its number."""
        if self._which is None:
            self._which = await self._database.value(_WHICH)
        if await connection.fetchval(_WHICH, timeout=_ASK_S) != self._which:
            raise NoStandbyError("it follows another database")
        await prepare(connection)

    async def close(self) -> None:
        """Gives all connections back."""
        await end_task(self._watching)
        try:
            await asyncio.wait_for(self._pool.close(), 5)
        except TimeoutError:
            self._pool.terminate()

    @property
    def health(self) -> Health:
        """As it was seen last."""
        if not self.well or self._reached is None:
            return Health()
        return Health(True, round(max(0.0, time.monotonic() - self._reached.ticks), 1))

    async def mark(self) -> Mark | None:
        """Where the primary is now; None: the server that should be it isn't just now."""
        moment, ticks = self._clock.now(), time.monotonic()
        place: int | None = await self._database.value(_PRIMARY)
        return None if place is None else Mark(moment, ticks, place)

    @asynccontextmanager
    async def connection(self, timeout_s: float = _CONNECT_S) -> AsyncIterator[Connection]:
        """One of them. It is ended when the standby is found to be gone meanwhile.

        Raises:
            NoStandbyError: there is none in time.
        """
        try:
            connection = await self._pool.acquire(timeout=timeout_s)
        except TimeoutError:
            raise NoStandbyError("no connection in time") from None
        self._using.add(connection)
        try:
            yield cast(Connection, connection)
        finally:
            self._using.discard(connection)
            # A frozen server doesn't answer that its query is to be left either; asyncpg ends the
            # connection then, and whoever read has been told already.
            with suppress(TimeoutError):
                await self._pool.release(connection, timeout=_ASK_S)

    async def reach(
        self, connection: Connection, mark: Mark | None, late_s: float, patience_s: float
    ) -> Mark | None:
        """Waits until it is at this mark, else at one that isn't older than ``late_s``, and gives
        that. None: it isn't there in time.

        Raises:
            NoStandbyError: it follows nobody any more.
        """
        begun, pause = time.monotonic(), _POLL_S[0]
        while True:
            place = await replayed(connection)
            if mark is not None and place >= mark.place:
                return mark
            found = self._marks.reached(place) if mark is None else None
            if found is not None and found.ticks >= time.monotonic() - late_s:
                return found
            if time.monotonic() - begun + pause > patience_s:
                return None
            await asyncio.sleep(pause)
            pause = min(2 * pause, _POLL_S[1])

    async def note(self) -> None:
        """Looks at both: where each of them is."""
        try:
            mark = await self.mark()
        except DATABASE_AWAY:
            mark = None
        if mark is None:
            return  # nothing is known of the standby either, whose age goes on
        self._marks.put(mark)
        try:
            async with self.connection(_FIND_S) as connection:
                reached = self._marks.reached(await replayed(connection))
        except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
            await self._gone(error)
            return
        if self._choice is not None:
            self._choice.leave_others()  # who waits for one that has frozen is told
        self._reached = reached or self._reached
        told, self.well = self.well, True
        if not told:
            log.info("standby_there", late_s=self.health.late_s)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.note()

    async def _gone(self, error: Exception) -> None:
        """Who reads there just now is told, and reads elsewhere."""
        if self.well:
            log.warning("standby_away", error=type(error).__name__)
        self.well = False
        with suppress(asyncpg.InterfaceError):
            await self._pool.expire_connections()
        for connection in list(self._using):
            connection.terminate()


async def replayed(connection: Connection) -> int:
    """Up to where a standby has replayed the log.

    Raises:
        NoStandbyError: it is a primary by now.
    """
    try:
        place: int | None = await connection.fetchval(_REPLAYED, timeout=_ASK_S)
    except TimeoutError:
        raise NoStandbyError("no answer in time") from None
    if place is None:
        raise NoStandbyError("it follows nobody any more")
    return place
