"""The HTTP process: every door of it on one aiohttp application.

Routes are made first; the stores open when the application starts, and then each door is given the
services that it names.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

import uvloop
from aiohttp import web
from aiohttp.typedefs import Handler

from app.api.bureau import events
from app.api.counter import acts, grants, money, papers, persons, relatives, sign_in, tasks
from app.api.counter import cards as counter_cards
from app.api.counter import events as counter_events
from app.api.http import health
from app.api.http.counting import counts
from app.api.http.endpoint import Endpoint, Gate, Resource, routes
from app.api.http.headers import dress
from app.api.http.middleware import Naming, admit, map_errors, trace
from app.api.http.openapi import document
from app.api.http.serving.address import Proxies
from app.api.http.serving.doorkeeper import DOORKEEPER, Doorkeeper, Limits
from app.api.http.serving.handing_on import NEIGHBOURS, Neighbours
from app.api.http.serving.running import limits_of, open_more_files, serve
from app.api.http.supply import Supply
from app.api.ops import figures, log_ins, metrics, operators, ranges, regions, stories
from app.api.ops.auditing import calls as auditing
from app.api.ops.finding import bills as found_bills
from app.api.ops.finding import messages as found_messages
from app.api.ops.watching import calls as watching
from app.api.ops.watching import paces
from app.api.pages import demo
from app.api.pages import handlers as pages
from app.api.pages.regions import handlers as region_pages
from app.api.phone import (
    account_statement,
    aid,
    aid_records,
    bills,
    choices,
    codes,
    family,
    filings,
    login,
    me,
)
from app.api.phone.allotting import calls as allotting
from app.api.phone.cards import calls as cards
from app.api.phone.invitations import calls as invitations
from app.api.phone.leaving import calls as leaving
from app.api.phone.leaving import own_data
from app.api.phone.limits.table import LIMITS
from app.api.phone.medicines import calls as medicines
from app.api.phone.my_bills import calls as my_bills
from app.api.phone.notices import calls as notices
from app.api.phone.premium import calls as premium
from app.api.phone.prescriptions import calls as prescriptions
from app.api.phone.questions import calls as questions
from app.api.phone.wallet import calls as wallet
from app.api.tills import handlers as tills
from app.api.tills.incoming import BODY_MAX
from app.api.tills.traced import traced
from app.compose import Services, open_services
from app.domain.ops.figures.pulse import Pulse
from app.domain.staff.values import Door
from app.kit import spans
from app.kit.clock import Clock
from app.kit.gc import settle_down
from app.local.starting import may_start
from app.settings import Settings
from app.store.sealed.keeper import Keeper
from app.store.versions import StartRefused

API = "/api/v1"
OPS_API = "/ops/api"
COUNTER_API = "/counter/api"
BUREAU_API = "/bureau/api"
VERSION = "0.1.0"
_FEW = Limits(connections=50)
SERVICES = web.AppKey("services", Services)
"""All services of the process, for tests; no door may know this module."""

PHONE: tuple[Resource, ...] = (
    login.RESOURCE, me.RESOURCE, choices.RESOURCE, filings.RESOURCE, family.RESOURCE,
    codes.RESOURCE, aid_records.RESOURCE, aid.RESOURCE, bills.RESOURCE,
    my_bills.RESOURCE, account_statement.RESOURCE,
    premium.RESOURCE,
    wallet.RESOURCE,
    allotting.RESOURCE,
    notices.RESOURCE,
    cards.RESOURCE,
    medicines.RESOURCE,
    prescriptions.RESOURCE,
    questions.RESOURCE,
    invitations.RESOURCE,
    leaving.RESOURCE,
    own_data.RESOURCE,
)  # fmt: skip
"""The phones' door."""
OPS: tuple[Resource, ...] = (
    operators.RESOURCE, auditing.RESOURCE, log_ins.RESOURCE, figures.RESOURCE, regions.RESOURCE,
    stories.RESOURCE,
    found_bills.RESOURCE, found_messages.RESOURCE, ranges.RESOURCE, paces.RESOURCE,
    watching.RESOURCE,
)  # fmt: skip
"""The night shift's door."""
COUNTER: tuple[Resource, ...] = (
    sign_in.RESOURCE, persons.RESOURCE, relatives.RESOURCE, grants.RESOURCE,
    counter_cards.RESOURCE, counter_events.RESOURCE, money.RESOURCE,
    tasks.RESOURCE, papers.RESOURCE, acts.RESOURCE,
)  # fmt: skip
"""The counter's door."""
BUREAU: tuple[Resource, ...] = (events.RESOURCE,)
"""The bureaus' door."""


