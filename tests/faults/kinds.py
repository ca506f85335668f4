"""Everything that is broken on purpose, one function each: it breaks, waits, and mends what does
not mend itself. What has died is started again by the watch that ``qinji up`` keeps."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from app.api.http.middleware import AWAY
from app.settings import PROJECT_ROOT
from app.store.urls.postgres import credentials
from app.store.urls.redis import redis_url
from tests.crash.fleet import Fleet, until
from tests.crash.purses import Ahead
from tests.faults.cutting import Cut, Line
from tests.faults.disk import Disk
from tests.faults.wires import Wire

WORKERS = ("worker0", "worker1")
_OURS = "application_name in ('qinji-app', 'qinji-worker') and datname = current_database()"
_STEP_S, _HALF = 20, 0.5
_LOCKED = ("account", "request", "settlement", "waiting")
_END_ALL = f"select pg_terminate_backend(pid) from pg_stat_activity where {_OURS}"


@dataclass
class Scene:
    """What may be broken."""

    fleet: Fleet
    line: Line
    database: Wire
    cache: Wire
    clock: Ahead
    chance: random.Random
    patience_s: float
    disk: Disk | None = None
    versions: tuple[Path, ...] = (PROJECT_ROOT,)
    """The folders of the versions that may stand side by side."""

    def a_while(self) -> float:
        """Longer than a till's patience mostly, in seconds."""
        return self.patience_s * (0.5 + self.chance.random() * 1.5)

    @asynccontextmanager
    async def postgres(self) -> AsyncIterator[Any]:
        """A superuser's connection: it gets in though nobody else does."""
        given = credentials(self.fleet.settings.database_url)
        connection = await asyncpg.connect(**given | {"user": "postgres"})
        try:
            yield connection
        finally:
            connection.terminate()

    @asynccontextmanager
    async def redis(self) -> AsyncIterator[Any]:
        """A connection of its own."""
        client = Redis(**redis_url(self.fleet.settings.redis_url).connection)
        try:
            yield client
        finally:
            await client.aclose()


async def _killed(scene: Scene, name: str) -> None:
    pid = scene.fleet.pid(name)
    scene.fleet.kill(name)

    async def another() -> bool:
        return scene.fleet.pid(name) != pid

    await until(another, f"{name} is started again")


async def kill_app(scene: Scene) -> None:
    await _killed(scene, "app")


async def kill_worker(scene: Scene) -> None:
    await _killed(scene, scene.chance.choice(WORKERS))


async def kill_workers(scene: Scene) -> None:
    """All at once."""
    await asyncio.gather(*(_killed(scene, name) for name in WORKERS))


async def kill_redis(scene: Scene) -> None:
    await _killed(scene, "redis")


async def kill_postgres(scene: Scene) -> None:
    await _killed(scene, "postgres")


async def kill_everything(scene: Scene) -> None:
    """As when the machine goes down."""
    names = ("app", *WORKERS, "redis", "postgres")
    await asyncio.gather(*(_killed(scene, name) for name in names))


async def _backends(scene: Scene) -> list[int]:
    async with scene.postgres() as postgres:
        rows = await postgres.fetch(f"select pid from pg_stat_activity where {_OURS}")
    return [row["pid"] for row in rows]


async def kill_backend(scene: Scene) -> None:
    """PostgreSQL throws all sessions out then, and recovers."""
    if pids := await _backends(scene):
        with contextlib.suppress(ProcessLookupError):
            os.kill(scene.chance.choice(pids), signal.SIGKILL)


async def end_sessions(scene: Scene) -> None:
    """An administrator ends them all, a few times."""
    for _ in range(3):
        async with scene.postgres() as postgres:
            await postgres.fetch(_END_ALL)
        await asyncio.sleep(scene.chance.random() / 3)


async def restart_postgres(scene: Scene) -> None:
    """In order: sessions are ended, what is committed is written."""
    pid = scene.fleet.pid("postgres")
    scene.fleet.kill("postgres", signal.SIGINT)

    async def another() -> bool:
        return scene.fleet.pid("postgres") != pid

    await until(another, "postgres is started again")


async def restart_programs(scene: Scene) -> None:
    """Asked to end as for an update: what was accepted is finished or lies there for the next."""
    names = ("app", *WORKERS)
    pids = {name: scene.fleet.pid(name) for name in names}
    for name in names:
        scene.fleet.kill(name, signal.SIGTERM)

    async def others() -> bool:
        return all(scene.fleet.pid(name) != pid for name, pid in pids.items())

    await until(others, "they are started again")


