"""A cluster whose hosts speak TLS among themselves works as a whole, and takes nothing in clear."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from app.compose import Services
from app.local.cluster import patroni
from app.local.cluster.plan import SECURED, Host
from app.local.cluster.running import Loopback
from app.local.probes import answers_ready
from app.local.servers.programs import programs
from tests.cluster.storm import running_cluster
from tests.crash.fleet import own_home, settled_books, until
from tests.crash.told import check_told
from tests.crash.village import Bill, Village, sell, till

_NUMBERS = itertools.count(1)
_DEBIAN = "/usr/lib/postgresql/18/bin"


def _can(program: Path) -> bool:
    """Whether it was built with TLS."""
    return program.exists() and b"libssl" in program.read_bytes()


def _found() -> tuple[Path | None, Path | None]:
    """A PostgreSQL 18 and a Redis that can; those of the packages can't."""
    pg_bin, redis = (
        Path(os.environ.get("QINJI_TLS_POSTGRES", _DEBIAN)),
        shutil.which("redis-server"),
    )
    return (
        pg_bin if _can(pg_bin / "postgres") else None,
        Path(redis) if redis and _can(Path(redis)) else None,
    )


@dataclass
class Secured:
    """A cluster whose hosts speak TLS, and tills at work on it."""

    cluster: Loopback
    services: Services
    village: Village
    known: ssl.SSLContext

    @asynccontextmanager
    async def selling(self, tills: int) -> AsyncIterator[list[Bill]]:
        """Tills sell until the context ends, each its bill to the end."""
        bills: list[Bill] = []
        over = asyncio.Event()
        connector = aiohttp.TCPConnector(ssl=self.known)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def sell_on(number: int) -> None:
                at = till(self.cluster.url, number)
                at.session = session
                while not over.is_set():
                    bills.append(await sell(self.village, at, self.village.bill()))

            async with asyncio.TaskGroup() as group:
                for _ in range(tills):
                    group.create_task(sell_on(next(_NUMBERS)))
                yield bills
                over.set()
        await settled_books(self.services.database)
        assert await check_told(self.services.database, bills)

    async def well(self) -> None:
        """Waits until every member is."""

        async def complete() -> bool:
            return await asyncio.to_thread(patroni.complete, self.cluster.plan)

        await until(complete, "all members are well", every_s=0.3)


@pytest.fixture(scope="module")
async def secured(parts: None) -> AsyncIterator[Secured]:
    pg_bin, redis = _found()
    embedded = programs()
    lacks = {
        "postgres": pg_bin is None and not _can(embedded[0] / "postgres"),
        "redis": redis is None and not _can(embedded[1]),
    }
    tls = SECURED - {part for part, without in lacks.items() if without}
    with own_home() as folder:
        async with running_cluster(folder, None, tls, (pg_bin, redis)) as (cluster, services):
            village = await Village.build(services, folder)
            known = ssl.create_default_context(cafile=cluster.ca)
            yield Secured(cluster, services, village, known)


async def test_hosts_that_speak_tls_work_together_and_refuse_who_speaks_in_clear(
    secured: Secured,
) -> None:
    async with secured.selling(2) as bills:
        await until(lambda: _are(bills, 12), "bills come through")
    await _check_doors(secured.cluster, secured.known)
    if "postgres" in secured.cluster.plan.tls:
        await _check_postgres(secured.cluster)


@pytest.mark.skipif("QINJI_ROLLING" not in os.environ, reason="takes minutes: QINJI_ROLLING=1")
async def test_hosts_are_renewed_one_by_one_added_and_removed_while_tills_sell(
    secured: Secured,
) -> None:
    """As deploy/cluster/README.md has it, "Day by day"."""
    cluster = secured.cluster
    await secured.well()
    async with secured.selling(4) as bills:
        for name in ("worker1", "worker2", "app1", "app2"):
            await _renew(cluster, name)
            await until(partial(_are, bills, len(bills) + 4), "bills come through")
        first = patroni.primary(cluster.plan)
        standby, other = (h.name for h in cluster.plan.that("postgres") if h.name != first)
        for name in (standby, other):
            await asyncio.to_thread(cluster.ctl, "restart", "qinji", name, "--force")
            await secured.well()
        words = ("switchover", "qinji", "--leader", first, "--candidate", standby, "--force")
        await asyncio.to_thread(cluster.ctl, *words)
        await secured.well()
        assert patroni.primary(cluster.plan) == standby
        await asyncio.to_thread(cluster.ctl, "restart", "qinji", first, "--force")
        await secured.well()
        port = cluster.plan.that("proxy")[0].ports.port + 45
        at = replace(cluster.plan.hosts[0].ports, postgres=port, patroni=port + 1)
        fourth = Host("e", cluster.plan.hosts[0].address, frozenset({"postgres"}), at)
        cluster.add(fourth)
        await secured.well()
        assert {m.name for m in patroni.members(cluster.plan)} == {"a", "b", "c", "e"}
        cluster.remove("e")
        await secured.well()
        await until(partial(_are, bills, len(bills) + 4), "bills come through")


