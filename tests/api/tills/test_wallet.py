"""The wallet at the till: charged by itself where it is taken, told in its place on the wire, and
given back into the wallet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import Item, Operator, TillClient
from app.clients.till.receipt import receipt
from app.clients.till.sale import sale_input
from tests.books import check_books
from tests.till_world import BASIC, Member, Town

OLD = date(1950, 1, 1)
SHANGHAI, FUJIAN, BEIJING = "310100", "350200", "110100"


@pytest.fixture
async def taking(town: Town) -> Town:
    """The town's pharmacy, in Fujian, takes the wallet at its window and on phones."""
    return await shop_in(town, FUJIAN)


async def shop_in(town: Town, place: str) -> Town:
    """The town with a pharmacy in a place, since a wallet pays in its place of use only."""
    town.shop = await town.new_shop(place=place)
    await town.value(
        "update institution set wallet_at = '13' where fixmedins_code = $1", town.shop.code
    )
    town.till = await town.new_till(town.shop)
    await town.till.sign_in()
    return town


async def machine(town: Town) -> TillClient:
    """The self-service machine of the same pharmacy."""
    till = await town.new_till(town.shop, operator=Operator(opter_type="2"))
    await till.sign_in()
    return till


async def buy(town: Town, patient: Member, yuan: str = "100.00") -> Answer:
    """Ten of something for ``yuan`` together."""
    items = [Item(BASIC, Decimal(10), Decimal(yuan) / 10)]
    sale = town.sale_of(patient, await town.scan(patient), items)
    answer = await town.till.call("2102", sale_input(sale, town.clock.now()), None, patient.place)
    assert answer.ok, answer.err_msg
    return answer


async def held(town: Town, who: Member, kind: int) -> int:
    sql = "select balance_fen from account where person_id = $1 and kind = $2 and closed_at is null"
    return int(await town.value(sql, who.id, kind))


def rows(answer: Answer) -> dict[str, Any]:
    """What the nation's funds paid."""
    told = answer.output["setldetail"]
    return {
        row["fund_pay_type"]: row["fund_payamt"] for row in told if row["fund_pay_type"].isdigit()
    }


def payers(answer: Answer) -> dict[str, int]:
    return {leg["payer"]: int(leg["amount"]) for leg in answer.setlinfo["exp_content"]["legs"]}


async def family(town: Town, place: str) -> tuple[Member, Member]:
    """A father with 20.00 carried over and 30.00 in the wallet; a son who can give 70.00 or so: in
    Fujian what he has set aside for that."""
    father = await town.member("李老", OLD, place=place, carried_fen=2_000, wallet_fen=3_000)
    son = await town.member("李强", place=place, carried_fen=2_070_00)
    await town.grant(son, father, "father")
    if place == FUJIAN:
        aside = await town.world.call("POST", "/allotted", {"amount_fen": 7_000}, son.token)
        assert aside.status == 201, aside.body
    return father, son


@pytest.mark.parametrize(
    ("place", "wallet", "aid", "mulaid"),
    [(SHANGHAI, 0, 80, 80), (FUJIAN, 30, 50, 50), (BEIJING, 30, 50, 50)],
)
async def test_the_order_is_the_patients_regions(
    taking: Town, place: str, wallet: int, aid: int, mulaid: int
) -> None:
    await shop_in(taking, place)
    father, _ = await family(taking, place)
    done = await buy(taking, father)
    paid = payers(done)
    assert (paid.get("wallet", 0), paid["aid"], paid["own"]) == (wallet, aid, 20)
    assert (done.setlinfo["acct_pay"], done.setlinfo["acct_mulaid_pay"]) == (100, mulaid)
    await check_books(taking.services.database)


@pytest.mark.parametrize(("place", "mulaid"), [(SHANGHAI, 30), (BEIJING, 0)])
async def test_acct_mulaid_pay_holds_the_wallet_where_the_region_says_so(
    taking: Town, place: str, mulaid: int
) -> None:
    await shop_in(taking, place)
    patient = await taking.member("李老", OLD, place=place, carried_fen=2_000, wallet_fen=3_000)
    done = await buy(taking, patient, "50.00")
    info = done.setlinfo
    assert (info["acct_pay"], info["acct_mulaid_pay"], info["psn_cash_pay"]) == (50, mulaid, 0)
    assert rows(done) == {"310200": 20, "310210": 30}
    assert info["balc"] == 0, "the balance is the account's"
    asked = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    found = await taking.till.call("5203", {"data": asked})
    assert rows(found) == {"310200": 20, "310210": 30}


async def test_the_till_is_told_before_and_after_where_the_wallet_is_taken(taking: Town) -> None:
    patient = await taking.member("李老", OLD, place=FUJIAN, current_fen=0, wallet_fen=3_000)
    till = await machine(taking)
    for at, paid, told in (
        (till, 0, ["NO_AID_GRANT", "WALLET_OTHER_TERMINAL"]),
        (taking.till, 30, ["NO_AID_GRANT"]),
    ):
        token = await taking.scan(patient, at)
        sale = taking.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal(50))])
        seen = await at.preview(sale)
        assert rows(seen).get("310210", 0) == paid
        reasons = seen.setlinfo["exp_content"]["reasons"]
        assert [why["reason"] for why in reasons] == told
        asked = {
            "psn_no": patient.psn_no,
            "insutype": "310",
            "fixmedins_code": taking.shop.code,
            "med_type": "41",
            "begntime": f"{taking.clock.now():%Y-%m-%d %H:%M:%S}",
        }
        answer = await at.call("2001", {"data": asked})
        assert answer.ok, answer.err_msg
        row = next(one for one in answer.output["trtinfo"] if one["fund_pay_type"] == "310210")
        assert row["trt_enjymnt_flag"] == ("1" if paid else "0")
    done = await till.settle(
        taking.sale_of(
            patient, await taking.scan(patient, till), [Item(BASIC, Decimal(1), Decimal(50))]
        )
    )
    assert done.ok and done.setlinfo["psn_cash_pay"] == 50
    assert "改到人工窗口、手机端" in str(done.setlinfo["exp_content"]["reasons"])