async def roll_out(scene: Scene) -> None:
    """A new version, or back to the one before: one process after the other begins beside the one
    that it replaces."""
    names = ["app", *WORKERS]
    scene.chance.shuffle(names)
    for name in names:
        await scene.fleet.replace(name, scene.chance.choice(scene.versions))


async def _stopped(scene: Scene, pids: list[int]) -> None:
    held = []
    try:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                held.append(pid)
        await asyncio.sleep(scene.a_while())
    finally:
        for pid in held:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def stop_app(scene: Scene) -> None:
    await _stopped(scene, [scene.fleet.pid("app")])


async def stop_workers(scene: Scene) -> None:
    await _stopped(scene, [scene.fleet.pid(name) for name in WORKERS])


async def stop_redis(scene: Scene) -> None:
    await _stopped(scene, [scene.fleet.pid("redis")])


async def stop_postgres(scene: Scene) -> None:
    """With all sessions."""
    await _stopped(scene, [scene.fleet.pid("postgres"), *await _backends(scene)])


async def _limit(scene: Scene, connections: int) -> None:
    async with scene.postgres() as postgres:
        name = await postgres.fetchval("select quote_ident(current_database())")
        await postgres.execute(f"alter database {name} connection limit {connections}")


async def no_connections(scene: Scene) -> None:
    """Others have taken all connections: those that there are end, and no new one is had."""
    try:
        await _limit(scene, 0)
        async with scene.postgres() as postgres:
            await postgres.fetch(_END_ALL)
        await asyncio.sleep(scene.a_while())
    finally:
        await _mended(lambda: _limit(scene, -1))


async def long_lock(scene: Scene) -> None:
    """Somebody holds a table: nobody reads or writes it."""
    async with scene.postgres() as postgres, postgres.transaction():
        table = scene.chance.choice(_LOCKED)
        await postgres.execute(f"lock table {table} in access exclusive mode")
        await asyncio.sleep(scene.a_while())


async def _mended(mend: Callable[[], Awaitable[object]]) -> None:
    """However often it takes: something else may be broken as well."""

    async def done() -> bool:
        with contextlib.suppress(*AWAY):
            await mend()
            return True
        return False

    await until(done, "what was broken is mended")


async def _told(scene: Scene, *words: str) -> None:
    async with scene.redis() as redis:
        await redis.execute_command(*words)


async def empty_redis(scene: Scene) -> None:
    async with scene.redis() as redis:
        for _ in range(2):
            await redis.flushall()
            await asyncio.sleep(scene.chance.random() / 2)


async def full_redis(scene: Scene) -> None:
    """It takes nothing more."""
    try:
        await _told(scene, "CONFIG", "SET", "maxmemory", "1")
        await asyncio.sleep(scene.a_while())
    finally:
        await _mended(lambda: _told(scene, "CONFIG", "SET", "maxmemory", "0"))


async def read_only_redis(scene: Scene) -> None:
    """It has become a copy of one that isn't there."""
    try:
        await _told(scene, "REPLICAOF", "127.0.0.1", "1")
        await asyncio.sleep(scene.a_while())
    finally:
        await _mended(lambda: _told(scene, "REPLICAOF", "NO", "ONE"))


async def slow_redis(scene: Scene) -> None:
    """It answers nobody for a while, again and again."""
    async with scene.redis() as redis:
        for _ in range(3):
            await redis.execute_command(
                "CLIENT", "PAUSE", str(scene.chance.randint(200, 1500)), "ALL"
            )
            await asyncio.sleep(scene.chance.random())
        await redis.execute_command("CLIENT", "UNPAUSE")


async def cut_lines(scene: Scene) -> None:
    """Connections of tills and phones are cut wherever it hurts."""
    scene.line.cutting = tuple(Cut)
    try:
        await asyncio.sleep(scene.a_while())
    finally:
        scene.line.cutting = ()


async def lose_answers(scene: Scene) -> None:
    """All that is asked is done, and nobody is told."""
    scene.line.cutting, scene.line.share = (Cut.UNANSWERED,), 1.0
    try:
        await asyncio.sleep(scene.a_while() / 2)
    finally:
        scene.line.cutting, scene.line.share = (), 0.5


async def _cut(scene: Scene, wire: Wire) -> None:
    try:
        await wire.cut_now()
        await asyncio.sleep(scene.a_while())
    finally:
        wire.cut = False


async def cut_database(scene: Scene) -> None:
    """The network to PostgreSQL is away; PostgreSQL isn't."""
    await _cut(scene, scene.database)


async def cut_redis(scene: Scene) -> None:
    await _cut(scene, scene.cache)


