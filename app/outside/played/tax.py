"""Plays the tax office.

``POST /tax/premiums`` takes items by id; the same again changes nothing. A payment is confirmed and
booked at once, refused if the year is paid already, and else as ``mood`` says.
``GET /tax/results?after=CURSOR`` gives what was decided since, 500 at the most.
``POST /tax/mood`` sets shares of what goes another way from now on: ``refuse``, ``silent`` (never
decided), ``swapped`` (booked before paid), ``twice``, ``late``, ``refund_refuse``, ``broken`` (502,
nothing taken), ``deaf`` (taken, and the answer lost). Each is drawn by the item's id, so that it is
the same however often it is asked.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from aiohttp import web

from app.outside.played.keys import TAX_KEY

_PAGE = 500


class PlayedTaxOffice:
    """What the office remembers: each order's state, and the results in order."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.paid_fen: dict[str, int] = {}
        self.results: list[dict[str, object]] = []
        self.asked = 0
        self._life = secrets.token_hex(4)
        self.mood: dict[str, float] = {}
        self._late: list[dict[str, object]] = []
        self._cover: dict[tuple[str, int], str] = {}

    def paid_elsewhere(self, psn_no: str, year: int) -> None:
        """A year that somebody paid at a counter of its own."""
        self._cover[(psn_no, year)] = "elsewhere"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/tax/premiums", self._take),
            web.get("/tax/results", self._tell),
            web.post("/tax/mood", self._set_mood),
        ]

    async def _set_mood(self, request: web.Request) -> web.Response:
        self.mood = {str(name): float(share) for name, share in (await request.json()).items()}
        return web.json_response({})

    async def _take(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TAX_KEY}":
            return web.json_response({"error": "who are you"}, status=401)
        self.asked += 1
        items = (await request.json())["items"]
        if self._drawn("broken", f"{self.asked}"):
            return web.Response(status=502)
        for item in items:
            self._do(item)
        if self._drawn("deaf", f"d{self.asked}"):  # it has them, and the answer is lost
            return web.Response(status=504)
        return web.json_response({"taken": len(items)})

    def _do(self, item: dict[str, Any]) -> None:
        number, act = item["id"], item["act"]
        state = self.states.get(number)
        if act == "pay" and state is None:
            self._pay(item)
        elif act == "void" and state in (None, "silent"):
            self.states[number] = "voided"
            self._note(number, "voided")
        elif act == "refund" and state == "booked":
            if self._drawn("refund_refuse", number):
                self._note(number, "refund_refused", why="cover_begun")
                return
            self.states[number] = "refunded"
            self.paid_fen.pop(number, None)
            for year in item["years"]:
                self._cover.pop((item["psn_no"], year), None)
            self._note(number, "refunded")

    def _pay(self, item: dict[str, Any]) -> None:
        number = item["id"]
        covers = [(item["psn_no"], year) for year in item["years"]]
        if self._drawn("refuse", number) or any(pair in self._cover for pair in covers):
            self.states[number] = "refused"
            why = (
                "paid_elsewhere"
                if any(pair in self._cover for pair in covers)
                else "not_registered"
            )
            self._note(number, "refused", why=why)
        elif self._drawn("silent", number):
            self.states[number] = "silent"
        else:
            self.states[number] = "booked"
            self.paid_fen[number] = item["amount_fen"]
            self._cover.update(dict.fromkeys(covers, number))
            order = ("booked", "paid") if self._drawn("swapped", number) else ("paid", "booked")
            for outcome in order:
                self._note(number, outcome)

    def _note(self, number: str, outcome: str, why: str = "") -> None:
        row: dict[str, object] = {"id": number, "outcome": outcome, "ref": f"T{number}", "why": why}
        if self._drawn("late", f"{number}{outcome}"):
            self._late.append(row)
        else:
            self.results.append(row)
        if self._drawn("twice", f"{number}{outcome}"):
            self.results.append(row)

    async def _tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TAX_KEY}":
            return web.json_response({"error": "who are you"}, status=401)
        life, _, number = request.query.get("after", "").partition("-")
        after = int(number) if life == self._life else 0
        page = self.results[after : after + _PAGE]
        if not page and self._late:  # what was late comes when nothing else does
            self.results += self._late
            self._late = []
            page = self.results[after : after + _PAGE]
        return web.json_response({"results": page, "next": f"{self._life}-{after + len(page)}"})

    def _drawn(self, what: str, seed: str) -> bool:
        share = self.mood.get(what, 0.0)
        drawn = int.from_bytes(hashlib.sha256(f"{what}{seed}".encode()).digest()[:4], "big")
        return drawn < share * 2**32
