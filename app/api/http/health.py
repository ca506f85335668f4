"""Whether the process lives, and whether it can work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from app.api.http.middleware import AWAY
from app.api.http.serving.doorkeeper import DOORKEEPER
from app.api.http.supply import Slot, Supply
from app.store.cache import Cache
from app.store.database import Database

_PATIENCE_S = 0.8


@dataclass(frozen=True, slots=True)
class Needs:
    """The stores."""

    database: Database
    cache: Cache


async def live(request: web.Request) -> web.StreamResponse:
    """The process answers."""
    return web.json_response({"status": "live"})


async def _ready(stores: Needs, *, ending: bool) -> web.StreamResponse:
    """The database answers; Redis is reported, but without it bills are still settled. One that has
    frozen is away: whoever asks has little patience, and would take this process for the dead one.
    Of a process that is ending nobody should ask anything more, though it still answers.
    """
    checks = {}
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await stores.database.value("select 1")
        checks["database"] = "ok"
    except AWAY:
        checks["database"] = "away"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await stores.cache.redis.ping()
        checks["redis"] = "ok"
    except AWAY:
        checks["redis"] = "away"
    status = 200 if checks["database"] == "ok" and not ending else 503
    said = "ending" if ending else "ready" if status == 200 else "not ready"
    return web.json_response({"status": said, **checks}, status=status)


def routes(supply: Supply) -> list[web.RouteDef]:
    stores: Slot[Needs] = supply.slot(Needs)

    async def ready(request: web.Request) -> web.StreamResponse:
        return await _ready(stores.get(), ending=request.app[DOORKEEPER].ending)

    return [web.get("/health/live", live), web.get("/health/ready", ready)]