async def _silent(scene: Scene, wire: Wire) -> None:
    wire.hold()
    try:
        await asyncio.sleep(scene.a_while())
    finally:
        wire.let_go()


async def silent_database(scene: Scene) -> None:
    """What is sent arrives nowhere, and nobody is told."""
    await _silent(scene, scene.database)


async def silent_redis(scene: Scene) -> None:
    await _silent(scene, scene.cache)


async def lose_commits(scene: Scene) -> None:
    """PostgreSQL's answers are lost, whole or in half, and the connection with them: what was
    committed nobody knows."""
    scene.database.lost = 0.1
    try:
        await asyncio.sleep(scene.a_while())
    finally:
        scene.database.lost = 0.0


async def slow_database(scene: Scene) -> None:
    """Each answer comes late."""
    scene.database.slow_s = 0.3
    try:
        await asyncio.sleep(scene.a_while())
    finally:
        scene.database.slow_s = 0.0


async def crowded_postgres(scene: Scene) -> None:
    """Programs of others take every connection that there is, and ours have lost theirs."""
    given = credentials(scene.fleet.settings.database_url)
    async with contextlib.AsyncExitStack() as stack:

        async def crowd() -> None:
            while True:
                try:
                    other = await asyncpg.connect(**given)
                except (*AWAY, asyncpg.PostgresError):
                    await asyncio.sleep(0.02)  # there is none left just now
                else:
                    stack.callback(other.terminate)

        task = asyncio.create_task(crowd())
        try:
            await asyncio.sleep(scene.a_while())
            async with scene.postgres() as postgres:
                await postgres.fetch(_END_ALL)
            await asyncio.sleep(scene.a_while())
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def full_disk(scene: Scene) -> None:
    """The servers' disk has no byte left."""
    assert scene.disk is not None, "this fault needs a disk of its own"
    try:
        await scene.disk.fill()
        await asyncio.sleep(scene.a_while())
    finally:
        await scene.disk.free()


async def clocks_ahead(scene: Scene) -> None:
    """All clocks are set right: they were slow."""
    scene.clock.set(scene.clock.now() + timedelta(seconds=scene.chance.randint(1, _STEP_S)))


async def clocks_back(scene: Scene) -> None:
    """They were fast. One who starts just then doesn't know how late it was already."""
    scene.clock.set(scene.clock.now() - timedelta(seconds=scene.chance.randint(1, _STEP_S)))
    if scene.chance.random() < _HALF:
        await _killed(scene, scene.chance.choice(("app", *WORKERS)))


async def two_at_once(scene: Scene) -> None:
    """Any two others, the second while the first goes on. What can't be broken since it is broken
    already is let be."""
    names = [name for name in possible(scene.disk) if name != "two_at_once"]
    first, second = scene.chance.sample(names, 2)

    async def later() -> None:
        await asyncio.sleep(scene.chance.random() * scene.patience_s)
        await KINDS[second](scene)

    for error in await asyncio.gather(KINDS[first](scene), later(), return_exceptions=True):
        if error is not None and not isinstance(error, AWAY):
            raise error


Kind = Callable[[Scene], Awaitable[None]]
KINDS: dict[str, Kind] = {
    kind.__name__: kind
    for kind in (
        kill_app,
        kill_worker,
        kill_workers,
        kill_redis,
        kill_postgres,
        kill_everything,
        kill_backend,
        end_sessions,
        restart_postgres,
        restart_programs,
        roll_out,
        stop_app,
        stop_workers,
        stop_redis,
        stop_postgres,
        no_connections,
        long_lock,
        empty_redis,
        full_redis,
        read_only_redis,
        slow_redis,
        cut_lines,
        lose_answers,
        cut_database,
        cut_redis,
        silent_database,
        silent_redis,
        lose_commits,
        slow_database,
        crowded_postgres,
        full_disk,
        clocks_ahead,
        clocks_back,
        two_at_once,
    )
}
"""Each comes once before any comes again."""


def possible(disk: Disk | None) -> list[str]:
    """What can be broken here: a full disk only where there is a disk of one's own."""
    return [name for name in KINDS if disk is not None or KINDS[name] is not full_disk]


def kinds_of(seed: int, first: int, count: int, among: Sequence[str] = ()) -> list[str]:
    """The faults of that seed with these numbers: the same each time; only some kinds if named."""
    found: list[str] = []
    turn = 0
    while len(found) < first + count:
        names = list(among or KINDS)
        random.Random(f"{seed}/{turn}").shuffle(names)
        found += names
        turn += 1
    return found[first : first + count]
