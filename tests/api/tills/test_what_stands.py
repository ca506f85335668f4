"""After a part came back, what is left stands under another number: every way to ask for the old
one names it, and 2601 reaches it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.sale import Item, sale_input
from app.kit.clock import SystemClock
from app.ledger.proof.service import Verification
from tests.books import check_books
from tests.till_world import BASIC, Member, Town


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


class Sold:
    """A father with 40.00, his son who shares 1,000.00, and ten of 6.00 that both have paid."""

    def __init__(self, town: Town, father: Member, son: Member, given: dict[str, Any]) -> None:
        self.town, self.father, self.son, self.given = town, father, son, given
        self.msgid = town.till.new_msgid()
        self.bill: Answer
        self.ids: dict[str, str] = {}

    async def call(self, infno: str, given: Any, msgid: str | None = None) -> Answer:
        self.town.clock.advance(1)
        return await self.town.till.call(infno, given, msgid, self.father.place)

    async def sell(self) -> Answer:
        return await self.call("2102", self.given, self.msgid)

    async def give_back(
        self, count: str, of: dict[str, str] | None = None, msgid: str | None = None
    ) -> Answer:
        serial = self.given["drugdetail"][0]["feedetl_sn"]
        detail = [{"feedetl_sn": serial, "cnt": count}]
        return await self.call("2103A", {"data": of or self.ids, "drugdetail": detail}, msgid)

    async def cancel(self, of: dict[str, str], msgid: str | None = None) -> Answer:
        return await self.call("2103", {"data": of}, msgid)

    async def reverse(self, omsgid: str, oinfno: str) -> Answer:
        undo = {"psn_no": self.father.psn_no, "omsgid": omsgid, "oinfno": oinfno}
        return await self.call("2601", {"data": undo})

    async def check(self) -> None:
        """The books add up, by the tests' own check and by the ledger's."""
        services = self.town.services
        await check_books(services.database)
        clock = SystemClock()
        found = await Verification(
            services.database, services.database, services.balances, clock, services.rulebook
        ).run()
        sql = "select id, request_id from settlement where person_id = $1"
        rows = await self.town.rows(sql, self.father.id)
        mine = {str(number) for row in rows for number in row.values()}
        assert not [one for one in found.findings if not mine.isdisjoint(one.row.split())]

    async def look(self, of: dict[str, str]) -> dict[str, Any]:
        answer = await self.call("5203", {"data": of})
        assert answer.ok, answer.err_msg
        return dict(answer.setlinfo)

    async def paid(self) -> tuple[int, int]:
        """What father and son are without, in fen."""
        left = await self.town.balance(self.father), await self.town.balance(self.son)
        return 4_000 - left[0], 100_000 - left[1]


def ids_of(answer: Answer) -> dict[str, str]:
    return {name: answer.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}


def names(answer: Answer, stands: Answer, yuan: str) -> bool:
    """Whether a refusal names what stands, with its sum."""
    ids, text = ids_of(stands), answer.err_msg
    return code(answer) == "REPLACED_SINCE" and all(
        part in text for part in (ids["setl_id"], ids["mdtrt_id"], f"{yuan}元")
    )


@pytest.fixture
async def sold(town: Town) -> Sold:
    father = await town.member("李老", date(1950, 1, 1), current_fen=4_000)
    son = await town.member("李强", current_fen=100_000)
    await town.grant(son, father, "father")
    item = Item(BASIC, Decimal(10), Decimal("6.00"))
    sale = town.sale_of(father, await town.scan(father), [item])
    made = Sold(town, father, son, sale_input(sale, town.clock.now()))
    made.bill = await made.sell()
    assert made.bill.ok, made.bill.err_msg
    made.ids = ids_of(made.bill)
    assert await made.paid() == (4_000, 2_000)
    return made


async def test_the_old_number_names_what_stands(sold: Sold) -> None:
    """2103A, its answer lost: the till knows the first bill's number only."""
    rest = await sold.give_back("8", msgid="part")
    assert rest.ok and await sold.paid() == (1_200, 0)
    for _ in range(2):
        assert names(await sold.cancel(sold.ids), rest, "12.00")
        assert names(await sold.give_back("1"), rest, "12.00")
        assert names(await sold.sell(), rest, "12.00")
        assert (await sold.give_back("8", msgid="part")).output == rest.output
    old = await sold.look(sold.ids)
    assert old["refd_setl_flag"] == "1" and old["setl_id"] == sold.ids["setl_id"]
    standing = {"amount": Decimal("12.00"), **ids_of(rest)}
    del standing["psn_no"]
    assert old["exp_content"]["stands"] == standing
    found = await sold.look(ids_of(rest))
    assert (found["refd_setl_flag"], found["medfee_sumamt"]) == ("0", 12)
    assert "stands" not in found["exp_content"]
    assert (await sold.cancel(ids_of(rest))).ok
    assert await sold.paid() == (0, 0)
    assert code(await sold.cancel(sold.ids)) == "ALREADY_CANCELLED"
    for again in (await sold.sell(), await sold.give_back("8", msgid="part")):
        assert code(again) == "UNDONE_SINCE" and "撤销" in again.err_msg
    assert (await sold.look(sold.ids))["exp_content"]["stands"] is None
    await sold.check()


