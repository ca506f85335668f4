"""Addresses that exist only in the demo: its pharmacy, and its people to log in as."""

from __future__ import annotations

import csv

from aiohttp import web

from app.local.demo import FOLDER
from app.local.demo.pharmacy import pharmacy, shelf
from app.local.demo.who import WHO
from app.settings import Settings

_TOLD = ("fixmedins_code", "fixmedins_name", "admdvs", "key_id", "secret")


def routes(config: Settings) -> list[web.RouteDef]:
    """The addresses under /demo; outside the demo there are none."""
    if not config.demo:
        return []
    return [web.get("/demo/till", till), web.get("/demo/people", people)]


async def till(request: web.Request) -> web.StreamResponse:
    """The pharmacy of ``qinji pos login --demo``, with its price list."""
    return web.json_response(
        {name: pharmacy()[name] for name in _TOLD} | {"shelf": shelf()},
        headers={"Cache-Control": "no-store"},
    )


async def people(request: web.Request) -> web.StreamResponse:
    """Whom one may log in as. ``who`` is the WeChat user of ``app.outside.played``."""
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        certnos = {row["psn_name"]: row["certno"] for row in csv.DictReader(file)}
    listed = [
        {"who": who, "name": name, "certno": certnos[name], "note_zh": zh, "note_en": en}
        for name, (who, zh, en) in WHO.items()
    ]
    return web.json_response(listed, headers={"Cache-Control": "no-store"})
