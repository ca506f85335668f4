"""The whole system as real processes on servers of its own, for tests that kill parts of it.

Whatever dies is started again by the same watch that ``qinji up`` keeps.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from pydantic import SecretStr

from app.compose import Services, open_services
from app.local.child import Child, Program
from app.local.probes import answers_ready, free_port, tail
from app.local.servers.embedded import Embedded
from app.local.servers.servers import PostgresServer, RedisServer, wait_ready
from app.settings import PROJECT_ROOT, Settings
from app.store.database import Database
from app.store.urls.postgres import credentials
from app.store.where import OWNER_ROLE, Endpoints
from tests.books import Counts, check_books
from tests.servers import migrate

DATA_KEY, INDEX_KEY = "11" * 16, "22" * 16
_PATIENCE_S = 300.0


@contextmanager
def own_home() -> Iterator[Path]:
    """A home folder for servers; they must have ended when it is left."""
    folder = Path(tempfile.mkdtemp(prefix="qinji-crash-"))
    folder.chmod(0o755)  # as root the servers run under another account
    try:
        yield folder
    finally:
        Embedded(folder).wipe()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_servers(
    home: Callable[[], AbstractContextManager[Path]] = own_home, *, standby: bool = False
) -> Iterator[tuple[Embedded, Endpoints]]:
    """A PostgreSQL and a Redis that may be killed."""
    with home() as folder:
        embedded = Embedded(folder, standby=standby)
        try:
            yield embedded, embedded.start()
        finally:
            embedded.stop()


async def until(true: Callable[[], Awaitable[bool]], what: str, every_s: float = 0.05) -> None:
    """Waits for something that must come about, with all the patience a slow machine needs."""
    end = asyncio.get_running_loop().time() + _PATIENCE_S
    while not await true():
        assert asyncio.get_running_loop().time() < end, f"it did not come about: {what}"
        await asyncio.sleep(every_s)


async def _is(value: bool) -> bool:
    return value


async def _at_work(database: Database) -> bool:
    """Whether a worker is writing: it has a transaction that has changed something."""
    return bool(
        await database.value(
            "select exists (select from pg_stat_activity where application_name = 'qinji-worker'"
            " and backend_xid is not null)"
        )
    )


class Fleet:
    """App, workers, PostgreSQL and Redis, watched over; and the services in this process."""

    def __init__(
        self,
        folder: Path,
        embedded: Embedded | None,
        found: Endpoints,
        workers: int,
        more_env: Mapping[str, str],
        version: Path = PROJECT_ROOT,
    ) -> None:
        """``version``: of which folder the programs are that begin first."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = Settings(
            database_url=found.database_url,
            redis_url=found.redis_url,
            home=folder,
            data_key=SecretStr(more_env.get("QINJI_DATA_KEY", DATA_KEY)),
            index_key=SecretStr(more_env.get("QINJI_INDEX_KEY", INDEX_KEY)),
            port=self.port,
            cells=Path(more_env["QINJI_CELLS"]) if "QINJI_CELLS" in more_env else None,
            cell=more_env.get("QINJI_CELL", ""),
        )
        self.env = {
            **{name: value for name, value in os.environ.items() if name[:6] != "QINJI_"},
            "PYTHONUNBUFFERED": "1",
            "QINJI_HOME": str(folder),
            "QINJI_PORT": str(self.port),
            "QINJI_DATABASE_URL": found.database_url,
            "QINJI_REDIS_URL": found.redis_url,
            "QINJI_DATA_KEY": DATA_KEY,
            "QINJI_INDEX_KEY": INDEX_KEY,
            "QINJI_LANES": "2",
            "QINJI_DEMO": "1",
            "QINJI_PHONE_LIMITS_TIMES": "1000",
            **more_env,
        }
        self._times = 0
        self._leaving: list[Child] = []
        servers = embedded.servers if embedded else []  # without: they are not ours to watch
        self._children = {server.name: Child(server) for server in servers}
        self._programs: dict[str, Child] = {}
        for name in ("app", *(f"worker{n}" for n in range(workers))):
            self._programs[name] = Child(self._program(name, version))
        self._children |= self._programs
        self.kills = 0

    def _program(self, name: str, version: Path = PROJECT_ROOT) -> Program:
        module = "app.main" if name == "app" else "worker.main"
        more = f"-{self._times}" if self._times else ""
        log = self.folder / f"{name}{more}.log"
        return Program(name, [sys.executable, "-m", module], self.env, log, version)

    def log(self, name: str) -> Path:
        return self._programs[name].log

    def pid(self, name: str) -> int:
        return self._children[name].pid

    async def start(self) -> None:
        for child in self._programs.values():
            child.start()
        await until(self.ready, "the app answers")

    async def hire(self) -> None:
        """Lets one more worker begin."""
        name = f"worker{len(self._programs)}"
        self._programs[name] = self._children[name] = Child(self._program(name))
        self._programs[name].start()

    async def replace(self, name: str, version: Path = PROJECT_ROOT) -> None:
        """Lets another begin beside the one of this name, and then asks that one to end; waits
        until it has. Apps do so only where they share their port (QINJI_PROCESSES)."""
        self._times += 1
        old, new = self._programs[name], Child(self._program(name, version))
        self._programs[name] = self._children[name] = new
        self._leaving.append(old)
        new.start()
        begun = "listening" if name == "app" else "worker_started"
        await until(lambda: _is(begun in new.log.read_text()), f"another {name} is at work")
        old.ask_to_end()
        await until(lambda: _is(not old.running()), f"the {name} of before has ended")
        self._leaving.remove(old)

    def begin(self, name: str, version: Path = PROJECT_ROOT) -> None:
        """Starts a program that has ended, where nobody watches: of the version in that folder."""
        self._times += 1
        self._programs[name] = self._children[name] = Child(self._program(name, version))
        self._programs[name].start()

    async def end(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal, and waits until that process has gone."""
        child = self._children[name]
        self.kill(name, number)
        await until(lambda: _is(not child.running()), f"the {name} has ended")

    async def ready(self) -> bool:
        """Whether the app answers and reaches its database."""
        return await asyncio.to_thread(answers_ready, self.url)

    async def watch(self) -> None:
        """Starts again whatever dies, for ever."""
        while True:
            for child in list(self._children.values()):
                child.check()
                child.restart_if_due()
            await asyncio.sleep(0.05)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to a process, if it runs just now."""
        child = self._children[name]
        if child.running():
            self.kills += 1
            os.kill(child.pid, number)

    async def kill_at_work(self, name: str, times: int, database: Database) -> None:
        """Kills a worker in the middle of a transaction, again and again."""
        for _ in range(times):
            await until(lambda: _is(self._children[name].running()), f"{name} runs")
            await until(lambda: _at_work(database), f"{name} is at work", every_s=0.002)
            self.kill(name)
            await until(lambda: _is(not self._children[name].running()), f"{name} is dead")

    async def kill_often(self, name: str, times: int, pause_s: float = 0.5) -> None:
        """Kills a process again and again, each time once it runs."""
        child = self._children[name]
        for _ in range(times):
            await asyncio.sleep(pause_s)
            await until(lambda: _is(child.running()), f"{name} runs")
            await asyncio.sleep(secrets.randbelow(200) / 1000)
            self.kill(name)
            await until(lambda: _is(not child.running()), f"{name} is dead")

    def stop(self) -> None:
        """Ends the programs; the servers belong to somebody else."""
        programs = [*self._programs.values(), *self._leaving]
        for child in programs:
            child.ask_to_end()
        for child in programs:
            child.wait_end(10.0)

    def tails(self) -> str:
        """The last lines of the programs' logs, for a test that failed."""
        return "\n".join(tail(child.log) for child in self._programs.values())


async def own_database(found: Endpoints) -> Endpoints:
    """A new database with the schema, and an empty Redis."""
    name = f"crash_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(**credentials(found.database_url) | {"user": "postgres"})
    try:
        await admin.execute(f'create database "{name}" owner {OWNER_ROLE}')
    finally:
        await admin.close()
    parts = urlsplit(found.database_url)
    url = urlunsplit(parts._replace(path=f"/{name}"))
    await migrate(url)
    return Endpoints(url, found.redis_url)


def alive_again(server: PostgresServer | RedisServer) -> None:
    """A test may end between a server's last death and its next start; nobody watches it then."""
    if server.process is None or server.process.poll() is not None:
        server.spawn()
    wait_ready(server)


@asynccontextmanager
async def running_fleet(
    folder: Path, embedded: Embedded | None, found: Endpoints, workers: int = 1, **env: str
) -> AsyncIterator[tuple[Fleet, Services]]:
    """A fleet on a new database, and the services in this process to prepare and to look."""
    for server in embedded.servers if embedded else []:
        alive_again(server)
    fleet = Fleet(folder, embedded, await own_database(found), workers, env)
    async with running(fleet, embedded) as services:
        yield fleet, services


@asynccontextmanager
async def running(
    fleet: Fleet, embedded: Embedded | None, *, watched: bool = True
) -> AsyncIterator[Services]:
    """Lets a fleet run, with an empty Redis when the servers are its own. Not ``watched``: what has
    died stays so."""
    async with open_services(fleet.settings, application="qinji-test") as services:
        if embedded:
            await services.cache.redis.flushall()
        watch = asyncio.create_task(fleet.watch() if watched else asyncio.sleep(0))
        try:
            await fleet.start()
            yield services
        except BaseException:
            print(fleet.tails())
            raise
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
            fleet.stop()


async def settled_books(database: Database) -> Counts:
    """The books once nothing waits any more; every law holds."""

    async def idle() -> bool:
        return bool(await database.value("select not exists (select from waiting)"))

    await until(idle, "nothing waits")
    counts = await check_books(database)
    assert counts.waiting == 0
    assert counts.set_aside == 0, "nothing that is sound may be set aside"
    return counts
