"""Whether the process lives, whether it can work, and its figures for machines."""

from __future__ import annotations

from aiohttp import web

from app.api.http.keys import SERVICES
from app.api.http.middleware import AWAY
from app.api.ops.metrics import metrics


async def live(request: web.Request) -> web.StreamResponse:
    """The process answers."""
    return web.json_response({"status": "live"})


async def ready(request: web.Request) -> web.StreamResponse:
    """The database answers; Redis is reported, but without it bills are still settled."""
    services = request.app[SERVICES]
    checks = {}
    try:
        await services.database.value("select 1")
        checks["database"] = "ok"
    except AWAY:
        checks["database"] = "away"
    try:
        await services.cache.redis.ping()
        checks["redis"] = "ok"
    except AWAY:
        checks["redis"] = "away"
    status = 200 if checks["database"] == "ok" else 503
    return web.json_response(
        {"status": "ready" if status == 200 else "not ready", **checks}, status=status
    )


def routes() -> list[web.RouteDef]:
    return [
        web.get("/health/live", live),
        web.get("/health/ready", ready),
        web.get("/metrics", metrics),
    ]
