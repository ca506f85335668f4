"""Addresses that exist only in the demo: what fills in the demo's own pharmacy."""

from __future__ import annotations

from aiohttp import web

from app.pos.till import DEMO, SHELF, shelf
from app.settings import Settings

_TOLD = ("fixmedins_code", "fixmedins_name", "admdvs", "key_id", "secret")


def routes(config: Settings) -> list[web.RouteDef]:
    """None but in the demo."""
    return [web.get("/demo/till", till)] if config.demo else []


async def till(request: web.Request) -> web.StreamResponse:
    """The pharmacy of ``qinji pos login --demo``, with its price list."""
    listed = {
        item.med_list_codg: {"short": short, "name": item.name, "pric": str(item.pric)}
        for short, item in shelf(SHELF).items()
        if short != item.med_list_codg
    }
    return web.json_response(
        {name: DEMO[name] for name in _TOLD}
        | {"shelf": [{"med_list_codg": code, **rest} for code, rest in listed.items()]},
        headers={"Cache-Control": "no-store"},
    )
