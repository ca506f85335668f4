"""Daughters who pay their fathers' premiums by phone while the load goes on, at a tax office in
every mood: a new family each round, since a father has one premium a year."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.premium.models import State
from app.domain.premium.rules.quote import years_open
from app.kit.clock import local_date
from app.ledger.kinds import AccountKind
from app.outside.played.tax import PlayedTaxOffice
from app.regions.loader import Rulebook
from tests.crash.fleet import until
from tests.faults.phones import Families
from tests.people_factory import add_grant
from tests.till_world import open_account

PLACE, PRICE_FEN = "130100", 40_000
FATHERS, FOR = "甲乙丙丁戊己", 5
"""A daughter's fathers and uncles, and for how many of them she has the money."""
_SILENT_S = 12.0
"""After so long people look whether the office has said anything: it is asked every 5 s."""
_MOODS: tuple[Mapping[str, float], ...] = (
    {"refuse": 0.1, "silent": 0.1, "swapped": 0.2, "twice": 0.3, "late": 0.3},
    {"broken": 0.5, "deaf": 0.3, "twice": 0.3, "late": 0.5, "refund_refuse": 0.3},
    {"broken": 1.0},
    {"deaf": 0.5, "refuse": 0.1, "silent": 0.1, "refund_refuse": 0.3},
)
_ENDS: Mapping[State, frozenset[str | None]] = {
    State.BOOKED: frozenset(("booked",)),
    State.RELEASED: frozenset((None, "refused", "voided")),
    State.REFUNDED: frozenset(("refunded",)),
}
"""In which states an order may stay, and what the tax office then knows of it."""
_ORDERS = """
select o.id, o.person_id, o.state, o.amount_fen from premium_order o
where o.person_id = any($1::bigint[])
"""
_OWNS = "select coalesce(sum(balance_fen), 0)::bigint from account where person_id = $1"


@dataclass
class Father:
    """Whose premium is paid, and what phones were told of it."""

    id: int
    name: str
    grant: int
    token: str
    order: str = ""
    """Its number, once a phone was told."""
    told: str = ""
    """The last word: ``ordered``, ``released``, ``taking back``, ``refund asked``, or a refusal's
    reason."""


@dataclass
class Household:
    """Who pays, and for whom."""

    daughter: int
    token: str
    fathers: list[Father]


