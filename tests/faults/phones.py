"""Families who send each other money by phone while the load goes on: a few new ones each round,
since a day has few transfers for each."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from app.api.http.middleware import AWAY
from app.ledger.clearing import compare
from tests.crash.fleet import until
from tests.crash.purses import A_DAY, FEN, Campaign, Pair

_ON_ITS_WAY = """
select exists (select from wallet_offer
        where state = 2 and told_at is null and returns_id is null)
    or exists (select from wallet_sent where state = 1 and delivered_at is null)
"""


@dataclass
class Families(Campaign):
    """As in ``purses``; but phones log in anew when their sessions have gone with Redis, and no
    night passes."""

    _whose: dict[str, int] = field(default_factory=dict)
    _now: dict[str, str] = field(default_factory=dict)

    @property
    def owned_fen(self) -> int:
        """What they came with."""
        return 2 * FEN * len(self.pairs)

    async def come(self) -> None:
        """Two families, before anything is broken."""
        await self.build(2)

    async def deeds(self, broken: asyncio.Event) -> None:
        """What those do that came last: one family at once, one while something is broken."""
        early, late = self.pairs[-2:]
        await self._deeds(early)
        await broken.wait()
        await self._deeds(late)

    async def _deeds(self, pair: Pair) -> None:
        """Sends, accepts, gives back, forgets; what is refused would be held until the morning."""
        for _ in range(A_DAY):
            transfer = await self._send(pair)
            if transfer is None:
                return
            await self._offered(pair, transfer)
            deed = self.random.random()
            if deed > 0.8:
                return
            await self._do(pair, transfer, "accept", "accepted")
            if deed < 0.3:
                await self._give_back(pair, transfer)

    async def log_in(self, person_id: int) -> str:
        token = await super().log_in(person_id)
        self._whose[token] = person_id
        return token

    async def call(
        self, method: str, path: str, token: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        while True:
            known = self._now.get(token, token)
            status, told = await super().call(method, path, known, body)
            if status != 401:
                return status, told
            with suppress(*AWAY):
                self._now[token] = await self._logged_in_anew(self._whose[token])

    async def _logged_in_anew(self, person_id: int) -> str:
        database = self.services.database
        login_id = await database.value("select id from login where person_id = $1", person_id)
        return await self._session(login_id)

    async def _offered(self, pair: Pair, transfer: str) -> None:
        async def lies_there() -> bool:
            _, seen = await self.call("GET", "/wallet", pair.mother_token)
            return transfer in [one["id"] for one in seen["data"]["offers"]]

        await until(lies_there, "the offer lies on the mother's phone", every_s=0.1)

    async def rest(self) -> None:
        """Until nothing is on its way between two people."""

        async def at_rest() -> bool:
            return not await self.services.database.value(_ON_ITS_WAY)

        await until(at_rest, "no money is on its way")

    async def wrong(self) -> list[str]:
        """What phones were told and isn't so, and what the two sides don't agree on."""
        found = await compare(self.services.database)
        wrong = [f"clearing: {one}" for one in found.differences]
        for pair in self.pairs:
            try:
                await self._check_pair(pair)
            except AssertionError as error:
                wrong.append(f"of {pair.son}: {error}")
        return wrong
