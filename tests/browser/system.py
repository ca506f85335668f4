"""The running system for browsers: app and worker as processes, the demo's people and pharmacies,
``app.outside.played`` in WeChat's place, and the services in this process to prepare and look."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from app.clients.till.client import Operator
from app.compose import Services, open_services
from app.domain.events.registering import registry_events
from app.domain.registry.imports.importer import (
    Watch,
    import_catalogue,
    import_institutions,
    import_people,
)
from app.kit.clock import SystemClock
from app.local.demo import FOLDER
from app.local.demo.pharmacy import pharmacy
from app.local.servers.embedded import Embedded
from app.outside.played.keys import (
    APP_SECRET,
    APPID,
    IDENTITY_KEY,
    TAX_KEY,
    TEMPLATES,
)
from app.outside.played.server import Outside
from app.regions.loader import Rulebook
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_home, until
from tests.phone_world import World
from tests.servers import migrate, new_database
from tests.till_world import Shop, Town

WORKER = "worker0"
DEMO_SHOP = Shop(
    *(pharmacy()[name] for name in (
        "fixmedins_code", "fixmedins_name", "admdvs", "scheme", "key_id", "secret"
    ))
)  # fmt: skip


class System(Town):
    """A town whose app and worker are processes. All that ``Town`` does works here too: it makes
    people, phones, codes and tills. ``url`` is what a browser opens; the clock is the machine's."""

    def __init__(
        self, fleet: Fleet, services: Services, world: World, stack: AsyncExitStack
    ) -> None:
        super().__init__(world, stack)
        self.fleet = fleet
        self._services = services

    @property
    def services(self) -> Services:
        return self._services

    @property
    def url(self) -> str:
        return self.fleet.url

    async def stop_drainer(self) -> None:
        """The worker stands still: what tills send is accepted and not settled."""
        self.fleet.kill(WORKER, signal.SIGSTOP)

    def start_drainer(self) -> None:
        """The worker goes on."""
        self.fleet.kill(WORKER, signal.SIGCONT)

    async def drain(self) -> None:
        """Waits until nothing waits any more."""

        async def idle() -> bool:
            return bool(await self.value("select not exists (select from waiting)"))

        await until(idle, "nothing waits")


class _LiveWorld(World):
    """The phones' door of another process."""

    def __init__(
        self, session: aiohttp.ClientSession, services: Services, outside: Outside
    ) -> None:
        door: Any = session
        super().__init__(door, SystemClock(), outside, "")  # type: ignore[arg-type]
        self._services = services

    @property
    def services(self) -> Services:
        return self._services


@asynccontextmanager
async def running_system(servers: Endpoints, **env: str) -> AsyncIterator[System]:
    """A whole system with the demo loaded, on a database and a Redis of its own.

    ``env`` is added to the programs' environment.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_home())
        redis = Embedded(folder, postgres=False)
        stack.callback(redis.stop)
        found = Endpoints(
            await stack.enter_async_context(new_database(servers.database_url, "browser")),
            redis.start().redis_url,
        )
        await migrate(found.database_url)
        outside = Outside(slow_s=1.0)
        player = TestServer(outside.application())
        await player.start_server()
        stack.push_async_callback(player.close)
        fleet = Fleet(folder, None, found, 1, _told_where(str(player.make_url("/"))) | env)
        services = await stack.enter_async_context(
            open_services(fleet.settings, application="qinji-test")
        )
        await _load_demo(services)
        stack.callback(fleet.stop)
        await _start(fleet)
        session = await stack.enter_async_context(aiohttp.ClientSession(fleet.url))
        system = System(fleet, services, _LiveWorld(session, services, outside), stack)
        system.shop = DEMO_SHOP
        # The pages' cashiers are T01: who signs out ends the number of that operator's day.
        operator = Operator(opter="B01")
        system.till = await system.new_till(DEMO_SHOP, operator=operator)
        await system.till.sign_in()
        yield system


def _told_where(outside_url: str) -> dict[str, str]:
    return {
        "QINJI_DEMO": "1",
        "QINJI_PHONE_LIMITS_TIMES": "1000",
        "QINJI_WECHAT_BASE_URL": outside_url,
        "QINJI_WECHAT_APPID": APPID,
        "QINJI_WECHAT_SECRET": APP_SECRET,
        "QINJI_WECHAT_TEMPLATES": TEMPLATES,
        "QINJI_IDENTITY_BASE_URL": outside_url,
        "QINJI_IDENTITY_KEY": IDENTITY_KEY,
        "QINJI_TAX_BASE_URL": outside_url,
        "QINJI_TAX_KEY": TAX_KEY,
    }


async def _load_demo(services: Services) -> None:
    database, cipher, clock = services.database, services.people.cipher, SystemClock()
    watch = Watch()
    await import_catalogue(database, clock, FOLDER / "catalogue.csv", watch)
    institutions = FOLDER / "institutions.csv"
    await import_institutions(database, cipher, clock, institutions, watch, demo=True)
    ending = registry_events(database, services.shared, Rulebook.load())
    people = FOLDER / "people.csv"
    await import_people(
        database, cipher, clock, people, watch, on_change=ending, renew=services.balances.renew
    )


async def _start(fleet: Fleet) -> None:
    try:
        await fleet.start()
    except BaseException:
        print(fleet.tails())
        raise
