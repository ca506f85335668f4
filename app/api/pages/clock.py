"""The demo's clock in the hand for pages: they go by it, as all programs do."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from app.api.pages.serving import Served
from app.kit.hand import HandClock, taken

_SCRIPT = Path(__file__).with_suffix(".js")
_HEAD = b"<head>"
_TAG = b'<head>\n    <script src="/demo/clock.js"></script>'


def routes() -> list[web.RouteDef]:
    """The addresses of the clock; where there is none in the hand there are none."""
    hand = taken()
    if hand is None:
        return []

    async def clock(request: web.Request) -> web.StreamResponse:
        return web.json_response(_told(hand), headers={"Cache-Control": "no-store"})

    async def script(request: web.Request) -> web.StreamResponse:
        told = _told(hand)
        text = _SCRIPT.read_text(encoding="utf-8")
        text = text.replace("SHOWS", str(told["shows"])).replace("SPEED", str(told["speed"]))
        return web.Response(
            text=text, content_type="text/javascript", headers={"Cache-Control": "no-store"}
        )

    return [web.get("/demo/clock", clock), web.get("/demo/clock.js", script)]


def _told(hand: HandClock) -> dict[str, int]:
    return {"shows": round(hand.now().timestamp() * 1000), "speed": hand.speed}


def by_the_clock(file: Served) -> Served:
    """A page as it is served where a clock is in the hand: it asks for that first."""
    if file.content_type != "text/html" or taken() is None:
        return file
    return _with_tag(file)


@lru_cache(maxsize=16)
def _with_tag(file: Served) -> Served:
    body = file.body.replace(_HEAD, _TAG, 1)
    return Served(body, None, hashlib.sha256(body).hexdigest()[:20], file.content_type)