async def test_the_last_rest_is_named(sold: Sold) -> None:
    first = await sold.give_back("3", msgid="first")
    last = await sold.give_back("5", ids_of(first), "last")
    assert last.ok and await sold.paid() == (1_200, 0)
    for old in (sold.ids, ids_of(first)):
        assert names(await sold.cancel(old), last, "12.00")
    assert names(await sold.sell(), last, "12.00")
    assert names(await sold.give_back("3", msgid="first"), last, "12.00")
    # The middle one can't be taken back without the last.
    assert names(await sold.reverse("first", "2103A"), last, "12.00")
    assert (await sold.reverse("last", "2103A")).ok
    assert await sold.paid() == (4_000, 200)
    assert (await sold.reverse("first", "2103A")).ok
    assert await sold.paid() == (4_000, 2_000)
    assert (await sold.sell()).output == sold.bill.output
    await sold.check()


@pytest.mark.parametrize("part", ["8", "5"])
async def test_2601_of_the_sale_takes_what_is_left(sold: Sold, part: str) -> None:
    assert (await sold.give_back(part)).ok
    for _ in range(2):
        assert (await sold.reverse(sold.msgid, "2102")).ok
        assert await sold.paid() == (0, 0)
    told = await sold.sell()
    assert code(told) == "UNDONE_SINCE" and "冲正" in told.err_msg
    assert code(await sold.cancel(sold.ids)) == "ALREADY_CANCELLED"
    await sold.check()


async def test_2601_of_a_part_return_makes_the_whole_stand_again(sold: Sold) -> None:
    rest = await sold.give_back("8", msgid="part")
    for _ in range(2):
        assert (await sold.reverse("part", "2103A")).ok
        assert await sold.paid() == (4_000, 2_000)
    assert (await sold.sell()).output == sold.bill.output
    for told in (await sold.give_back("8", msgid="part"), await sold.cancel(ids_of(rest))):
        assert code(told) == "REPLACED_SINCE" and "60.00元" in told.err_msg
    stands = (await sold.look(ids_of(rest)))["exp_content"]["stands"]
    assert stands["amount"] == 60 and stands["mdtrt_id"] == sold.ids["mdtrt_id"]
    assert stands["setl_id"] in told.err_msg
    # It can be given back anew, by its first number as by its last.
    anew = {name: stands[name] for name in ("setl_id", "mdtrt_id")}
    whole = await sold.look(anew | {"psn_no": sold.father.psn_no})
    assert (whole["refd_setl_flag"], whole["medfee_sumamt"]) == ("0", 60), "it is paid"
    path = f"/settlements/{stands['setl_id']}"
    seen = await sold.town.world.call("GET", path, token=sold.father.token)
    assert (seen.data["what"], seen.data["refund"]) == ("paid", None)
    assert (await sold.give_back("9", anew | {"psn_no": sold.father.psn_no}, "again")).ok
    assert await sold.paid() == (600, 0)
    assert (await sold.reverse("part", "2103A")).ok  # undone once
    assert (await sold.reverse("again", "2103A")).ok
    assert (await sold.cancel(sold.ids)).ok
    assert await sold.paid() == (0, 0)
    await sold.check()