@dataclass
class Season:
    """All of them, and the tax office."""

    families: Families
    office: PlayedTaxOffice
    rulebook: Rulebook
    random: random.Random
    households: list[Household] = field(default_factory=list)

    @property
    def owned_fen(self) -> int:
        """What the daughters came with."""
        return FOR * PRICE_FEN * len(self.households)

    @property
    def year(self) -> int:
        """The benefit year that is paid now."""
        return self.open_on(local_date(self.families.clock.now()))[-1]

    def open_on(self, day: date) -> list[int]:
        """The benefit years of which premiums are taken on that day."""
        return years_open(self.rulebook.at(PLACE, day).rules.premium, day)

    async def come(self) -> None:
        """A family, before anything is broken; those of before look what has become of theirs."""
        await asyncio.gather(*(self._look_again(one) for one in self.households[-2:]))
        families, services = self.families, self.families.services
        daughter, _ = await families.person("李敏", "2", date(1980, 5, 17), PLACE)
        await open_account(services, daughter, AccountKind.CURRENT, FOR * PRICE_FEN, PLACE)
        fathers = []
        for name in FATHERS:
            father, _ = await families.person(f"李{name}", "1", date(1950, 1, 1), PLACE, "390")
            now, database = families.clock.now(), services.database
            grant = await add_grant(database, daughter, father, now, "father")
            fathers.append(Father(father, f"*{name}", grant, await families.log_in(father)))
        self.households.append(Household(daughter, await families.log_in(daughter), fathers))

    async def deeds(self, broken: asyncio.Event) -> None:
        """What the newest family does: a half at once, a half while something is broken."""
        household = self.households[-1]
        self.office.mood = dict(self.random.choice(_MOODS))
        half = len(FATHERS) // 2
        await self._pay(household, household.fathers[:half])
        await broken.wait()
        await self._pay(household, household.fathers[half:])
        self.office.mood = {}

    async def _pay(self, household: Household, fathers: list[Father]) -> None:
        await asyncio.gather(*(self._order(household, one) for one in fathers))
        await asyncio.sleep(self.random.random())
        for father in fathers:
            if father.order and self.random.random() < 0.5:
                await self._change(father)

    async def _order(self, household: Household, father: Father) -> None:
        """By the daughter, or by both at the same time. Who hears that it is under way looks where
        it stands: perhaps the own order's answer was lost."""
        asked = [self._ask(household.token, str(father.grant))]
        if self.random.random() < 0.3:
            asked.append(self._ask(father.token, "me"))
        told = await asyncio.gather(*asked)
        found = [one for one in told if one.isdigit()]
        if not found and {"PREMIUM_UNDER_WAY", "ALREADY_PAID"} & set(told):
            found = await self._found(household, father)
            assert found, f"{father.name}: {told}, and no order is seen"
        father.order = max(found, key=int, default="")  # one before it has come to nothing
        father.told = "ordered" if found else told[0]

    async def _ask(self, token: str, whose: str) -> str:
        """The order's number, or the reason why there is none."""
        body = {"year": self.year, "items": [{"beneficiary": whose, "buy_back": []}]}
        status, told = await self.families.call("POST", "/premiums", token, body)
        return str(told["data"]["ordered"][0]["id"] if status == 201 else told["reason"])

    async def _found(self, household: Household, father: Father) -> list[str]:
        _, told = await self.families.call("GET", "/premiums", household.token)
        return [str(one["id"]) for one in told["data"] if one["resident"] == father.name]

    async def _change(self, father: Father) -> None:
        """The father takes it back, or asks for the money once it is paid: he may, whoever of them
        has ordered it."""
        one = await self._seen(father)
        if one["may_refund"]:
            path = f"/premiums/{father.order}/refund"
            status, _ = await self.families.call("POST", path, father.token)
            father.told = "refund asked" if status == 200 else father.told
        elif one["may_take_back"]:
            path = f"/premiums/{father.order}"
            status, told = await self.families.call("DELETE", path, father.token)
            if status == 200:
                released = told["data"]["state"] == "released"
                father.told = "released" if released else "taking back"

    async def _seen(self, father: Father) -> dict[str, Any]:
        path = f"/premiums/{father.order}"
        status, told = await self.families.call("GET", path, father.token)
        assert status == 200, told
        return dict(told["data"])

    async def _look_again(self, household: Household) -> None:
        """What the office says nothing of is taken back."""
        for father in household.fathers:
            if father.order and (await self._seen(father))["state"] == "submitted":
                await self._change(father)

    async def rest(self) -> None:
        """Until every order of the rounds before is decided. Of the last one's some may be at the
        office still."""
        people = [father.id for one in self.households[:-1] for father in one.fathers]

        async def decided() -> bool:
            rows = await self.families.services.database.rows(_ORDERS, people)
            return all(State(row["state"]) in _ENDS for row in rows)

        with suppress(TimeoutError):
            async with asyncio.timeout(_SILENT_S):
                await until(decided, "the premiums of before are decided")
        if not await decided():
            await asyncio.gather(*(self._look_again(one) for one in self.households[:-1]))
        await until(decided, "the premiums of before are decided")

    async def wrong(self) -> list[str]:
        """What phones were told and isn't so, what the tax office knows otherwise, and whose money
        is not what the office was paid."""
        found = []
        for household in self.households[:-1]:
            found += await self._wrong_of(household)
        return [f"premium: {one}" for one in found]

    async def _wrong_of(self, household: Household) -> list[str]:
        database, fathers = self.families.services.database, household.fathers
        rows = await database.rows(_ORDERS, [father.id for father in fathers])
        told = {father.order: father for father in fathers if father.order}
        nobodys = [row for row in rows if str(row["id"]) not in told]
        wrong = [
            f"{row['id']} was told nobody"
            for row in nobodys  # one that had come to nothing before its phone asked again
            if row["state"] != State.RELEASED
        ]
        states = {str(row["id"]): State(row["state"]) for row in rows}
        for number, father in told.items():
            state, known = states.get(number), self.office.states.get(number)
            if state is None or known not in _ENDS.get(state, ()):
                wrong.append(f"{number} is {state}; the tax office has it {known}")
            elif not _agrees(father.told, state):
                wrong.append(f"{number}: {father.told} was told, and it is {state.name}")
        paid = sum(self.office.paid_fen.get(number, 0) for number in told)
        owns = await database.value(_OWNS, household.daughter)
        if owns + paid != FOR * PRICE_FEN:
            wrong.append(f"of {household.daughter}: {owns} left, {paid} at the tax office")
        return wrong


def _agrees(told: str, state: State) -> bool:
    """Whether an order that phones were told this of may have come to that."""
    match told:
        case "ordered":  # the office refuses some
            return state in (State.BOOKED, State.RELEASED)
        case "released":
            return state is State.RELEASED
        case "taking back":  # it may have been paid already
            return state in (State.BOOKED, State.RELEASED)
        case "refund asked":  # which the office may refuse
            return state in (State.BOOKED, State.REFUNDED)
    return False