async def _renew(cluster: Loopback, name: str) -> None:
    """As ``systemctl restart`` does it: asked to end, and started again."""
    piece = cluster.pieces[name]
    before = piece.pid
    os.kill(before, signal.SIGTERM)

    async def again() -> bool:
        return piece.running() and piece.pid != before

    await until(again, f"{name} is there again")
    if name.startswith("app"):
        proxy = cluster.plan.that("proxy")[0]
        url = f"http://{proxy.address}:{proxy.app_ports[int(name[3:]) - 1]}"

        async def ready() -> bool:
            return await asyncio.to_thread(answers_ready, url)

        await until(ready, f"{name} is ready")


async def _are(bills: list[Bill], count: int) -> bool:
    return len(bills) >= count


async def _check_doors(cluster: Loopback, known: ssl.SSLContext) -> None:
    """Each answers who trusts the cluster's authority, and nobody who speaks in clear or doesn't
    know it."""
    for host, port, part in _doors(cluster):
        if part not in cluster.plan.tls:
            continue
        stranger = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(host.address, port, ssl=stranger)
        _, writer = await asyncio.open_connection(host.address, port, ssl=_with_own(cluster, host))
        assert writer.get_extra_info("ssl_object").version() >= "TLSv1.2", part
        writer.close()
        said = await asyncio.to_thread(_in_clear, host.address, port)
        assert not said.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200", b"+PONG")), (part, said)
    etcd = cluster.plan.that("etcd")[0]
    if "etcd" in cluster.plan.tls:
        said = await asyncio.to_thread(_without_certificate, etcd.address, etcd.ports.etcd, known)
        assert b"200 OK" not in said, "etcd wants to know who asks"


def _doors(cluster: Loopback) -> list[tuple[Host, int, str]]:
    plan = cluster.plan
    found = [(host, host.ports.port, "proxy") for host in plan.that("proxy")]
    for host in plan.that("etcd"):
        found += [(host, host.ports.etcd, "etcd"), (host, host.ports.etcd_peer, "etcd")]
    found += [(host, host.ports.patroni, "patroni") for host in plan.that("postgres")]
    for host in plan.that("redis"):
        found += [(host, host.ports.redis, "redis"), (host, host.ports.sentinel, "redis")]
    return found


def _with_own(cluster: Loopback, host: Host) -> ssl.SSLContext:
    """As another host of the cluster speaks to this one."""
    context = ssl.create_default_context(cafile=cluster.ca)
    conf = cluster.place.pg_home / host.name / "conf"
    context.load_cert_chain(conf / "host.crt", conf / "host.key")
    return context


def _in_clear(address: str, port: int) -> bytes:
    return _asked(socket.create_connection((address, port), timeout=5.0))


def _without_certificate(address: str, port: int, known: ssl.SSLContext) -> bytes:
    link = socket.create_connection((address, port), timeout=5.0)
    try:
        return _asked(known.wrap_socket(link, server_hostname=address))
    except ssl.SSLError as error:
        return str(error).encode()


def _asked(link: socket.socket) -> bytes:
    """What is answered to a question that etcd, Patroni, HAProxy and Redis all understand."""
    with link:
        try:
            link.sendall(b"GET /health HTTP/1.0\r\n\r\nPING\r\n")
            return link.recv(1000)
        except OSError as error:
            return json.dumps(str(error)).encode()


async def _check_postgres(cluster: Loopback) -> None:
    """In clear nobody comes in, and the standbys copy over TLS."""
    plan, word = cluster.plan, cluster.secret["superuser"]
    own = {"user": "postgres", "password": word, "database": "postgres"}
    for host in plan.that("postgres"):
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="no encryption"):
            await asyncpg.connect(host=host.address, port=host.ports.postgres, ssl=False, **own)
    known = ssl.create_default_context(cafile=cluster.ca)
    proxy = plan.that("proxy")[0]
    link = await asyncpg.connect(host=proxy.address, port=proxy.ports.primary, ssl=known, **own)
    try:
        rows = await link.fetch(
            "select ssl, usename from pg_stat_ssl join pg_stat_activity using (pid)"
            " where client_addr is not null"
        )
        assert rows and all(row["ssl"] for row in rows), rows
        copying = [row for row in rows if row["usename"] == "replicator"]
        assert len(copying) == len(plan.that("postgres")) - 1
    finally:
        await link.close()
