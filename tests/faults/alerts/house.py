"""The system that is watched: nobody starts again what has died but whoever follows the page."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from app.clients.till.client import TillClient
from app.compose import Services
from app.kit.clock import machine
from app.kit.hand import HandClock
from app.local.probes import free_port
from app.local.servers.embedded import Embedded
from app.settings import PROJECT_ROOT
from app.store.urls.postgres import credentials
from app.store.urls.redis import redis_url
from app.store.where import STANDBY_PORT
from tests.crash.fleet import (
    Fleet,
    alive_again,
    own_database,
    own_home,
    own_servers,
    running,
    until,
)
from tests.crash.purses import Ahead
from tests.crash.village import PHARMACY, Village, till
from tests.faults import laws
from tests.faults.alerts.prometheus import Prometheus, moment, watching
from tests.faults.disk import Disk, NoDisk, own_disk
from tests.faults.journal import Journal
from tests.faults.laws import OWNED, Evidence
from tests.faults.tills import Teller, purchase

_DONOR_YUAN = 50_000
_PAUSE_S = 0.3
_FAULTY = {
    "app/api/tills/transactions/found.py": """

async def _row(*words: object) -> object:
    raise ZeroDivisionError("5203A that is wrong")
""",
    "app/domain/settlement/rules/fold.py": """

_right = decide


def decide(bill, *more):
    if bill.total_fen == 77_777:
        raise ZeroDivisionError("a rule that is wrong")
    return _right(bill, *more)
