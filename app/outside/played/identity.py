"""Plays the identity provider.

``POST /identity/face/check``: ticket ``face-ok-<anything>`` passes; ``face-busy``, ``face-broken``,
``face-empty``, ``face-slow`` provoke faults; the rest fails. One ticket is one check: asked again
it gives the same reference. ``POST /identity/card/check``: password ``123456`` passes; three wrong
ones block the card for a while. ``POST /identity/guardian/check``: passes, but for a document whose
number begins with ``no`` and for who is named a stranger.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time

from aiohttp import web

from app.outside.played.keys import CARD_PASSWORD, IDENTITY_KEY

WRONG_TRIES = 3
_BLOCK_S = 600.0


class PlayedIdentity:
    """What the provider remembers: how many checks it made, and wrong passwords by card."""

    def __init__(self, slow_s: float) -> None:
        self.checks = 0
        self.strangers: set[str] = set()
        """Numbers of people whom no register has as anybody's guardian."""
        self._slow_s = slow_s
        self._wrong: dict[str, list[float]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.post("/identity/face/check", self._face_check),
            web.post("/identity/card/check", self._card_check),
            web.post("/identity/guardian/check", self._guardian_check),
        ]

    async def _face_check(self, request: web.Request) -> web.StreamResponse:
        """Compares a face taken by the provider's own page, known here by its ticket."""
        asked = await self._asked(request, "ticket", "name", "cert_type", "certno")
        if isinstance(asked, web.Response):
            return asked
        ticket = asked["ticket"]
        if ticket.startswith("face-busy"):
            return web.json_response({"error": "busy"}, status=503)
        if ticket.startswith("face-broken"):
            return web.Response(text="<html>gateway</html>")
        if ticket.startswith("face-empty"):
            return web.json_response({})
        if ticket.startswith("face-slow"):
            await asyncio.sleep(self._slow_s)
        passed = ticket.startswith("face-ok-")
        reference = "face-" + hashlib.sha256(ticket.encode()).hexdigest()[:24]
        return web.json_response(
            {"passed": passed, "provider_ref": reference, "score": 96.5 if passed else 41.0}
        )

    async def _card_check(self, request: web.Request) -> web.StreamResponse:
        """Checks a social-security card's number and password."""
        asked = await self._asked(request, "card_no", "password", "name", "cert_type", "certno")
        if isinstance(asked, web.Response):
            return asked
        now = time.monotonic()
        card = asked["card_no"]
        wrong = [at for at in self._wrong.get(card, []) if now - at < _BLOCK_S]
        passed = len(wrong) < WRONG_TRIES and asked["password"] == CARD_PASSWORD
        self._wrong[card] = [] if passed else [*wrong, now]
        return web.json_response(
            {
                "passed": passed,
                "provider_ref": "card-" + secrets.token_hex(12),
                "score": 100 if passed else 0,
                "blocked": len(wrong) >= WRONG_TRIES,
            }
        )

    async def _guardian_check(self, request: web.Request) -> web.StreamResponse:
        """Looks into the registers of households and births."""
        names = ("name", "certno", "guardian_certno", "relation", "proof_kind", "proof_number")
        asked = await self._asked(request, *names)
        if isinstance(asked, web.Response):
            return asked
        shown = not asked["proof_number"].lower().startswith("no")
        passed = shown and asked["guardian_certno"] not in self.strangers
        reference = "kin-" + secrets.token_hex(12)
        return web.json_response({"passed": passed, "provider_ref": reference})

    async def _asked(self, request: web.Request, *names: str) -> dict[str, str] | web.Response:
        if request.headers.get("Authorization") != f"Bearer {IDENTITY_KEY}":
            return web.json_response({"error": "unauthorized"}, status=401)
        try:
            body = json.loads(await request.read())
            asked = {name: str(body[name]) for name in names}
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "bad request"}, status=400)
        self.checks += 1
        return asked
