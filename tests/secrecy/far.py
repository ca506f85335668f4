"""A town whose app and worker are processes of their own: the same people, tills and phones."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp.test_utils import TestServer

from app.compose import Services
from app.domain.registry.imports.book.items import write_items
from app.kit.clock import SystemClock
from app.local.child import Program
from app.local.servers.embedded import Embedded
from app.outside.played.keys import APP_SECRET, APPID, IDENTITY_KEY
from app.outside.played.server import Outside
from app.settings import PROJECT_ROOT
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_database, running
from tests.phone_world import Someone, World
from tests.secrecy.started import OFFSET
from tests.till_world import _ITEMS, Shop, Town

MISPLACED = "what stands at the wrong place"
METRICS_TOKEN = "metrics-token-of-this-test-only"


STRAYS = ("皇甫嵩", "皇甫规")
"""Whose names and numbers are written where others belong."""


@dataclass
class Heard:
    """One answer: to whom, of what, what."""

    method: str
    path: str
    bearer: str
    status: int
    text: str

    @property
    def refused(self) -> bool:
        return self.status >= 400 or '"infcode":-1' in self.text.replace(" ", "")


@dataclass
class Secrets:
    """What may stand nowhere: by what it is."""

    known: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, *values: str) -> None:
        self.known.setdefault(kind, set()).update(one for one in values if one)


class FarWorld(World):
    """The phones' door of a fleet; the services of this process prepare and look."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        services: Services,
        outside: Outside,
        secrets: Secrets,
    ) -> None:
        door: Any = session
        super().__init__(door, SystemClock(), outside, "")  # type: ignore[arg-type]
        self.far, self.secrets = services, secrets

    @property
    def services(self) -> Services:
        return self.far

    async def add(self, name: str, *of: Any, **more: Any) -> Someone:
        someone = await super().add(name, *of, **more)
        psn_no = await self.far.database.value(
            "select psn_no from person where id = $1", someone.id
        )
        stray = name in STRAYS
        self.secrets.add(MISPLACED if stray else "name", name)
        self.secrets.add(MISPLACED if stray else "ID number", someone.certno)
        self.secrets.add("psn_no", psn_no)
        return someone

    def code(self, who: str = "someone") -> str:
        code = super().code(who)
        self.secrets.add("log-in code", code)
        return code


class FarTown(Town):
    """A town before a fleet. Nothing drains here: the fleet's worker does."""

    fleet: Fleet

    @property
    def url(self) -> str:
        return self.fleet.url

    async def new_shop(
        self, scheme: str = "hmac-sm3", name: str = "安康药房", place: str = "130100"
    ) -> Shop:
        shop = await super().new_shop(scheme, name, place)
        cast(FarWorld, self.world).secrets.add("signing secret", shop.secret)
        return shop

    def start_drainer(self) -> None:
        raise AssertionError("the worker is another process")


class DebuggedFleet(Fleet):
    """Processes that say all they can, on the day the tables are written for, with faults."""

    def _program(self, name: str, version: Path = PROJECT_ROOT) -> Program:
        part = "app" if name == "app" else "worker"
        argv = [sys.executable, "-m", "tests.secrecy.started", part]
        return Program(name, argv, self.env, self.folder / f"{name}.log", version)


@contextmanager
def heard_answers() -> Iterator[list[Heard]]:
    """All that any client of this process is answered."""
    heard: list[Heard] = []
    read = aiohttp.ClientResponse.read

    async def reading(self: aiohttp.ClientResponse) -> bytes:
        body = await read(self)
        bearer = self.request_info.headers.get("Authorization", "")
        path = self.url.path_qs
        text = body.decode(errors="replace")
        one = Heard(self.method, path, bearer, self.status, text)
        if one not in heard[-2:]:  # text() and json() read again
            heard.append(one)
        return body

    aiohttp.ClientResponse.read = reading  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        aiohttp.ClientResponse.read = read  # type: ignore[method-assign]


def env(outside_url: str, offset_s: float) -> dict[str, str]:
    return {
        OFFSET: str(offset_s),
        "QINJI_DEMO": "0",
        "QINJI_LOG_LEVEL": "debug",
        "QINJI_METRICS_TOKEN": METRICS_TOKEN,
        "QINJI_WECHAT_BASE_URL": outside_url,
        "QINJI_WECHAT_APPID": APPID,
        "QINJI_WECHAT_SECRET": APP_SECRET,
        "QINJI_IDENTITY_BASE_URL": outside_url,
        "QINJI_IDENTITY_KEY": IDENTITY_KEY,
    }


@asynccontextmanager
async def far_town(
    folder: Path, embedded: Embedded, found: Endpoints, secrets: Secrets, offset_s: float
) -> AsyncIterator[FarTown]:
    """The town, its processes so many seconds off."""
    outside = Outside(slow_s=0.1)
    server = TestServer(outside.application())
    await server.start_server()
    url = str(server.make_url("/"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        fleet = DebuggedFleet(folder, embedded, await own_database(found), 1, env(url, offset_s))
        services = await stack.enter_async_context(running(fleet, embedded))
        session = await stack.enter_async_context(aiohttp.ClientSession(fleet.url))
        town = FarTown(FarWorld(session, services, outside, secrets), stack)
        town.fleet = fleet
        async with services.database.transaction() as connection:
            items = list(enumerate(_ITEMS, 1))
            await write_items(connection, items, services.clock.now())
        town.shop = await town.new_shop()
        town.till = await town.new_till(town.shop)
        await town.till.sign_in()
        yield town


def spoken(heard: list[Heard], secrets: Secrets) -> None:
    """Adds what the doors have given out and is secret from then on."""
    for one in heard:
        try:
            body = json.loads(one.text)
        except ValueError:
            continue
        found = body.get("data") if isinstance(body.get("data"), dict) else body.get("output")
        if isinstance(found, dict):
            secrets.add("session token", str(found.get("token") or ""))
            secrets.add("ecToken", str(found.get("ecToken") or ""))
            if one.path == "/api/v1/credentials":
                secrets.add("code", str(found.get("code") or ""))
