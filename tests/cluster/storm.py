"""A cluster under load whose primary, and Redis' master with it, is killed and frozen, often.

Every bill is accounted for on the tills' side (tests/crash/village.py): what a till was told last
is what the books hold, whoever is primary now.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from redis.asyncio.sentinel import SentinelConnectionPool

from app.api.http.middleware import AWAY
from app.compose import Services, open_services
from app.local.cluster import patroni
from app.local.cluster.plan import Host, Plan, loopback
from app.local.cluster.running import Loopback, children
from app.local.probes import tail
from app.settings import Settings
from app.store.migrate import migrate
from tests.cluster.apart import Apart, own_network
from tests.cluster.rush import Rush, wrong
from tests.crash.fleet import DATA_KEY, INDEX_KEY, own_home, settled_books, until
from tests.crash.told import check_told
from tests.crash.village import OTHER, PHARMACY, Bill, Village, sell, till

BLOWS = ("kill", "machine", "freeze", "redis", "kill and redis", "cut")
"""``cut``: off from everybody else by the network, which only hosts with one of their own can be
(apart.py)."""
_PORTS = 50
_FROZEN_S, _AWAY_S = 18.0, 12.0
_LOOK_S = 0.1
_POOR_YUAN, _RICH_YUAN = 180, 1_000_000
"""What a donor has: with little, many bills are refused or paid in cash."""


@dataclass
class Result:
    """What became of a storm: bills by what they were told, the longest gap between two answers
    around each blow, in seconds."""

    bills: list[Bill] = field(default_factory=list)
    rush: Rush | None = None
    seconds: float = 0.0
    paid: int = 0
    blows: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def longest_s(self) -> float:
        return max((gap for _, _, gap in self.blows), default=0.0)


class Storm:
    """Tills at work on a cluster, and what strikes it."""

    def __init__(
        self, cluster: Loopback, village: Village, seed: int, rush: Rush | None = None
    ) -> None:
        self.cluster = cluster
        self.rush = rush
        self.village = village
        self.luck = Random(seed)
        self.result = Result(rush=rush)
        self._answers: list[float] = [] if rush is None else rush.answers
        self._over = False

    async def run(self, blows: Sequence[str], tills: int, calm_s: float = 2.0) -> Result:
        """Strikes so often, each time once all members are well again and bills come through."""
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(tills):
                group.create_task(self._sell(number))
            if self.rush is not None:
                group.create_task(self.rush.run(lambda: self._over))
            for blow in blows:
                await self._calm(calm_s)
                _, whom, gap = felt = await self._strike(blow)
                self.result.blows.append(felt)
                print(f"{blow:16} {whom:2} {gap:6.1f} s without an answer", flush=True)
            await self._calm(calm_s)
            self._over = True
            self.result.seconds = time.monotonic() - begun
        return self.result

    async def _sell(self, number: int) -> None:
        shop = OTHER if number % 4 == 3 else PHARMACY
        async with till(self.cluster.url, number, shop) as at:
            while not self._over:
                self.result.bills.append(await sell(self.village, at, self.village.bill()))
                self._answers.append(time.monotonic())

    async def _calm(self, calm_s: float) -> None:
        async def well() -> bool:
            complete = await asyncio.to_thread(patroni.complete, self.cluster.plan)
            return complete and await self._redis_complete()

        await until(well, "all members are well", every_s=0.5)
        before = len(self._answers)

        async def sold() -> bool:
            return len(self._answers) > before + 5

        await until(sold, "bills come through")
        await asyncio.sleep(calm_s * self.luck.random())

    async def _strike(self, blow: str) -> tuple[str, str, float]:
        """Strikes, and waits until bills come through again: what, whom, the longest gap."""
        primary = await asyncio.to_thread(patroni.primary, self.cluster.plan)
        if blow in ("machine", "cut"):

            async def led() -> bool:
                return await asyncio.to_thread(lead_etcd, self.cluster.plan, primary)

            await until(led, "the primary's host leads etcd", every_s=0.5)
        begun = time.monotonic()
        if blow.endswith("redis"):
            self._kill(f"redis-{await self._redis_master()}")
        if blow.startswith("kill"):
            os.kill(self.cluster.postmaster(primary), signal.SIGKILL)
        elif blow == "machine":
            self._lose(primary)
        elif blow == "freeze":
            await self._freeze(primary)
        elif blow == "cut":
            self._cut(primary)
        if blow != "redis":
            await until(lambda: self._other(primary), "another is primary", every_s=0.2)
        after = len(self._answers)

        async def sold() -> bool:
            return len(self._answers) > after + 5

        await until(sold, "bills come through again")
        times = [begun, *(moment for moment in self._answers if moment >= begun)]
        longest = max(late - early for early, late in itertools.pairwise(times))
        return blow, primary, longest

    async def _other(self, before: str) -> bool:
        found = await asyncio.to_thread(patroni.primary, self.cluster.plan)
        return found not in ("", before)

    def _kill(self, name: str, away_s: float = 0.0) -> None:
        piece = self.cluster.pieces[name]
        os.kill(piece.pid, signal.SIGKILL)
        if away_s:
            piece.begins_at = time.monotonic() + away_s

    def _lose(self, name: str) -> None:
        """All of a host at once: etcd, Redis and a sentinel, Patroni, PostgreSQL."""
        for piece in self.cluster.pieces:
            if piece.endswith(f"-{name}"):
                self._kill(piece, _AWAY_S)
        os.kill(self.cluster.postmaster(name), signal.SIGKILL)

    async def _freeze(self, name: str) -> None:
        """Stops every process of a member; for long enough that another takes its place."""
        pids = children(self.cluster.pieces[f"patroni-{name}"].pid)
        pids += children(self.cluster.postmaster(name))
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

        def thaw() -> None:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

        asyncio.get_running_loop().call_later(_FROZEN_S, thaw)

    def _cut(self, name: str) -> None:
        assert isinstance(self.cluster, Apart)
        self.cluster.cut(name)
        asyncio.get_running_loop().call_later(_FROZEN_S, self.cluster.mend, name)

    async def _redis_complete(self) -> bool:
        """Whether there is a master that all others follow: bills come through without any."""
        try:
            found = await self.village.services.cache.redis.info("replication")
        except AWAY:
            return False
        followers = len(self.cluster.plan.that("redis")) - 1
        return bool(found["role"] == "master" and found["connected_slaves"] == followers)

    async def _redis_master(self) -> str:
        pool = self.village.services.cache.redis.connection_pool
        assert isinstance(pool, SentinelConnectionPool)
        _, port = await pool.sentinel_manager.discover_master(self.cluster.plan.name)
        return next(h.name for h in self.cluster.plan.that("redis") if h.ports.redis == port)


def lead_etcd(plan: Plan, name: str) -> bool:
    """Whether a host's etcd leads all others, which is the worst that can be lost with its machine;
    if another does, it is asked to hand it over."""
    try:
        at = {host: _ask_etcd(host, "status") for host in plan.that("etcd")}
        own = {host: told["header"]["member_id"] for host, told in at.items()}
        wanted = next(number for host, number in own.items() if host.name == name)
        for host, told in at.items():
            if wanted != told["leader"] == own[host]:
                _ask_etcd(host, "transfer-leadership", {"targetID": wanted})
        return all(told["leader"] == wanted for told in at.values())
    except (OSError, http.client.HTTPException, KeyError):
        return False  # one has only just been started again, or they choose


def _ask_etcd(host: Host, what: str, told: Mapping[str, str] | None = None) -> Any:
    link = http.client.HTTPConnection(host.address, host.ports.etcd, timeout=10.0)
    try:
        link.request("POST", f"/v3/maintenance/{what}", json.dumps(told or {}))
        return json.loads(link.getresponse().read())
    finally:
        link.close()


def free_ports(count: int) -> int:
    """The first of so many ports of this machine on which nothing listens just now."""
    luck = Random()
    while True:
        first = luck.randrange(20000, 30000, count)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(first, first + count):
                probe = stack.enter_context(socket.socket())
                probe.bind(("127.0.0.1", port))
            return first


@asynccontextmanager
async def running_cluster(
    folder: Path,
    archive: Mapping[str, str] | None = None,
    tls: frozenset[str] = frozenset(),
    programs: tuple[Path | None, Path | None] = (None, None),
) -> AsyncIterator[tuple[Loopback, Services]]:
    """A cluster with a new database, watched over; and the services in this process."""
    env = {
        "QINJI_DATA_KEY": DATA_KEY,
        "QINJI_INDEX_KEY": INDEX_KEY,
        "QINJI_DEMO": "1",
        "QINJI_PHONE_LIMITS_TIMES": "1000",
    }
    plan = loopback(free_ports(_PORTS), archive, tls)
    cluster = Apart(folder, plan, env) if own_network() else Loopback(folder, plan, env, *programs)
    watch = None
    apart = ExitStack()
    try:
        if isinstance(cluster, Apart):
            apart.enter_context(cluster.networks())
        cluster.start()
        await migrate(cluster.database_url, owner_url=cluster.owner_url)
        cluster.serve()
        watch = asyncio.create_task(_watch(cluster))
        settings = Settings(
            database_url=cluster.database_url,
            redis_url=cluster.redis_url,
            home=folder,
            data_key=SecretStr(DATA_KEY),
            index_key=SecretStr(INDEX_KEY),
        )
        async with open_services(settings, application="qinji-test") as services:
            yield cluster, services
    except BaseException:
        print("\n".join(tail(piece.log) for piece in cluster.pieces.values()))
        raise
    finally:
        if watch is not None:
            watch.cancel()
        cluster.stop()
        apart.close()


async def _watch(cluster: Loopback) -> None:
    while True:
        cluster.look()
        await asyncio.sleep(_LOOK_S)


async def run(blows: Sequence[str], tills: int, seed: int = 1, rate: float = 0.0) -> Result:
    """A whole storm on a cluster of its own; every law holds after it. With a ``rate`` so many
    light bills a second come besides, and all have the money for them."""
    with own_home() as folder:
        async with running_cluster(folder) as (cluster, services):
            village = await Village.build(services, folder, _RICH_YUAN if rate else _POOR_YUAN)
            address = urlsplit(cluster.url)
            assert address.hostname and address.port
            where = (address.hostname, address.port)
            rush = Rush(village, where, rate) if rate else None
            storm = Storm(cluster, village, seed, rush)
            result = await storm.run(blows, tills)
            counts = await settled_books(services.database)
            result.paid = await check_told(services.database, result.bills)
            if rush is not None:
                assert not (found := await wrong(services.database, rush)), found[:5]
                result.paid += sum(not told.reason for told in rush.told.values())
            assert result.paid == counts.settled - counts.reversed, "a bill nobody was told of"
            report = await services.verification.run()
            assert report.wrong == 0, report
            return result
