"""Shanghai tells who paid which part of a bill (SOURCES N7), and it adds up as its text says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from tests.books import check_books
from tests.till_world import BASIC, SELF_PAID, SHARED, Member, Town

SHANGHAI = "310100"


@pytest.fixture
async def patient(town: Town) -> Member:
    """In Shanghai, with 30.00 of the current year, 2.00 carried over and 3.00 in the wallet."""
    town.shop = await town.new_shop(place=SHANGHAI)
    await town.value(
        "update institution set wallet_at = '1' where fixmedins_code = $1", town.shop.code
    )
    town.till = await town.new_till(town.shop)
    await town.till.sign_in()
    return await town.member(
        "李老", date(1950, 1, 1), place=SHANGHAI, current_fen=3_000, carried_fen=200, wallet_fen=300
    )


async def buy(town: Town, who: Member, *items: Item) -> Answer:
    sale = town.sale_of(who, await town.scan(who), items)
    answer = await town.till.call("2102", sale_input(sale, town.clock.now()), None, who.place)
    assert answer.ok, answer.err_msg
    return answer


def rows(answer: Answer) -> dict[str, Decimal]:
    return {row["fund_pay_type"]: row["fund_payamt"] for row in answer.output["setldetail"]}


def adds_up(answer: Answer) -> None:
    """The text's own equations (勾稽关系)."""
    info, told = answer.setlinfo, rows(answer)

    def of(*names: str) -> Any:
        return sum(told.get(name, 0) for name in names)

    accounts = ("本年账户支", "历年账户支", "共济账户支")
    assert info["acct_pay"] == of("310200", "310204", "310210") == of(*accounts, "310210")
    assert info["acct_mulaid_pay"] == of("共济账户支", "310210")
    assert info["preselfpay_amt"] == of("分类自付")
    assert info["preselfpay_amt"] == of("分类历账支", "分类共账支", "分类钱包支", "分类现金")
    assert info["fulamt_ownpay_amt"] == of("个人全自费")
    assert info["fulamt_ownpay_amt"] == of("自费历账支", "自费共账支", "自费钱包支", "全自费现金")


async def test_a_purchase_with_a_class_b_share(town: Town, patient: Member) -> None:
    son = await town.member("李强", place=SHANGHAI, carried_fen=100)
    await town.grant(son, patient, "father")
    done = await buy(
        town,
        patient,
        Item(BASIC, Decimal(1), Decimal(20)),
        Item(SHARED, Decimal(1), Decimal(5)),
        Item(SELF_PAID, Decimal(1), Decimal(4)),
    )
    parts = {one["part"]: one for one in done.setlinfo["exp_content"]["parts"]}
    assert set(parts) == {"purchase", "first_share", "fully_selfpaid"}
    assert parts["first_share"]["name"] == "分类自负"
    assert parts["first_share"]["paid"] == {"carried_over": Decimal("0.50")}
    told = rows(done)
    assert told["购药本账支"] == Decimal("24.50")
    assert told["分类历账支"] == Decimal("0.50")
    assert told["全自费现金"] == 4
    adds_up(done)
    assert "vacc_setl" not in done.setlinfo["exp_content"]
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert rows(await town.till.call("5203", {"data": ids})) == told
    back = await town.till.call("2103", {"data": ids})
    assert rows(back)["购药本账支"] == Decimal("-24.50")
    adds_up(back)
    await check_books(town.services.database)


async def test_balances_are_rows_and_no_payments(town: Town, patient: Member) -> None:
    def held(answer: Answer) -> list[Decimal]:
        told = rows(answer)
        left = [told["本年余额"], told["历年余额"]]
        assert answer.setlinfo["balc"] == sum(left)
        adds_up(answer)
        return left

    items = (Item(BASIC, Decimal(1), Decimal(20)), Item(SHARED, Decimal(1), Decimal(5)))
    sale = town.sale_of(patient, await town.scan(patient), items)
    message = sale_input(sale, town.clock.now())
    preview = await town.till.call("2101", message, None, patient.place)
    done = await town.till.call("2102", message, None, patient.place)
    assert held(preview) == held(done) == [Decimal("5.50"), Decimal("1.50")]
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert held(await town.till.call("5203", {"data": ids})) == held(done)
    assert held(await town.till.call("2103", {"data": ids})) == [30, 2]
    await check_books(town.services.database)


async def test_a_vaccine_is_paid_by_all_but_the_current_year(town: Town, patient: Member) -> None:
    son = await town.member("李强", place=SHANGHAI, carried_fen=100)
    await town.grant(son, patient, "father")
    await town.value(
        "update catalogue_item set goods = 'vaccine' where med_list_codg = $1", SELF_PAID
    )
    try:
        done = await buy(town, patient, Item(SELF_PAID, Decimal(1), Decimal(10)))
    finally:
        await town.value(
            "update catalogue_item set goods = null where med_list_codg = $1", SELF_PAID
        )
    assert done.setlinfo["exp_content"]["vacc_setl"] == "1"
    told = rows(done)
    names = ("自费历账支", "自费共账支", "自费钱包支", "全自费现金")
    assert [told[name] for name in names] == [2, 1, 3, 4]
    assert done.setlinfo["acct_mulaid_pay"] == 4
    adds_up(done)
    serial = done.output["detlcutinfo"][0]["feedetl_sn"]
    assert serial


async def test_other_regions_are_told_no_parts(town: Town) -> None:
    who = await town.member("李老", place="110100", carried_fen=10_000)
    done = await buy(town, who, Item(SHARED, Decimal(1), Decimal(20)))
    assert "parts" not in done.setlinfo["exp_content"]
    assert set(rows(done)) == {"310200"}
