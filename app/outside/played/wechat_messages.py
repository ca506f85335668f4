"""Plays WeChat's subscribe messages: ``POST /cgi-bin/stable_token`` and
``POST /cgi-bin/message/subscribe/send``, with their true refusals.

``POST /wechat/mood`` sets a seed and shares of what goes another way from now on: ``busy`` (-1),
``away`` (503, not sent), ``deaf`` (sent, and the answer lost), ``token`` (42001: it is dead),
``same_moment`` (43108). ``POST /wechat/credits`` says how many messages a user takes of a template;
of a user of whom nothing was said it takes any number.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from app.outside.played.keys import APP_SECRET, APPID
from app.outside.wechat_messages.values import LONGEST


class PlayedMessages:
    """What WeChat remembers: messages as they came, tokens it gave, consents."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answers: Counter[int] = Counter()
        self.credits: dict[tuple[str, str], int] = {}
        self.used_up = False
        self.mood: dict[str, float] = {}
        self._random = random.Random(0)  # noqa: S311

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cgi-bin/stable_token", self._token),
            web.post("/cgi-bin/message/subscribe/send", self._send),
            web.post("/wechat/mood", self._set_mood),
            web.post("/wechat/credits", self._set_credits),
        ]

    def set_mood(self, shares: Mapping[str, float], seed: int) -> None:
        """From now on so much goes another way, drawn by this seed."""
        self._random = random.Random(seed)  # noqa: S311
        self.mood = {str(name): float(share) for name, share in shares.items()}

    async def _set_mood(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.set_mood(asked, int(asked.pop("seed", 0)))
        return web.json_response({})

    async def _set_credits(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.credits[(asked["openid"], asked["template"])] = int(asked["credits"])
        return web.json_response({})

    async def _token(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked.get("appid") != APPID:
            return self._answer(40013)
        if asked.get("secret") != APP_SECRET:
            return self._answer(40125)
        if not self.tokens or asked.get("force_refresh"):
            self.tokens.append(secrets.token_urlsafe(24))
        return web.json_response({"access_token": self.tokens[-1], "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        if self._drawn("away"):
            return web.Response(status=503)
        if self._drawn("token") and self.tokens:
            self.tokens.append(secrets.token_urlsafe(24))
        if not self.tokens or request.query.get("access_token") != self.tokens[-1]:
            return self._answer(42001)
        if self.used_up:
            return self._answer(45009)
        for mood, errcode in (("busy", -1), ("same_moment", 43108)):
            if self._drawn(mood):
                return self._answer(errcode)
        asked = await request.json()
        errcode = _wrong(asked)
        key = (asked["touser"], asked["template_id"])
        if not errcode and self.credits.get(key, 1) < 1:
            errcode = 43101
        if errcode:
            return self._answer(errcode)
        if key in self.credits:
            self.credits[key] -= 1
        self.sent.append(asked)
        return web.Response(status=504) if self._drawn("deaf") else self._answer(0)

    def _answer(self, errcode: int) -> web.Response:
        self.answers[errcode] += 1
        return web.json_response({"errcode": errcode, "errmsg": "ok" if not errcode else "no"})

    def _drawn(self, what: str) -> bool:
        share = self.mood.get(what, 0.0)
        return share > 0 and self._random.random() < share


def _wrong(asked: dict[str, Any]) -> int:
    """WeChat's number for what is wrong with a message; 0: nothing."""
    if not asked.get("touser"):
        return 40003
    if not asked.get("template_id"):
        return 40037
    for name, one in asked["data"].items():
        text = one["value"]
        if not text or len(text) > LONGEST.get(name.rstrip("0123456789"), 32):
            return 47003
    return 0