""",
}
"""What is written behind two files of the program in the version with faults."""


@dataclass
class House:
    """The system, its people, and who watches it."""

    folder: Path
    embedded: Embedded
    fleet: Fleet
    services: Services
    village: Village
    clock: Ahead
    disk: Disk | None
    owned_fen: int
    metrics_port: int
    journal: Journal = field(default_factory=Journal)
    seen: set[str] = field(default_factory=set)
    """Every alert that fired since this was emptied."""
    set_aside: set[str] = field(default_factory=set)
    """Messages that were to break their batch: of nothing else a law lets that be."""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while something is bought."""

    async def trade(self) -> None:
        """A till that sells, takes back and insists, for ever."""
        async with self.till(1) as at:
            teller = self.teller(at)
            while True:
                async with self.busy:
                    await purchase(teller, self.village)
                await asyncio.sleep(_PAUSE_S)

    def till(self, number: int) -> TillClient:
        """A till of its own."""
        at = till(self.fleet.url, number, PHARMACY)
        at.retry_waits_s, at.clock = (), self.services.clock
        return at

    def teller(self, at: TillClient) -> Teller:
        """Who writes into the journal what this till sends and is told."""
        return Teller(self.journal, at, random.Random(1))

    async def sold(self) -> None:
        """Until a bill is paid that came after this."""
        asked = moment()

        async def paid() -> bool:
            return self.journal.paid_begun >= asked

        await until(paid, "a bill is paid")

    async def keep_looking(self, prometheus: Prometheus) -> None:
        """Notes what fires, for ever."""
        while True:
            self.seen |= await prometheus.firing()
            await asyncio.sleep(0.25)

    async def command(self, line: str, more: Sequence[str] = (), **env: str) -> tuple[int, str]:
        """A command as it is printed: its exit code, and what it says."""
        word, *words = line.split()
        assert word == "qinji"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.cli",
            *words,
            *more,
            cwd=PROJECT_ROOT,
            env=self.fleet.env | env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def done(self, line: str, **env: str) -> str:
        """A command that has to go well."""
        code, said = await self.command(line, **env)
        assert code == 0, f"{line}: {said}"
        return said

    def begin(self, name: str, line: str) -> None:
        """A program as it is started by hand."""
        assert line == f"python -m {'app' if name == 'app' else 'worker'}.main"
        self.fleet.begin(name)

    @asynccontextmanager
    async def superuser(self, *, standby: bool = False) -> AsyncIterator[Any]:
        """Who administers the database."""
        given = credentials(self.fleet.settings.database_url) | {"user": "postgres"}
        if standby:
            given["port"] = STANDBY_PORT
        connection = await asyncpg.connect(**given)
        try:
            yield connection
        finally:
            connection.terminate()

    async def tell(self, sql: str, *values: object, standby: bool = False) -> Any:
        """A statement of the superuser's."""
        async with self.superuser(standby=standby) as connection:
            return await connection.fetch(sql, *values)

    async def redis(self, *words: str) -> None:
        """A command of who administers Redis."""
        client: Any = Redis(**redis_url(self.fleet.settings.redis_url).connection)
        try:
            await client.execute_command(*words)
        finally:
            await client.aclose()

    async def start_server(self, name: str) -> None:
        """Starts a server that has ended, and waits until it is ready."""
        server = next(one for one in self.embedded.servers if one.name == name)
        alive_again(server)  # in this thread: a server ends with the one that has started it

    def faulty_version(self) -> Path:
        """The program with two faults in it, in a folder of its own."""
        folder = self.folder / "faulty"
        if not folder.exists():
            away = shutil.ignore_patterns("__pycache__", "node_modules")
            for name in ("app", "worker"):
                shutil.copytree(PROJECT_ROOT / name, folder / name, ignore=away)
            for name, more in _FAULTY.items():
                with (folder / name).open("a", encoding="utf-8") as file:
                    file.write(more)
        return folder

    async def verified(self) -> list[str]:
        """What ``qinji ledger verify`` finds."""
        code, said = await self.command("qinji ledger verify", ["--json"])
        found = json.loads(said[said.index("{") :])["findings"]
        return [f"ledger verify: {one}" for one in found] if code else []

    async def wrong(self) -> list[str]:
        """What breaks any law of the harness, while nobody buys."""
        database = self.services.database
        async with (
            self.busy,
            database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            found = await laws.broken(Evidence(connection, self.journal, self.owned_fen))
        return [one for one in found if not any(msgid in one for msgid in self.set_aside)]


@asynccontextmanager
async def watched_house(*, whole: bool = True) -> AsyncIterator[House]:
    """A system whose people trade. ``whole``: with a standby and, where that can be had, a disk of
    its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(own_home()) / "house"
        folder.mkdir()
        disk = None
        try:
            home = own_disk if whole else own_home
            embedded, found = stack.enter_context(own_servers(home, standby=whole))
            disk = Disk.under(found) if whole else None
        except NoDisk:
            embedded, found = stack.enter_context(own_servers(standby=whole))
        clock = Ahead(folder / "clock")
        stack.enter_context(clock.taken())
        port, own = free_port(), await own_database(found)
        standby_url = f"{own.database_url}&port={STANDBY_PORT}" if whole else ""
        env = {
            "QINJI_CLOCK": str(clock.file),
            "QINJI_METRICS_PORT": str(port),
            "QINJI_STANDBY_URL": standby_url,
            "QINJI_TILL_WAIT_DEFAULT_S": "2",
            "QINJI_EMPTY_UNDOINGS_MAX": "1000000000",
        }
        fleet = Fleet(folder, embedded, own, 1, env)
        async with running(fleet, embedded, watched=False) as services:
            village = await Village.build(services, folder, donor_yuan=_DONOR_YUAN)
            owned_fen = await services.database.value(OWNED)
            house = House(folder, embedded, fleet, services, village, clock, disk, owned_fen, port)
            async with AsyncExitStack() as tasks:
                trading = asyncio.create_task(house.trade())
                tasks.callback(trading.cancel)
                await house.sold()
                yield house
                if trading.done():
                    trading.result()


@asynccontextmanager
async def looked_at(house: House, times: int) -> AsyncIterator[Prometheus]:
    """With a Prometheus that has seen its figures."""
    async with watching(house.folder / "prometheus", house.metrics_port, times) as prometheus:
        await until(lambda: prometheus.knows("qinji_up"), "the figures are collected")
        looking = asyncio.create_task(house.keep_looking(prometheus))
        try:
            yield prometheus
        finally:
            looking.cancel()


def past(folder: Path, by: timedelta) -> HandClock:
    """A clock that shows what was so long ago."""
    clock = HandClock(folder / "past")
    clock.set(machine() - by)
    return clock