def endpoints(resources: tuple[Resource, ...] = PHONE) -> list[Endpoint]:
    """Every call of a door, the phones' if none is named."""
    return [endpoint for resource in resources for endpoint in resource.endpoints]


def make_app(config: Settings, clock: Clock | None = None) -> web.Application:
    """The aiohttp application; its stores open on start-up and close on clean-up."""
    supply = Supply()
    app = _bare(supply, limits_of(config), config)

    async def stores(app: web.Application) -> AsyncIterator[None]:
        async with open_services(config, clock) as services:
            cipher, apart = services.people.cipher, services.apart
            await may_start(services.database, cipher, demo=config.demo, apart=apart)
            supply.fill(services)
            app[SERVICES] = services
            app[tills.DOOR] = tills.door_of(services)
            if config.cell_map is not None:
                app[NEIGHBOURS] = Neighbours(config.cell_map, config.cell)
            pulse = Pulse(services.cache, services.clock, "app", lambda: counts() | spans.counts())
            async with Keeper(services.database, services.people.cipher, config, "app"):
                pulse.start(services.live.sample)
                services.balances.start()
                yield
                await pulse.stop()
            if NEIGHBOURS in app:
                await app[NEIGHBOURS].close()
        await spans.end()

    app.cleanup_ctx.append(stores)
    for resource in PHONE:
        app.add_routes(routes(resource, API, supply, LIMITS))
    app.add_routes([web.get(f"{API}/openapi.json", _serve(about_phones))])
    for resource in OPS:
        app.add_routes(routes(resource, OPS_API, supply))
    app.add_routes([web.get(f"{OPS_API}/openapi.json", _for_operators(about_ops, supply))])
    for resource in COUNTER:
        app.add_routes(routes(resource, COUNTER_API, supply))
    about_counter_to_clerks = _for_operators(about_counter, supply, "counter")
    app.add_routes([web.get(f"{COUNTER_API}/openapi.json", about_counter_to_clerks)])
    for resource in BUREAU:
        app.add_routes(routes(resource, BUREAU_API, supply))
    app.add_routes([web.get(f"{BUREAU_API}/openapi.json", _serve(about_bureaus))])
    app.add_routes(tills.routes())
    app.add_routes(health.routes(supply))
    app.add_routes(metrics.routes(supply))
    app.add_routes(pages.routes())
    app.add_routes(region_pages.routes(supply))
    app.add_routes(demo.routes(config))
    app[metrics.ASIDE] = _bare(supply, _FEW, config)
    app[metrics.ASIDE].add_routes(metrics.routes(supply, aside=True))
    return app


def _bare(supply: Supply, limits: Limits, config: Settings) -> web.Application:
    """An application without an address: what surrounds every call of it."""
    around = [trace, traced] if spans.active() else [trace]
    app = web.Application(
        middlewares=[*around, map_errors(supply.slot(Naming)), tills.in_envelope, admit],
        client_max_size=BODY_MAX,
    )
    app[DOORKEEPER] = Doorkeeper(limits, Proxies.read(config.trusted_proxies))
    app.on_response_prepare.append(dress)
    return app


@cache
def about_phones() -> dict[str, Any]:
    """The OpenAPI document of the phones' door, made when it is first asked for."""
    return document(endpoints(), API, VERSION)


@cache
def about_ops() -> dict[str, Any]:
    """The same of the night shift's door."""
    return document(endpoints(OPS), OPS_API, VERSION, door="the night shift's door")


@cache
def about_counter() -> dict[str, Any]:
    """The same of the counter's."""
    return document(endpoints(COUNTER), COUNTER_API, VERSION, door="the counter")


@cache
def about_bureaus() -> dict[str, Any]:
    """The same of the bureaus' door."""
    return document(endpoints(BUREAU), BUREAU_API, VERSION, door="the bureaus' door")


def _serve(about: Callable[[], dict[str, Any]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.json_response(about())

    return handle


def _for_operators(
    about: Callable[[], dict[str, Any]], supply: Supply, door: Door = "ops"
) -> Handler:
    gate = supply.slot(Gate)

    async def handle(request: web.Request) -> web.StreamResponse:
        await gate.get().operators.admit(request.headers.get("Authorization"), door)
        return web.json_response(about())

    return handle


async def _settled(app: web.Application) -> None:
    settle_down()


def run(config: Settings) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    open_more_files()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            loop.run(_run(config))
    except (web.GracefulExit, KeyboardInterrupt):
        pass
    except StartRefused as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"can't listen on {config.host}:{config.port}: {error.strerror}")


async def _run(config: Settings) -> None:
    app = make_app(config)
    app.on_startup.append(_settled)
    places = [(app, config.host, config.port)]
    if config.metrics_port:
        places.append((app[metrics.ASIDE], metrics.HERE, config.metrics_port))
    await serve(places, config)