async def test_2601_before_its_part_return_voids_it(sold: Sold) -> None:
    assert (await sold.reverse("part", "2103A")).ok
    assert code(await sold.give_back("8", msgid="part")) == "REVERSED_BEFORE_ARRIVAL"
    assert await sold.paid() == (4_000, 2_000)


@pytest.mark.parametrize("then", ["cancelled", "spent"])
async def test_a_part_return_is_not_undone_when_more_has_happened(sold: Sold, then: str) -> None:
    rest = await sold.give_back("8", msgid="part")
    if then == "cancelled":
        assert (await sold.cancel(ids_of(rest))).ok
        told = await sold.reverse("part", "2103A")
        assert code(told) == "ALREADY_CANCELLED"
        assert await sold.paid() == (0, 0)
    else:
        bought = await sold.town.till.settle(await sold.town.sale(sold.father, "20.00"))
        assert bought.ok
        assert code(await sold.reverse("part", "2103A")) == "REFUND_SPENT"
        assert await sold.paid() == (3_200, 0)
    await sold.check()


async def test_the_money_of_the_rest_counts_when_the_whole_is_paid_again(sold: Sold) -> None:
    """28.00 are left to the father; the whole wants 40.00 of him, 12.00 of which the rest holds."""
    assert (await sold.give_back("8", msgid="part")).ok
    assert await sold.town.balance(sold.father) == 2_800
    assert (await sold.reverse("part", "2103A")).ok
    assert await sold.town.balance(sold.father) == 0


async def test_a_part_return_and_what_undoes_it_in_one_batch(sold: Sold) -> None:
    town = sold.town
    serial = sold.given["drugdetail"][0]["feedetl_sn"]
    part = {"data": sold.ids, "drugdetail": [{"feedetl_sn": serial, "cnt": "8"}]}
    bodies = [town.till.body("2103A", part, "part", sold.father.place)]
    undo = {"psn_no": sold.father.psn_no, "omsgid": "part", "oinfno": "2103A"}
    bodies.append(town.till.body("2601", {"data": undo}, "undo", sold.father.place))
    bodies.append(town.till.body("2103", {"data": sold.ids}, "all", sold.father.place))
    async with town.drainer_away():
        for body in bodies:
            await town.ask(body, wait=0)
        await town.drain()
        told = [code(await town.ask(body, wait=0)) for body in bodies]
    assert told == ["UNDONE_SINCE", "UNDONE_SINCE", "OK"], "the cancel found the whole standing"
    assert await sold.paid() == (0, 0)
    await sold.check()


async def test_a_worker_whose_clock_was_set_back_undoes(
    sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers lie below those of what it undoes."""
    ids, before = sold.town.services.database.ids, sold.town.clock.now() - timedelta(hours=1)
    monkeypatch.setattr(ids, "_clock", lambda: before)
    monkeypatch.setattr(ids, "_last_ms", 0)
    cancel = await sold.cancel(sold.ids, msgid="cancel")
    assert cancel.ok and int(cancel.setlinfo["setl_id"]) < int(sold.ids["setl_id"])
    again = await sold.sell()
    assert code(again) == "UNDONE_SINCE" and "撤销" in again.err_msg
    assert (await sold.look(sold.ids))["refd_setl_flag"] == "1"
    assert (await sold.reverse("cancel", "2103")).ok
    assert (await sold.sell()).output == sold.bill.output
    rest = await sold.give_back("8")
    assert rest.ok and names(await sold.sell(), rest, "12.00")
    assert (await sold.cancel(ids_of(rest))).ok and await sold.paid() == (0, 0)
    assert code(await sold.sell()) == "UNDONE_SINCE"
    assert code(await sold.cancel(sold.ids)) == "ALREADY_CANCELLED"
    await sold.check()
