"""Composition root of the HTTP process: settings → stores → services → doors."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

import uvloop
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from app.api.http.counting import counts
from app.api.http.endpoint import Endpoint, as_route
from app.api.http.health import routes as health_routes
from app.api.http.keys import SERVICES
from app.api.http.middleware import map_errors, trace
from app.api.http.openapi import document
from app.api.ops import operators as ops
from app.api.pages import demo
from app.api.pages import handlers as pages
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
from app.api.tills import handlers as tills
from app.api.tills.incoming import BODY_MAX
from app.compose import open_services
from app.domain.ops.figures.pulse import Pulse
from app.kit.clock import Clock
from app.kit.gc import settle_down
from app.kit.log import configure
from app.settings import Settings, settings

API = "/api/v1"
OPS_API = "/ops/api"
VERSION = "0.1.0"


def endpoints() -> list[Endpoint]:
    """Every call of the phones' door."""
    resources = (
        login, me, choices, filings, family, codes, aid_records, aid, bills, account_statement,
    )  # fmt: skip
    return [endpoint for resource in resources for endpoint in resource.ENDPOINTS]


def make_app(config: Settings, clock: Clock | None = None) -> web.Application:
    """The aiohttp application; its stores open on start-up and close on clean-up."""
    app = web.Application(middlewares=[trace, map_errors], client_max_size=BODY_MAX)

    async def stores(app: web.Application) -> AsyncIterator[None]:
        async with open_services(config, clock) as services:
            app[SERVICES] = services
            pulse = Pulse(services.cache, services.clock, "app", counts)
            pulse.start(services.live.sample)
            yield
            await pulse.stop()

    app.cleanup_ctx.append(stores)
    calls = endpoints()
    app.add_routes([as_route(call, API) for call in calls])
    app.add_routes([web.get(f"{API}/openapi.json", _serve(about_phones))])
    app.add_routes([as_route(call, OPS_API) for call in ops.ENDPOINTS])
    app.add_routes([web.get(f"{OPS_API}/openapi.json", _serve(about_ops))])
    app[tills.CROWD] = tills.Crowd()
    app.add_routes(tills.routes())
    app.add_routes(health_routes())
    app.add_routes(pages.routes())
    app.add_routes(demo.routes(config))
    return app


@cache
def about_phones() -> dict[str, Any]:
    """The OpenAPI document of the phones' door, made when it is first asked for."""
    return document(endpoints(), API, VERSION)


@cache
def about_ops() -> dict[str, Any]:
    """The same of the night shift's door."""
    return document(ops.ENDPOINTS, OPS_API, VERSION, door="the night shift's door")


def _serve(about: Callable[[], dict[str, Any]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.json_response(about())

    return handle


def _quiet(record: logging.LogRecord) -> bool:
    """Whether aiohttp may log this: not what is no HTTP at all, for it would quote the bytes.

    They may hold a token, and anybody could fill the log with them.
    """
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, (HttpProcessingError, web.RequestPayloadError))


async def _settled(app: web.Application) -> None:
    settle_down()


def main() -> None:
    """Runs one HTTP process until SIGTERM or Ctrl-C."""
    config = settings()
    configure(config.log_level, config.log_json)
    logging.getLogger("aiohttp.server").addFilter(_quiet)
    app = make_app(config)
    app.on_startup.append(_settled)
    try:
        web.run_app(
            app,
            host=config.host,
            port=config.port,
            access_log=None,
            print=None,
            shutdown_timeout=config.shutdown_timeout_s,
            reuse_port=config.processes > 1,
            loop=uvloop.new_event_loop(),
        )
    except OSError as error:
        sys.exit(f"can't listen on {config.host}:{config.port}: {error.strerror}")


if __name__ == "__main__":
    main()
