"""2103, 2601 and 5203: once, by whoever settled it, and every part home to whoever paid it."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.api.tills.handlers import PROCESSING
from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.sale import sale_input
from tests.till_world import Member, Town

FULL = 10_000, 100_000


class Case:
    """Grandfather with 100.00, his son with 1000.00, and a bill of 250.00 paid by both."""

    def __init__(self, town: Town, patient: Member, son: Member, grant: str) -> None:
        self.town, self.patient, self.son, self.grant = town, patient, son, grant
        self.msgid = ""
        self.paid: Answer

    @property
    def ids(self) -> dict[str, Any]:
        info = self.paid.setlinfo
        return {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}

    async def settle(self) -> None:
        self.msgid = self.town.till.new_msgid()
        sale = await self.town.sale(self.patient, "250.00")
        self.paid = await self.town.till.settle(sale, self.msgid)
        assert self.paid.ok, self.paid.err_msg
        assert await self.balances() == (0, 85_000)

    async def balances(self) -> tuple[int, int]:
        return await self.town.balance(self.patient), await self.town.balance(self.son)

    async def cancel(self, till: TillClient | None = None, /, **changed: str) -> Answer:
        data = self.ids | changed
        return await (till or self.town.till).call("2103", {"data": data})

    async def reverse(self, till: TillClient | None = None, /, **changed: str) -> Answer:
        data = {"psn_no": self.patient.psn_no, "omsgid": self.msgid, "oinfno": "2102"}
        return await (till or self.town.till).call("2601", {"data": data | changed})


@pytest.fixture
async def case(town: Town) -> Case:
    patient = await town.member("李老", date(1950, 1, 1), current_fen=6_000, carried_fen=4_000)
    son = await town.member("李强", current_fen=60_000, carried_fen=40_000)
    made = Case(town, patient, son, await town.grant(son, patient, "father"))
    await made.settle()
    return made


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


async def account_rows(town: Town, *people: Member) -> list[Any]:
    return [
        (row["person_id"], row["kind"], row["balance_fen"])
        for row in await town.rows(
            "select * from account where person_id = any($1::bigint[]) order by person_id, kind",
            [person.id for person in people],
        )
    ]


async def test_a_cancel_gives_each_part_back_to_its_account(town: Town, case: Case) -> None:
    answer = await case.cancel()
    assert answer.ok, answer.err_msg
    info = answer.setlinfo
    assert (info["medfee_sumamt"], info["psn_pay"], info["cash_payamt"], info["balc"]) == (
        Decimal("-250.00"),
        Decimal("-250.00"),
        Decimal("0.00"),
        Decimal("100.00"),
    )
    assert (info["acct_pay"], info["acct_mulaid_pay"]) == (Decimal("-250.00"), Decimal("-150.00"))
    assert info["setl_id"] != case.paid.setlinfo["setl_id"] and info["setl_type"] == "2"
    people = case.patient, case.son
    assert [fen for _, _, fen in await account_rows(town, *people)] == [
        6_000,
        4_000,
        60_000,
        40_000,
    ]
    assert code(await case.cancel()) == "ALREADY_CANCELLED"
    again = await town.till.call("2103", {"data": case.ids}, answer.msgid)
    assert again.output == answer.output
    assert code(await case.reverse()) == "OK"
    assert await case.balances() == FULL
    records = await town.world.call("GET", "/aid/records", token=case.son.token)
    assert [(item["what"], item["amount_fen"]) for item in records.data["items"]] == [
        ("returned", -15_000),
        ("paid", 15_000),
    ]


@pytest.mark.parametrize("how", ["DELETE /aid/{}", "POST /aid/{}/freeze", "suspended", "moved"])
async def test_the_donor_gets_the_money_back_whatever_came_between(case: Case, how: str) -> None:
    town = case.town
    if how == "suspended":
        await town.value("update person set suspended = true where id = $1", case.son.id)
    elif how == "moved":
        sql = "update person set insuplc_admdvs = '320100' where id = $1"
        await town.value(sql, case.son.id)
    else:
        method, path = how.format(case.grant).split(" ")
        await town.world.call(method, path, token=case.son.token)
    assert code(await case.cancel()) == "OK"
    assert await case.balances() == FULL


async def test_only_the_same_institution_and_person_can_cancel(town: Town, case: Case) -> None:
    other = await town.new_till(await town.new_shop())
    assert code(await case.cancel(other)) == "SETTLEMENT_UNKNOWN"
    for changed in ({"psn_no": case.son.psn_no}, {"mdtrt_id": "1"}, {"setl_id": "1"}):
        assert code(await case.cancel(**changed)) == "SETTLEMENT_UNKNOWN", changed
    for wrong in ("", "x", "-1", "9" * 19, "1" * 31, "１x"):
        assert code(await case.cancel(setl_id=wrong)) == "INPUT_INVALID", wrong
    assert code(await case.cancel(setl_id="１２")) == "SETTLEMENT_UNKNOWN"  # read as 12
    assert await case.balances() == (0, 85_000)


async def test_20_cancels_at_once_give_back_once(case: Case) -> None:
    answers = await asyncio.gather(*(case.cancel() for _ in range(20)))
    assert sorted(map(code, answers)) == ["ALREADY_CANCELLED"] * 19 + ["OK"]
    assert await case.balances() == FULL


async def test_cancels_and_reversals_at_once_give_back_once(case: Case) -> None:
    calls = [case.cancel() if n % 2 else case.reverse() for n in range(10)]
    answers = list(map(code, await asyncio.gather(*calls)))
    assert answers[::2] == ["OK"] * 5
    assert await case.balances() == FULL


async def test_a_reversal_after_it_is_idempotent(town: Town, case: Case) -> None:
    first = await case.reverse()
    assert first.ok and first.output == {}
    town.clock.advance(1)
    assert (await case.reverse()).ok
    assert await case.balances() == FULL
    late = await town.till.settle(await town.sale(case.patient, "250.00"), case.msgid)
    assert code(late) == "MSGID_REUSED"
    assert code(await case.cancel()) == "ALREADY_CANCELLED"


async def test_a_reversal_of_another_s_is_refused(town: Town, case: Case) -> None:
    assert code(await case.reverse(psn_no=case.son.psn_no)) == "ORIGINAL_MISMATCH"
    assert code(await case.reverse(oinfno="2103")) == "ORIGINAL_MISMATCH"
    other = await town.new_till(await town.new_shop())
    assert code(await case.reverse(other)) == "OK"  # nothing of that name there: a tombstone
    before = await case.reverse()
    assert code(await case.reverse(omsgid=before.msgid, oinfno="2601")) == "NOT_REVERSIBLE"
    own = town.till.new_msgid()
    data = {"psn_no": case.patient.psn_no, "omsgid": own, "oinfno": "2102"}
    itself = await town.till.call("2601", {"data": data}, own)
    assert code(itself) == "INPUT_INVALID"


async def test_a_reversal_before_its_original_voids_it(town: Town, case: Case) -> None:
    assert code(await case.cancel()) == "OK"
    given = sale_input(await town.sale(case.patient, "250.00"), town.clock.now())
    case.msgid = town.till.new_msgid()
    assert code(await case.reverse()) == "OK"
    for _ in range(2):
        town.clock.advance(1)
        late = await town.till.call("2102", given, case.msgid, case.patient.place)
        assert code(late) == "REVERSED_BEFORE_ARRIVAL"
    assert code(await case.reverse()) == "OK"
    await town.services.cache.redis.flushall()
    late = await town.till.call("2102", given, case.msgid, case.patient.place)
    assert code(late) == "REVERSED_BEFORE_ARRIVAL"
    assert await case.balances() == FULL


@pytest.mark.parametrize("together", [True, False])
async def test_a_reversal_while_the_original_waits(town: Town, case: Case, together: bool) -> None:
    assert code(await case.cancel()) == "OK"
    given = sale_input(await town.sale(case.patient, "250.00"), town.clock.now())
    msgid = case.msgid = town.till.new_msgid()
    body = town.till.body("2102", given, msgid, case.patient.place)
    async with town.drainer_away():
        assert (await town.ask(body, wait=0)).err_msg == PROCESSING
        if not together:
            # Another worker holds what waits, so the reversal's batch can't have it.
            await town.value("update waiting set lane = lane + 10")
        undo = {"psn_no": case.patient.psn_no, "omsgid": msgid, "oinfno": "2102"}
        reversal = town.till.body("2601", {"data": undo}, town.till.new_msgid())
        assert (await town.ask(reversal, wait=0)).err_msg == PROCESSING
        for lane in range(2):
            await town.services.settlements.drain.lane(lane)
        assert (await town.ask(reversal, wait=0)).ok
        assert await town.value("select count(*) from waiting") == 0
    told = await town.ask(body, wait=0)
    assert code(told) == ("UNDONE_SINCE" if together else "REVERSED_BEFORE_ARRIVAL")
    assert await case.balances() == FULL


async def test_5203_shows_a_settlement_as_it_stands(town: Town, case: Case) -> None:
    async def look(till: TillClient | None = None, /, **changed: str) -> Answer:
        return await (till or town.till).call("5203", {"data": case.ids | changed})

    found = await look()
    same = ("setl_id", "medfee_sumamt", "acct_pay", "acct_mulaid_pay", "balc", "exp_content")
    assert {n: found.setlinfo[n] for n in same} == {n: case.paid.setlinfo[n] for n in same}
    assert (found.setlinfo["refd_setl_flag"], found.setlinfo["year"]) == ("0", "2026")
    assert found.setlinfo["fixmedins_code"] == town.shop.code
    town.clock.advance(1)
    assert code(await look(await town.new_till(await town.new_shop()))) == "SETTLEMENT_UNKNOWN"
    for changed in ({"psn_no": "N1"}, {"mdtrt_id": "1"}, {"setl_id": "1"}):
        assert code(await look(**changed)) == "SETTLEMENT_UNKNOWN"
    cancelled = await case.cancel()
    assert (await look()).setlinfo["refd_setl_flag"] == "1"
    negative = await look(setl_id=cancelled.setlinfo["setl_id"])
    assert negative.setlinfo["refd_setl_flag"] == "1"
    assert negative.setlinfo["psn_pay"] == Decimal("-250.00")


@pytest.mark.parametrize("by", ["2103", "2601"])
async def test_a_repeat_of_what_was_undone_is_told_so(town: Town, case: Case, by: str) -> None:
    """Not what was answered first: the till would hand out goods that nobody has paid."""
    assert code(await case.cancel()) == "OK"
    given = sale_input(await town.sale(case.patient, "250.00"), town.clock.now())
    msgid = town.till.new_msgid()
    paid = await town.till.call("2102", given, msgid, case.patient.place)
    again = await town.till.call("2102", given, msgid, case.patient.place)
    assert paid.ok and again.setlinfo == paid.setlinfo
    ids = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    undo = {"psn_no": case.patient.psn_no, "omsgid": msgid, "oinfno": "2102"}
    undoing = town.till.new_msgid()
    node = {"data": ids if by == "2103" else undo}
    assert (await town.till.call(by, node, undoing, case.patient.place)).ok
    assert await case.balances() == FULL
    for _ in range(2):
        told = await town.till.call("2102", given, msgid, case.patient.place)
        assert code(told) == "UNDONE_SINCE"
        assert ("撤销" if by == "2103" else "冲正") in told.err_msg
    if by == "2601":
        return
    back = {"psn_no": case.patient.psn_no, "omsgid": undoing, "oinfno": "2103"}
    assert (await town.till.call("2103", node, undoing, case.patient.place)).ok
    assert (await town.till.call("2601", {"data": back}, None, case.patient.place)).ok
    told = await town.till.call("2103", node, undoing, case.patient.place)
    assert code(told) == "UNDONE_SINCE" and "恢复" in told.err_msg
    stands = await town.till.call("2102", given, msgid, case.patient.place)
    assert stands.ok and stands.setlinfo["setl_id"] == paid.setlinfo["setl_id"]
