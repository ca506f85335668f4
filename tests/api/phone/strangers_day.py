"""A day of a stranger with a fresh log-in, who tries on somebody all that the phones' door offers,
every hour, as often as the limits let him and a little more."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.bench.statements import Captured, capturing
from app.kit.words.masking import mask_number
from tests.api.access.phones import ROWS
from tests.people_factory import made_up_certno
from tests.phone_world import API, NOON, Someone, World, claim
from tests.till_world import BASIC, Town

HOURS = 26
"""A day, and the first hours of the next: every window has turned."""
_IDS = re.compile(
    r'(?<="request_id":")[^"]*|(?<="id":")[^"]*|2001:db8:[0-9a-f:/]*|(?<="token":")[^"]*|\d{15,}X?'
)
_PROOFS = ("household_register", "birth_certificate", "notarised")
_OF_NOBODY = (
    "typeinfo_tree", "current_setting('jit')", "from waiting", "sealing_key", "sealing_process",
    "pg_advisory_xact_lock_shared",
)  # fmt: skip
"""What the driver asks of a new connection, and the process of its queue and of its keys."""
_OWN_LOG_IN = ("POST /logout", "POST /login")
_number = itertools.count(1)


@dataclass(frozen=True)
class Seen:
    """What a stranger gets back of one call; ``asked``: what the database was asked for it."""

    call: str
    hour: int
    status: int
    text: str
    asked: tuple[tuple[str, int], ...] = field(repr=False)


@dataclass
class Stranger:
    """One stranger, what he has seen, and what he may use of it."""

    world: World
    me: Someone
    fresh: str
    token: str
    target: Someone
    relations: Sequence[str]
    statements: Captured
    shop: str
    address: str = field(default_factory=lambda: f"2001:db8:{next(_number):x}::1")
    seen: list[Seen] = field(default_factory=list)
    hour: int = 0

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One call; the ids in its answer, for the next ones."""
        self.statements.clear()
        response = await self.world.client.request(
            method,
            API + path,
            json=body,
            headers={
                "Authorization": f"Bearer {token or self.token}",
                "X-Forwarded-For": self.address,
            },
        )
        text = await response.text()
        told = text.replace(mask_number(self.me.certno), "<me>")
        for _ in range(3):  # the driver tells of its last statements in the loop's next turns
            await asyncio.sleep(0)
        asked = tuple(
            (sql, len(one.seconds))
            for sql, one in self.statements.items()
            if not any(other in sql for other in _OF_NOBODY)
        )
        call = f"{method} {_IDS.sub('#', path)}"
        self.seen.append(Seen(call, self.hour, response.status, _IDS.sub("#", told), asked))
        if response.status < 300 and response.content_type == "application/json":
            return (await response.json())["data"]
        return None

    async def hours(self) -> None:
        for self.hour in range(HOURS):
            self.world.clock.advance(3600)
            await self._pretends()
            for door in ("family", "aid"):
                await self._asks(door)
            if self.hour % 12 == 0:
                await self._looks()

    async def _pretends(self) -> None:
        """To be the one he knows, with faces and cards of his own."""
        for number in range(3):
            way = f"{self.address}-{self.hour}-{number}"
            face = {"method": "face", "ticket": f"face-no-{way}"}
            card = {"method": "card", "card_no": way[:40], "password": "654321"}
            for token in (self.fresh, self.token):
                body = claim(self.target) | {"proof": face if number % 2 else card}
                await self.call("POST", "/identity", body, token)

    async def _asks(self, door: str) -> None:
        """As every relative, signed and not, and does with what comes back all that there is."""
        relation = self.relations[self.hour % len(self.relations)]
        proof = {"kind": _PROOFS[self.hour % 3], "reference": f"R{self.hour}"}
        signed: dict[str, Any] = {"commitment": "signed", "proof": proof}
        if door == "aid":
            signed = {"rank": 1}
        for more in ({}, signed):
            body = claim(self.target) | {"relation": relation} | more
            made = await self.call("POST", f"/{door}", body)
            if made is not None:
                await self._uses(door, made["id"])
                await self.call("POST", f"/{door}", body)
                await self.call("DELETE", f"/{door}/{made['id']}")
                await self._uses(door, made["id"], ended=True)
        guess = Someone(0, self.target.name, made_up_certno(self.target.brdy), "1", NOON.date())
        if self.hour % 4 == 0:
            await self.call("POST", f"/{door}", claim(guess) | {"relation": relation} | signed)

    async def _uses(self, door: str, thing: str, *, ended: bool = False) -> None:
        """What can be done with a binding or grant."""
        item = {"med_list_codg": BASIC, "price": "5", "count": "1"}
        bill = {"fixmedins_code": self.shop, "items": [item], "patient": thing}
        calls: list[tuple[str, str, Any]] = [
            ("POST", f"/{door}/{thing}/confirm", None),
            ("POST", "/credentials", {"holder": thing}),
            ("POST", "/preview", bill),
            ("GET", f"/aid/diagnosis?beneficiary={thing}", None),
            ("PATCH", f"/aid/{thing}", {"cap_day_fen": 5}),
            ("POST", f"/aid/{thing}/freeze", None),
            ("POST", f"/aid/{thing}/unfreeze", None),
            ("POST", f"/aid/{thing}/order", {"to": "top"}),
            ("GET", f"/settlements/{thing}", None),
            ("GET", f"/credentials/{thing}", None),
            ("GET", f"/{door}", None),
        ]
        for method, path, body in calls[:4] if ended else calls:
            await self.call(method, path, body)

    async def _looks(self) -> None:
        """At everything that is his own, and for the other in what can be searched."""
        days = f"from={NOON.date()}&to={NOON.date()}"
        name, number = self.target.name, self.target.certno
        searches = (
            f"/institutions?q={name}",
            f"/catalogue?q={number}",
            f"/settlements/{number[:17]}",
        )
        for path in ("/nothing", *searches, f"/accounts/statement?{days}"):
            await self.call("GET", path)
        for row in ROWS:  # each call there is, with the number in the place of any other
            if row.route not in _OWN_LOG_IN:
                known = {"{nobody}": number, "{id}": number[:17], "{shop}": self.shop}
                path, body = row.path.replace("{id}", number[:17]), _filled(row.body, known)
                await self.call(row.method, path, body or None)
        for _ in range(22 if self.hour == 0 else 2):
            await self.call("POST", "/credentials", {"holder": "me"})


def _filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, known) for one in value]
    return known.get(value, value)


async def a_day(town: Town, target: Someone, relations: Sequence[str]) -> list[Seen]:
    """What a new stranger, who has money to give, sees in a day; it always begins at one time."""
    world = town.world
    world.clock.set(NOON)
    me = await town.member("钱七", gend="2", current_fen=9_000)
    token = me.token
    fresh = await world.log_in(f"fresh{me.id}")
    world.outside.identity.strangers.add(me.certno)
    async with capturing(world.services) as statements:
        stranger = Stranger(world, me, fresh, token, target, relations, statements, town.shop.code)
        await stranger.hours()
    return stranger.seen
