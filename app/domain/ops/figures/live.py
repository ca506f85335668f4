"""The live figures, read at most once in a second or two however many look.

Ten open pages cost as one. A reading is one short read-only transaction with a time limit; when
the database is away, the figures say so and keep what was read last.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from datetime import timedelta

from app.domain.ops.figures import repository
from app.domain.ops.figures.books import Reader
from app.domain.ops.figures.pulse import processes
from app.domain.ops.figures.values import (
    Books,
    DatabaseHealth,
    Figures,
    Process,
    QueueSample,
    RedisHealth,
    StandbyHealth,
    WorkerHealth,
)
from app.domain.premium.looking import Looking
from app.domain.premium.rules.overview import Overview
from app.kit.clock import Clock
from app.kit.ids import moment_of
from app.kit.log import logger
from app.store.cache import Cache, CacheError
from app.store.database import DATABASE_AWAY, UNREAD, Connection, Database
from app.store.late.lateness import Lateness
from app.store.late.reading import Place
from app.store.queue import HEALTH, Drainer

FRESH_S = 1.5
_STATEMENT_MS = 1500
_DATABASE_S, _REDIS_S = 4.0, 1.5
_PREMIUMS_EVERY_S = 10.0
_PREMIUMS_MOST = 50_000
"""Of each state no more are counted: a deadline day must not wait for who looks at it."""
_SAMPLES = 120
_SAMPLE_EVERY = timedelta(seconds=30)
_WORKER = "qinji-worker"
_WRITABLE, _WRITABLE_S = "qinji:writable", 60
"""One that is full or that follows another answers, but nobody logs in or shows a code."""
_REPORTED = re.compile(r"(\w+)=(\d+)")
log = logger(__name__)

_LIMITS = (
    f"set local statement_timeout = {_STATEMENT_MS}; set local lock_timeout = 200; "
    "set local jit = off"
)


class Live:
    """What the page and ``/metrics`` show."""

    def __init__(
        self,
        database: Database,
        late: Lateness,
        cache: Cache,
        clock: Clock,
        lanes: int,
        premiums: Looking,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._database = database
        self._late = late
        self._cache = cache
        self._clock = clock
        self._lanes = lanes
        self.fresh_s = fresh_s
        self._reader = Reader(database, clock)
        self._looking = premiums
        self._premiums: Overview | None = None
        self._premiums_at = -_PREMIUMS_EVERY_S
        self._books: Books | None = None
        self._begun_at = clock.now()
        self._samples: deque[QueueSample] = deque(maxlen=_SAMPLES)
        self._last: Figures | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[Figures] | None = None

    async def figures(self) -> Figures:
        """The figures, at most ``fresh_s`` old. Who asks meanwhile waits for the same reading."""
        if self._last is not None and time.monotonic() - self._read_at < self.fresh_s:
            return self._last
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def sample(self) -> None:
        """Notes the queue's length and age, so that a page opened later shows how it went."""
        try:
            async with asyncio.timeout(_DATABASE_S), self._database.snapshot() as connection:
                await connection.execute(_LIMITS)
                length, oldest = await repository.queue(connection)
        except UNREAD:
            return
        now = moment_of(self._database.ids.next())
        self._note(length, (now - moment_of(oldest)).total_seconds() if oldest else 0.0)

    async def close(self) -> None:
        """Waits for a reading under way."""
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def _read(self) -> Figures:
        try:
            (database, connections), (redis, worker, found) = await asyncio.gather(
                self._read_database(), self._read_redis()
            )
            if database.well:
                await self._read_premiums()
            self._last = Figures(
                at=self._clock.now(),
                books=self._books,
                queue=list(self._samples),
                database=database,
                redis=redis,
                worker=WorkerHealth(worker.report, connections, self._lanes, worker.awake),
                processes=found,
                premiums=self._premiums,
                standby=self._standby(),
                unread_s=self._unread_s(),
            )
            self._read_at = time.monotonic()
            return self._last
        finally:
            self._reading = None

    async def _read_database(self) -> tuple[DatabaseHealth, int]:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(_DATABASE_S), self._database.snapshot() as connection:
                await connection.execute(_LIMITS)
                answer_ms = (time.perf_counter() - begun) * 1000
                health, workers = await _health(connection, answer_ms)
        except (TimeoutError, *DATABASE_AWAY) as error:
            log.warning("ops_database_away", error=type(error).__name__)
            return DatabaseHealth(), 0
        await self._look_at_books()
        return health, workers

    async def _look_at_books(self) -> None:
        """Somebody who holds a table keeps them from being read; PostgreSQL answers all the same,
        and what was read last, with its moment, is shown."""
        try:
            async with asyncio.timeout(_DATABASE_S):
                self._books = await self._late.own.look(self._read_books)
        except UNREAD as error:
            log.warning("ops_books_unread", error=type(error).__name__)
        else:
            self._note(self._books.length, self._books.oldest_s)

    async def _read_books(self, connection: Connection) -> Books:
        await connection.execute(_LIMITS)
        return await self._reader.read(connection)

    async def _count_premiums(self, connection: Connection) -> Overview:
        await connection.execute(_LIMITS)
        return await self._looking.read(connection, _PREMIUMS_MOST)

    async def _read_premiums(self) -> None:
        """They change slowly and are many, so they are read seldom, and apart from the rest."""
        if time.monotonic() - self._premiums_at < min(_PREMIUMS_EVERY_S, 7 * self.fresh_s):
            return
        try:
            async with asyncio.timeout(_DATABASE_S):
                self._premiums = await self._late.recent.look(self._count_premiums)
        except UNREAD as error:
            log.warning("ops_premiums_unread", error=type(error).__name__)
        self._premiums_at = time.monotonic()

    async def _read_redis(self) -> tuple[RedisHealth, WorkerHealth, list[Process]]:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(_REDIS_S):
                await self._cache.redis.set(_WRITABLE, 1, ex=_WRITABLE_S)
                answer_ms = (time.perf_counter() - begun) * 1000
                async with self._cache.redis.pipeline(transaction=False) as pipe:
                    pipe.info("memory")
                    pipe.info("clients")
                    pipe.get(HEALTH)
                    for lane in range(self._lanes):
                        Drainer.ask_awake(pipe, lane)
                    memory, clients, report, *awake = await pipe.execute()
                found = await processes(self._cache, self._clock.now())
        except (TimeoutError, CacheError, OSError) as error:
            log.warning("ops_redis_away", error=type(error).__name__)
            return RedisHealth(), WorkerHealth(), []
        health = RedisHealth(
            True,
            round(answer_ms, 1),
            memory["used_memory"],
            memory["maxmemory"],
            clients["connected_clients"],
        )
        told = {name: int(count) for name, count in _REPORTED.findall((report or b"").decode())}
        lanes = [lane for lane, there in enumerate(awake) if there]
        return health, WorkerHealth(told if report else None, awake=lanes), found

    def _unread_s(self) -> float:
        since = self._begun_at if self._books is None else self._books.read_at
        return (self._clock.now() - since).total_seconds()

    def _standby(self) -> StandbyHealth | None:
        health = self._late.health
        if health is None:
            return None
        reads = {place.value: self._late.reads[place] for place in Place}
        return StandbyHealth(health.well, health.late_s, reads)

    def _note(self, length: int, oldest_s: float) -> None:
        """The worst of every half minute is kept."""
        now = self._clock.now()
        last = self._samples[-1] if self._samples else None
        if last is None or now - last.at >= _SAMPLE_EVERY:
            self._samples.append(QueueSample(now, length, oldest_s))
        else:
            self._samples[-1] = QueueSample(
                last.at, max(last.length, length), max(last.oldest_s, oldest_s)
            )


async def _health(connection: Connection, answer_ms: float) -> tuple[DatabaseHealth, int]:
    server = await repository.one(connection, repository.SERVER)
    activity = await repository.many(connection, repository.ACTIVITY)
    longest = max((row["longest_s"] or 0.0 for row in activity), default=0.0)
    workers = sum(row["connections"] for row in activity if row["name"] == _WORKER)
    return DatabaseHealth(True, round(answer_ms, 1), longest_s=longest, **server), workers
