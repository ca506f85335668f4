"""A walker: does at random whatever people and tills may do, several things at once, some of them
twice, some in the wrong order, and remembers what it was told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import Item, TillClient
from app.clients.till.sale import sale_input
from app.kit.clock import SystemClock
from app.ledger.relocation import relocate
from tests.till_world import BASIC, SELF_PAID, Member, Town


@dataclass
class Paid:
    """A settlement as its till knows it."""

    msgid: str
    patient: Member
    till: TillClient
    answer: Answer
    infno: str = "2102"
    taken_back: list[tuple[str, str]] = field(default_factory=list)
    """By which messages, whole or in part: msgid and number."""


class Walker:
    """One family of four, two tills, and a seed."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.chance = random.Random(seed)
        self.paid: list[Paid] = []
        self.told: dict[str, int] = {}
        self.patients: list[Member] = []
        self.donors: list[Member] = []
        self.grants: dict[tuple[int, int], str] = {}
        self.tills: list[TillClient] = []

    async def prepare(self) -> None:
        town = self.town
        self.patients = [
            await town.member("李老", date(1950, 1, 1), current_fen=30_000, carried_fen=5_000),
            await town.member("王老", date(1952, 1, 1), "2", insutype="390"),
        ]
        self.donors = [
            await town.member("李强", current_fen=400_000, carried_fen=100_000),
            await town.member("李敏", date(1982, 3, 1), "2", current_fen=300_000),
        ]
        self.tills = [town.till, await town.new_till(await town.new_shop("tif"))]
        for donor in self.donors:
            for patient in self.patients:
                await self.grant(donor, patient)

    async def step(self, width: int) -> None:
        """Several things at once."""
        deeds: list[Callable[[], Awaitable[None]]] = self.chance.choices(
            [
                self.settle,
                self.settle_twice,
                self.late,
                self.cancel,
                self.reverse,
                self.reverse_cancel,
                self.give_back,
                self.switch_grant,
                self.freeze,
                self.move,
            ],
            [9, 4, 3, 6, 3, 3, 4, 1, 1, 1],
            k=width,
        )
        await asyncio.gather(*(deed() for deed in deeds))

    def _note(self, answer: Answer) -> None:
        code = answer.err_msg.split(" ")[0] or "OK"
        self.told[code] = self.told.get(code, 0) + 1

    async def _sale(self, till: TillClient) -> tuple[Member, dict[str, Any]]:
        patient = self.chance.choice(self.patients)
        yuan = Decimal(self.chance.randrange(100, 20_000)) / 100
        items = [Item(BASIC, Decimal(self.chance.randrange(1, 4)), yuan)]
        if self.chance.random() < 0.3:
            items.append(Item(SELF_PAID, Decimal(1), Decimal("3.33")))
        sale = self.town.sale_of(patient, await self.town.scan(patient, till), items)
        return patient, sale_input(sale, self.town.clock.now())

    async def settle(self, times: int = 1) -> None:
        till = self.chance.choice(self.tills)
        patient, given = await self._sale(till)
        msgid = till.new_msgid()
        answers = await asyncio.gather(
            *(till.call("2102", given, msgid, patient.place) for _ in range(times))
        )
        for answer in answers:
            self._note(answer)
        good = [answer for answer in answers if answer.ok]
        if good:
            assert all(answer.setlinfo == good[0].setlinfo for answer in good)
            self.paid.append(Paid(msgid, patient, till, good[0]))

    async def settle_twice(self) -> None:
        await self.settle(times=2)

    async def late(self) -> None:
        """The reversal first, or at the same time as its original."""
        till = self.chance.choice(self.tills)
        patient, given = await self._sale(till)
        msgid = till.new_msgid()
        undo = {"psn_no": patient.psn_no, "omsgid": msgid, "oinfno": "2102"}
        calls = [
            till.call("2601", {"data": undo}, insuplc=patient.place),
            till.call("2102", given, msgid, patient.place),
        ]
        if self.chance.random() < 0.5:
            answers = [await call for call in calls]
            assert answers[1].err_msg.startswith("REVERSED_BEFORE_ARRIVAL")
        else:
            answers = list(await asyncio.gather(*calls))
        assert answers[0].ok
        for answer in answers:
            self._note(answer)

    async def cancel(self) -> None:
        if not self.paid:
            return
        one = self.chance.choice(self.paid)
        msgid = one.till.new_msgid()
        answer = await one.till.call("2103", {"data": self._names(one)}, msgid)
        self._note(answer)
        if answer.ok:
            one.taken_back.append((msgid, "2103"))

    async def reverse(self) -> None:
        if not self.paid:
            return
        one = self.chance.choice(self.paid)
        data = {"psn_no": one.patient.psn_no, "omsgid": one.msgid, "oinfno": one.infno}
        self._note(await one.till.call("2601", {"data": data}))

    async def reverse_cancel(self) -> None:
        ones = [one for one in self.paid if one.taken_back]
        if not ones:
            return
        one = self.chance.choice(ones)
        omsgid, oinfno = self.chance.choice(one.taken_back)
        data = {"psn_no": one.patient.psn_no, "omsgid": omsgid, "oinfno": oinfno}
        self._note(await one.till.call("2601", {"data": data}))

    async def give_back(self) -> None:
        if not self.paid:
            return
        one = self.chance.choice(self.paid)
        line = self.chance.choice(one.answer.output["detlcutinfo"])
        lines = [{"feedetl_sn": line["feedetl_sn"], "cnt": self.chance.choice(["0.5", "1", "2"])}]
        msgid = one.till.new_msgid()
        answer = await one.till.call(
            "2103A", {"data": self._names(one), "drugdetail": lines}, msgid
        )
        self._note(answer)
        if answer.ok:
            one.taken_back.append((msgid, "2103A"))
            self.paid.append(Paid(msgid, one.patient, one.till, answer, "2103A"))

    async def grant(self, donor: Member, patient: Member) -> None:
        relation = "father" if patient is self.patients[0] else "mother"
        answer = await self.town.try_grant(donor, patient, relation)
        if answer.status == 201:
            self.grants[(donor.id, patient.id)] = str(answer.data["id"])
            if self.chance.random() < 0.7:
                await self.town.agree(patient, answer.data["id"])

    async def switch_grant(self) -> None:
        donor, patient = self.chance.choice(self.donors), self.chance.choice(self.patients)
        held = self.grants.pop((donor.id, patient.id), None)
        if held is None:
            await self.grant(donor, patient)
        else:
            await self.town.world.call("DELETE", f"/aid/{held}", token=donor.token)

    async def freeze(self) -> None:
        if not self.grants:
            return
        (donor_id, _), held = self.chance.choice(list(self.grants.items()))
        token = next(donor.token for donor in self.donors if donor.id == donor_id)
        what = self.chance.choice(["freeze", "unfreeze"])
        await self.town.world.call("POST", f"/aid/{held}/{what}", token=token)

    async def move(self) -> None:
        """A donor's account moves to another province and the donor comes back."""
        services, donor = self.town.services, self.chance.choice(self.donors)
        async with services.database.transaction() as connection:
            now = SystemClock().now()
            await relocate(connection, [donor.id], services.database.ids, now)

    def _names(self, one: Paid) -> dict[str, Any]:
        return {name: one.answer.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
