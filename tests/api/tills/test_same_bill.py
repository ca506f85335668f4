"""One scan and one bill under two msgids: settled once, while the first stands; the second is told
which one that is. A region may let it pass with a warning."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.sale import Item, sale_input
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.books import check_books
from tests.own_packs import add_pack
from tests.till_world import BASIC, Member, Town

__all__ = ["clinic"]
WARNS = "130200"
PACK = """
[region]
code = "1302"
name = "试验"

[[rules]]
from = 2021-04-01
source = "F5.11: a test"
certainty = "D"
[rules.repeats]
same_bill = "warn"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and a place that lets the same bill pass with a warning."""
    add_pack(tmp_path, monkeypatch, "1302.toml", PACK)
    return {}


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


def ids_of(answer: Answer) -> dict[str, str]:
    return {name: answer.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}


def names(told: Answer, first: Answer, yuan: str) -> bool:
    """Whether a refusal names the first, with what stands of it."""
    parts = (first.setlinfo["setl_id"], first.setlinfo["mdtrt_id"], f"{yuan}元")
    return code(told) == "SAME_BILL" and all(part in told.err_msg for part in parts)


class Counter:
    """Grandfather with 100.00 and his bill of 60.00, scanned once."""

    def __init__(self, town: Town, patient: Member, given: dict[str, Any]) -> None:
        self.town, self.patient, self.given = town, patient, given

    async def call(self, infno: str, given: Any, msgid: str | None = None) -> Answer:
        self.town.clock.advance(1)
        return await self.town.till.call(infno, given, msgid, self.patient.place)

    async def sell(self, given: Any = None, msgid: str | None = None) -> Answer:
        return await self.call("2102", given or self.given, msgid)

    def body(self, infno: str, given: Any, msgid: str) -> bytes:
        return self.town.till.body(infno, given, msgid, self.patient.place)

    def undo(self, omsgid: str, oinfno: str = "2102") -> dict[str, Any]:
        return {"data": {"psn_no": self.patient.psn_no, "omsgid": omsgid, "oinfno": oinfno}}

    async def paid(self) -> int:
        return 10_000 - await self.town.balance(self.patient)


@pytest.fixture
async def counter(town: Town) -> Counter:
    patient = await town.member("李老", date(1950, 1, 1), current_fen=10_000)
    items = [Item(BASIC, Decimal(4), Decimal("10.00")), Item(BASIC, Decimal(2), Decimal("10.00"))]
    sale = town.sale_of(patient, await town.scan(patient), items)
    return Counter(town, patient, sale_input(sale, town.clock.now()))


async def test_the_second_is_told_the_first(counter: Counter) -> None:
    first = await counter.sell()
    assert first.ok and await counter.paid() == 6_000
    for _ in range(2):
        told = await counter.sell(msgid="second")
        assert names(told, first, "60.00"), told.err_msg
    # The time of day, the invoice and how a number is written make no other bill of it.
    again = deepcopy(counter.given)
    again["druginfo"] |= {"begntime": "2026-11-21 11:58:00", "invono": "77"}
    again["drugdetail"] = again["drugdetail"][::-1]
    again["drugdetail"][0]["cnt"] = "2.0"
    assert names(await counter.sell(again), first, "60.00")
    assert await counter.paid() == 6_000
    found = await counter.call("5203", {"data": ids_of(first)})
    assert found.setlinfo["refd_setl_flag"] == "0"
    # The first goes back: then there is none, and the next one counts.
    assert (await counter.call("2103", {"data": ids_of(first)})).ok
    assert names(await counter.sell(msgid="second"), first, "60.00"), "what was refused stays so"
    third = await counter.sell()
    assert third.ok and await counter.paid() == 6_000
    assert names(await counter.sell(), third, "60.00")
    await check_books(counter.town.services.database)


def _other_number(given: dict[str, Any]) -> None:
    given["drugdetail"][1]["feedetl_sn"] += "9"


def _other_split(given: dict[str, Any]) -> None:
    for line, count in zip(given["drugdetail"], ("3", "3"), strict=True):
        line |= {"cnt": count, "det_item_fee_sumamt": "30.00"}


def _one_line_less(given: dict[str, Any]) -> None:
    del given["drugdetail"][1]
    given["druginfo"]["medfee_sumamt"] = "40.00"


@pytest.mark.parametrize("change", [_other_number, _other_split, _one_line_less])
async def test_another_bill_of_the_same_scan_is_settled(
    counter: Counter, change: Callable[[dict[str, Any]], None]
) -> None:
    assert (await counter.sell()).ok
    other = deepcopy(counter.given)
    change(other)
    assert (await counter.sell(other)).ok


async def test_the_same_goods_of_another_scan_are_settled(counter: Counter) -> None:
    assert (await counter.sell()).ok
    other = deepcopy(counter.given)
    other["druginfo"]["mdtrt_cert_no"] = await counter.town.scan(counter.patient)
    assert (await counter.sell(other)).ok


async def test_all_at_once_are_settled_once(counter: Counter) -> None:
    answers = await asyncio.gather(*(counter.sell() for _ in range(4)))
    assert sorted(map(code, answers)) == ["OK"] + ["SAME_BILL"] * 3
    [first] = [answer for answer in answers if answer.ok]
    assert all(names(told, first, "60.00") for told in answers if not told.ok)
    assert await counter.paid() == 6_000


@pytest.mark.parametrize("lanes", [1, 2])
async def test_in_one_batch_or_in_two_lanes_at_the_same_moment(
    counter: Counter, lanes: int
) -> None:
    town = counter.town
    bodies = [counter.body("2102", counter.given, msgid) for msgid in ("one", "two")]
    async with town.drainer_away():
        for body in bodies:
            await town.ask(body, wait=0)
        if lanes == 2:
            await town.value(
                "update waiting set lane = lane + 10 where request_id = (select max(request_id)"
                " from waiting)"
            )
        drain = town.services.settlements.drain.lane
        found = await town.rows("select distinct lane from waiting")
        assert len(found) == lanes
        await asyncio.gather(*(drain(row["lane"]) for row in found))
        told = [await town.ask(body, wait=0) for body in bodies]
    assert sorted(map(code, told)) == ["OK", "SAME_BILL"]
    assert await counter.paid() == 6_000
    await check_books(town.services.database)


async def test_reversed_and_sent_under_a_new_msgid_in_one_batch(counter: Counter) -> None:
    """What the national text tells a till to do whose answer was lost."""
    town = counter.town
    bodies = [
        counter.body("2102", counter.given, "lost"),
        counter.body("2601", counter.undo("lost"), "undo"),
        counter.body("2102", counter.given, "anew"),
    ]
    async with town.drainer_away():
        for body in bodies:
            await town.ask(body, wait=0)
        await town.drain()
        told = [code(await town.ask(body, wait=0)) for body in bodies]
    assert told == ["UNDONE_SINCE", "OK", "OK"]
    assert await counter.paid() == 6_000
    await check_books(town.services.database)


async def test_after_a_part_came_back_the_rest_is_named(counter: Counter) -> None:
    first = await counter.sell()
    serial = counter.given["drugdetail"][0]["feedetl_sn"]
    part = {"data": ids_of(first), "drugdetail": [{"feedetl_sn": serial, "cnt": "4"}]}
    rest = await counter.call("2103A", part, "part")
    assert rest.ok and await counter.paid() == 2_000
    assert names(await counter.sell(), rest, "20.00")
    assert code(await counter.call("2103A", part)) == "REPLACED_SINCE"
    less = deepcopy(counter.given)
    del less["drugdetail"][0]
    less["druginfo"]["medfee_sumamt"] = "20.00"
    assert names(await counter.sell(less), rest, "20.00"), "what is left is the same bill"
    assert (await counter.call("2601", counter.undo("part", "2103A"))).ok
    for given in (counter.given, less):  # its goods are in what stands again
        told = await counter.sell(given)
        assert code(told) == "SAME_BILL" and "60.00元" in told.err_msg
    assert await counter.paid() == 6_000


async def test_a_restored_one_stands(counter: Counter) -> None:
    first = await counter.sell()
    assert (await counter.call("2103", {"data": ids_of(first)}, "back")).ok
    assert (await counter.call("2601", counter.undo("back", "2103"))).ok
    told = await counter.sell()
    assert code(told) == "SAME_BILL" and first.setlinfo["mdtrt_id"] in told.err_msg
    assert await counter.paid() == 6_000


async def test_where_the_region_says_so_it_passes_with_a_warning(counter: Counter) -> None:
    town = counter.town
    await town.value(
        "update institution set admdvs = $2 where fixmedins_code = $1", town.shop.code, WARNS
    )
    first = await counter.sell()
    assert first.ok and first.warn_msg == ""
    second = await counter.sell(msgid="second")
    assert second.ok and await counter.paid() == 10_000
    for told in (second, await counter.sell(msgid="second")):
        assert told.warn_msg.startswith("同一张单子此前已结算过")
        assert first.setlinfo["setl_id"] in told.warn_msg
    path = f"/settlements/{second.setlinfo['setl_id']}"
    seen = await town.world.call("GET", path, token=counter.patient.token)
    assert "SETTLED_TWICE" in [why["reason"] for why in seen.data["reasons"]]
    await check_books(town.services.database)


async def test_a_visit_under_two_msgids(clinic: Clinic) -> None:
    await clinic.charge(("1", BASIC, "300.00"))
    said = (await clinic.pre_settle("300.00")).setlinfo
    answers = await asyncio.gather(*(clinic.settle("300.00", said) for _ in range(2)))
    assert sorted(map(code, answers)) == ["OK", "SAME_BILL"]
    [first] = [answer for answer in answers if answer.ok]
    assert all(names(told, first, "300.00") for told in answers if not told.ok)
    assert names(await clinic.settle("300.00", said), first, "300.00")
    assert (await clinic.cancel(first)).ok
    now = (await clinic.pre_settle("300.00")).setlinfo
    again = await clinic.settle("300.00", now)
    assert again.ok, again.err_msg
    assert names(await clinic.settle("300.00", now), again, "300.00")
    await check_books(clinic.town.services.database)