async def test_outside_its_place_of_use_it_is_left_alone_and_that_is_told(taking: Town) -> None:
    patient = await taking.member("李老", OLD, place=BEIJING, current_fen=0, wallet_fen=3_000)
    done = await buy(taking, patient, "20.00")
    assert done.setlinfo["psn_cash_pay"] == 20
    told = [why["reason"] for why in done.setlinfo["exp_content"]["reasons"]]
    assert told == ["WALLET_OTHER_PLACE", "NO_AID_GRANT"]
    assert await held(taking, patient, 3) == 3_000
    asked = {
        "psn_no": patient.psn_no,
        "insutype": "310",
        "fixmedins_code": taking.shop.code,
        "med_type": "41",
        "begntime": f"{taking.clock.now():%Y-%m-%d %H:%M:%S}",
    }
    answer = await taking.till.call("2001", {"data": asked})
    row = next(one for one in answer.output["trtinfo"] if one["fund_pay_type"] == "310210")
    assert (row["trt_enjymnt_flag"], row["trt_chk_rslt"]) == ("0", "本机构不在医保钱包的使用地")


async def test_cancelled_the_money_lies_in_the_wallet_again(taking: Town) -> None:
    father, son = await family(taking, FUJIAN)
    done = await buy(taking, father)
    assert (await held(taking, father, 2), await held(taking, father, 3)) == (0, 0)
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    back = await taking.till.call("2103", {"data": ids})
    assert back.ok and back.setlinfo["acct_pay"] == -100
    assert (await held(taking, father, 2), await held(taking, father, 3)) == (2_000, 3_000)
    assert (await held(taking, son, 2), await held(taking, son, 5)) == (2_000_00, 70_00)
    await check_books(taking.services.database)


async def test_a_part_comes_back_and_the_wallet_pays_again_no_more_than_before(
    taking: Town,
) -> None:
    father, son = await family(taking, FUJIAN)
    done = await buy(taking, father)
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    serial = done.output["detlcutinfo"][0]["feedetl_sn"]
    detail = [{"feedetl_sn": serial, "cnt": "6"}]
    rest = await taking.till.call("2103A", {"data": ids, "drugdetail": detail})
    assert rest.ok, rest.err_msg
    assert payers(rest) == {"own": 20, "wallet": 20}
    assert (await held(taking, father, 3), await held(taking, son, 5)) == (1_000, 70_00)
    await check_books(taking.services.database)


async def test_after_a_move_it_comes_back_into_the_new_wallet(taking: Town) -> None:
    patient = await taking.member("李老", OLD, place=FUJIAN, current_fen=0, wallet_fen=3_000)
    done = await buy(taking, patient, "20.00")
    old = await taking.value("select id from account where person_id = $1 and kind = 3", patient.id)
    await taking.register(patient, insuplc_admdvs=BEIJING)
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    back = await taking.till.call("2103", {"data": ids})
    assert back.ok, back.err_msg
    assert await held(taking, patient, 3) == 3_000
    assert await taking.value("select balance_fen from account where id = $1", old) == 0
    await check_books(taking.services.database)


async def test_phone_and_slip_show_the_wallet_and_a_donor_does_not_see_it(taking: Town) -> None:
    father, son = await family(taking, FUJIAN)
    done = await buy(taking, father)
    slip = receipt("安康药房", done.setlinfo).splitlines()
    assert any("医保钱包" in line and "30.00" in line for line in slip)
    path = f"/settlements/{done.setlinfo['setl_id']}"
    mine = (await taking.world.call("GET", path, token=father.token)).data
    assert {"payer": "wallet", "name": mine["parts"][1]["name"], "amount_fen": 3_000} in mine[
        "parts"
    ]
    assert any("医保钱包：付30.00元" in step for step in mine["steps"])
    donors = await taking.world.call("GET", path, token=son.token)
    assert "钱包" not in str(donors.data) and "wallet" not in str(donors.data)


async def test_the_shops_total_counts_the_wallet_in_acct_pay(taking: Town) -> None:
    await shop_in(taking, SHANGHAI)
    patient = await taking.member("李老", OLD, place=SHANGHAI, carried_fen=2_000, wallet_fen=3_000)
    await buy(taking, patient, "60.00")
    today = str(taking.clock.now().date())
    figures = {
        "setl_optins": "310199",
        "insutype": "310",
        "clr_type": "41",
        "stmt_begndate": today,
        "stmt_enddate": today,
        "medfee_sumamt": "60.00",
        "fund_pay_sumamt": "0.00",
        "acct_pay": "50.00",
        "cash_payamt": "10.00",
        "fixmedins_setl_cnt": "1",
    }
    told = await taking.till.call("3201", {"data": figures})
    assert told.output["stmtinfo"]["stmt_rslt"] == "0", told.output
