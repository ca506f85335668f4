"""Addresses that exist only in the demo: its pharmacy, and its people to log in as."""

from __future__ import annotations

import csv
from pathlib import Path

from aiohttp import web

from app.api.pages import clock
from app.local.demo import FOLDER, newborn
from app.local.demo.pharmacy import pharmacy, shelf
from app.local.demo.who import WHO
from app.settings import Settings

_TOLD = ("fixmedins_code", "fixmedins_name", "admdvs", "key_id", "secret")


def routes(config: Settings) -> list[web.RouteDef]:
    """The addresses under /demo; outside the demo there are none."""
    if not config.demo:
        return []

    async def people(request: web.Request) -> web.StreamResponse:
        """Whom one may log in as. ``who`` is the WeChat user of ``app.outside.played``."""
        return web.json_response(_people(config.home), headers={"Cache-Control": "no-store"})

    return [web.get("/demo/till", till), web.get("/demo/people", people), *clock.routes()]


async def till(request: web.Request) -> web.StreamResponse:
    """The pharmacy of ``qinji pos login --demo``, with its price list."""
    return web.json_response(
        {name: pharmacy()[name] for name in _TOLD} | {"shelf": shelf()},
        headers={"Cache-Control": "no-store"},
    )


def _people(home: Path) -> list[dict[str, object]]:
    """The people by name, and with the mother her newborn, whose number is to be filled in."""
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        certnos = {row["psn_name"]: row["certno"] for row in csv.DictReader(file)}
    number = newborn.kept(home)
    baby = {"name": newborn.NAME, "certno": number} if number else None
    return [
        {
            "who": who,
            "name": name,
            "certno": certnos[name],
            "note_zh": zh,
            "note_en": en,
            "newborn": baby if name == newborn.MOTHER else None,
        }
        for name, (who, zh, en) in WHO.items()
    ]
