"""5203C: how the cash of a bill was paid, at all tills of a shop, and how it went back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.clients.till.client import Answer, Item, TillClient
from tests.api.tills.test_shop_day import journal
from tests.till_world import BASIC, SELF_PAID, Member, Town

FIRST, SECOND = "01", "02"
CALLED = {FIRST: "王芳", SECOND: "赵敏"}


async def _begin(till: TillClient, opter: str) -> None:
    """A cashier takes a till over."""
    till.operator = replace(till.operator, opter=opter, opter_name=CALLED[opter])
    assert (await till.sign_in()).ok


async def _till(town: Town, number: int, opter: str) -> TillClient:
    till = await town.new_till(town.shop)
    till.dev_no = f"{number}号台"
    await _begin(till, opter)
    return till


async def _poor(town: Town) -> Member:
    """Whose account pays 5.00 of a bill at most once."""
    return await town.member("李建国", current_fen=500, carried_fen=0)


async def _sold(town: Town, till: TillClient, patient: Member, count: str, way: str = "") -> Answer:
    """So many boxes at 6.00 and one at 5.00."""
    basket = [Item(BASIC, Decimal(count), Decimal("6.00")), Item(SELF_PAID, Decimal(1), Decimal(5))]
    sold = await till.settle(town.sale_of(patient, await town.scan(patient, till), basket))
    assert sold.ok, sold.err_msg
    if way:
        await _paid(till, sold, way)
    return sold


async def _paid(till: TillClient, told: Answer, way: str) -> None:
    noted = await till.call("5203C", {"data": {"medins_setl_id": told.msgid, "pay_way": way}})
    assert noted.ok, noted.err_msg


def _ids(told: Answer) -> dict[str, object]:
    return {name: told.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}


async def _cancelled(till: TillClient, sold: Answer) -> Answer:
    told = await till.call("2103", {"data": _ids(sold)})
    assert told.ok, told.err_msg
    return told


async def _returned(till: TillClient, sold: Answer) -> Answer:
    """One box of it."""
    line = sold.output["detlcutinfo"][0]["feedetl_sn"]
    back = {"data": _ids(sold), "drugdetail": [{"feedetl_sn": line, "cnt": "1"}]}
    told = await till.call("2103A", back)
    assert told.ok, told.err_msg
    return told


async def _ways(till: TillClient) -> list[tuple[str, str, Decimal]]:
    """What came in (1) and went out (2), by way."""
    found: Counter[tuple[str, str]] = Counter()
    for row in (await journal(till))["payinfo"]:
        found[row["setl_type"], row["pay_way"]] += row["psn_cash_pay"]
    return sorted((*key, Decimal(cash)) for key, cash in found.items())


def _cash(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], Decimal]:
    """The cash of rows, by cashier, till, and whether it came in."""
    found: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        key = (row["opter"], row["dev_no"], row["setl_type"])
        found[key] = found.get(key, Decimal(0)) + row["psn_cash_pay"]
    return {key: cash for key, cash in found.items() if cash}


async def test_the_shifts_of_two_cashiers_at_five_tills_add_up_to_the_day(town: Town) -> None:
    """The first leaves in the middle, and the second goes on at the same tills."""
    patient = await _poor(town)
    tills = [await _till(town, n, FIRST if n < 4 else SECOND) for n in range(1, 6)]
    ways = ["cash", "wechat", "alipay", "card", ""]
    morning = [
        await _sold(town, till, patient, str(n), way)
        for n, (till, way) in enumerate(zip(tills, ways, strict=True), 1)
    ]
    for till in tills[:3]:
        await _begin(till, SECOND)
    await _sold(town, tills[0], patient, "2", "wechat")
    await _returned(tills[4], morning[2])
    back = await _cancelled(tills[0], morning[3])
    await _paid(tills[0], back, "cash")

    day = await journal(tills[1])
    whole = _cash(day["suminfo"])
    assert _cash(day["payinfo"]) == whole, "by way of paying it is the same money"
    shifts = [await journal(tills[1], opter=opter) for opter in (FIRST, SECOND)]
    for name in ("suminfo", "payinfo"):
        assert [row for shift in shifts for row in shift[name]] == day[name]
    assert {row["opter"] for row in shifts[0]["payinfo"]} == {FIRST}
    found = {
        (row["opter"], row["dev_no"], row["setl_type"], row["pay_way"]): row["psn_cash_pay"]
        for row in day["payinfo"]
    }
    assert found == {
        (FIRST, "1号台", "1", "cash"): Decimal("6.00"),
        (FIRST, "2号台", "1", "wechat"): Decimal("17.00"),
        (FIRST, "3号台", "1", "alipay"): Decimal("23.00"),
        (SECOND, "1号台", "1", "wechat"): Decimal("17.00"),
        (SECOND, "1号台", "2", "cash"): Decimal("-29.00"),
        (SECOND, "4号台", "1", "card"): Decimal("29.00"),
        (SECOND, "5号台", "1", ""): Decimal("35.00"),
        (SECOND, "5号台", "2", "alipay"): Decimal("-6.00"),
    }
    assert {row["opter_name"] for row in day["payinfo"]} == set(CALLED.values())


async def test_what_is_given_back_goes_the_way_it_came_until_somebody_says_otherwise(
    town: Town,
) -> None:
    patient, till = await _poor(town), await _till(town, 1, FIRST)
    sold = await _sold(town, till, patient, "3", "wechat")
    part = await _returned(till, sold)
    assert await _ways(till) == [
        ("1", "wechat", Decimal("18.00")),
        ("2", "wechat", Decimal("-6.00")),
    ]
    await _paid(till, part, "cash")
    assert ("2", "cash", Decimal("-6.00")) in await _ways(till)
    # The rest is taken back later: it came by WeChat, however a part of it has gone before.
    await _cancelled(till, part)
    assert await _ways(till) == [
        ("1", "wechat", Decimal("18.00")),
        ("2", "cash", Decimal("-6.00")),
        ("2", "wechat", Decimal("-12.00")),
    ]
    rows = (await journal(till))["setlinfo"]
    assert {row["init_pay_way"] for row in rows} == {"wechat"}
    assert {row["pay_way"] for row in rows if row["infno"] == "2103A"} == {"cash"}


async def test_a_cancel_that_is_reversed_takes_back_in_what_it_gave(town: Town) -> None:
    patient, till = await _poor(town), await _till(town, 1, FIRST)
    sold = await _sold(town, till, patient, "3", "card")
    back = await _cancelled(till, sold)
    await _paid(till, back, "cash")
    undo = {"psn_no": patient.psn_no, "omsgid": back.msgid, "oinfno": "2103"}
    assert (await till.call("2601", {"data": undo})).ok
    assert await _ways(till) == [("1", "card", Decimal("18.00")), ("2", "cash", Decimal("0.00"))]


async def test_the_newest_word_holds_and_the_earlier_ones_are_kept(town: Town) -> None:
    patient, till = await _poor(town), await _till(town, 1, FIRST)
    sold = await _sold(town, till, patient, "3", "cash")
    await _paid(till, sold, "cash")
    town.clock.advance(60)
    await _begin(till, SECOND)
    await _paid(till, sold, "wechat")
    assert await _ways(till) == [("1", "wechat", Decimal("18.00"))]
    kept = await town.rows("select way, opter, dev_no from paid_way order by id desc limit 2")
    newest, before = (tuple(row) for row in kept)
    assert newest == ("wechat", SECOND, "1号台")
    assert before == ("cash", FIRST, "1号台")


async def test_another_shop_and_an_unknown_message_are_told_of_nothing(town: Town) -> None:
    patient, till = await _poor(town), await _till(town, 1, FIRST)
    sold = await _sold(town, till, patient, "3")
    other = await town.new_till(await town.new_shop())
    for asking, msgid in ((other, sold.msgid), (till, "nobody-has-sent-it")):
        asked = {"data": {"medins_setl_id": msgid, "pay_way": "cash"}}
        assert (await asking.call("5203C", asked)).err_msg.startswith("MESSAGE_UNKNOWN")
    asked = {"data": {"medins_setl_id": sold.msgid, "pay_way": "gold"}}
    assert (await till.call("5203C", asked)).err_msg.startswith("INPUT_INVALID")
    assert await _ways(till) == [("1", "", Decimal("18.00"))]
