"""What is left of a sale after a part came back follows the sale: the same insured place, agency,
plan and rules, wherever the patient is insured by then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from tests.books import check_books
from tests.till_world import BASIC, Member, Town

HEFEI, NANJING, TOWN = "340100", "320100", "130100"
FOLLOWS = ("mdtrtarea_admvs", "insuplc_admdvs", "insutype", "psn_type", "med_type", "rules")


async def bought(town: Town, patient: Member, med_type: str = "41") -> Answer:
    items = [Item(BASIC, Decimal(10), Decimal("60.00"))]
    sale = town.sale_of(patient, await town.scan(patient), items, med_type=med_type)
    answer = await town.till.call("2102", sale_input(sale, town.clock.now()), None, patient.place)
    assert answer.ok, answer.err_msg
    return answer


async def give_back(town: Town, of: Answer, count: str) -> Answer:
    data = {name: of.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    serial = of.output["detlcutinfo"][0]["feedetl_sn"]
    detail = [{"feedetl_sn": serial, "cnt": count}]
    answer = await town.till.call("2103A", {"data": data, "drugdetail": detail})
    assert answer.ok, answer.err_msg
    return answer


async def cancel(town: Town, of: Answer) -> Answer:
    data = {name: of.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    return await town.till.call("2103", {"data": data})


async def stored(town: Town, of: Answer) -> dict[str, Any]:
    [row] = await town.rows("select * from settlement where id = $1", int(of.setlinfo["setl_id"]))
    return {name: row[name] for name in FOLLOWS}


async def total(town: Town, place: str, clr_type: str, count: int, medfee: str, cash: str) -> Any:
    """3201 with the town's day, as the shop counts it."""
    today = str(town.clock.now().date())
    [row] = await town.rows(
        "select count(*) as n, coalesce(sum(fund_pay_fen), 0)::bigint as fund, "
        "coalesce(sum(own_pay_fen + mulaid_pay_fen), 0)::bigint as acct from settlement"
        " where fixmedins_code = $1",
        town.shop.code,
    )
    figures = {"fund_pay_sumamt": f"{row['fund'] / 100}", "acct_pay": f"{row['acct'] / 100}"}
    asked = {
        "setl_optins": f"{place[:4]}99",
        "insutype": "310",
        "clr_type": clr_type,
        "stmt_begndate": today,
        "stmt_enddate": today,
        "medfee_sumamt": medfee,
        "cash_payamt": cash,
        "fixmedins_setl_cnt": str(count),
    }
    return await town.till.call("3201", {"data": asked | figures})


async def test_the_rest_stays_with_the_agency_of_the_sale(town: Town) -> None:
    """A shop that serves its own pool only; the patient has moved to Nanjing and retired."""
    await town.value(
        "update institution set cross_region = false where fixmedins_code = $1", town.shop.code
    )
    father = await town.member("李老", date(1950, 1, 1), current_fen=10_000)
    son = await town.member("李强", current_fen=100_000)
    await town.grant(son, father, "father")
    first = await bought(town, father)
    await town.register(father, son, insuplc_admdvs=NANJING, psn_type="12")
    rest = await give_back(town, first, "4")
    last = await give_back(town, rest, "5")
    for left, yuan in ((rest, 360), (last, 60)):
        assert left.setlinfo["medfee_sumamt"] == yuan
        assert left.setlinfo["clr_optins"] == first.setlinfo["clr_optins"] == "130199"
        assert left.setlinfo["psn_type"] == first.setlinfo["psn_type"]
        assert await stored(town, left) == await stored(town, first)
    assert (await town.balance(father), await town.balance(son)) == (4_000, 100_000)
    told = await total(town, TOWN, "41", 5, "60.00", "0.00")
    assert told.output["stmtinfo"]["stmt_rslt"] == "0", told.output
    assert (await cancel(town, last)).setlinfo["clr_optins"] == "130199"
    assert await town.balance(father) == 10_000
    await check_books(town.services.database)


@pytest.mark.parametrize("count", ["1", "9"])
async def test_the_pool_that_paid_pays_the_rest(town: Town, count: str) -> None:
    """Hefei, level basic: 200.00 a year, then 60 % (SOURCES S111); Nanjing has other terms."""
    await town.value(
        "update institution set admdvs = $2, hosp_lv = '10', outpatient_pooling = true,"
        " cross_region = false where fixmedins_code = $1",
        town.shop.code,
        HEFEI,
    )
    patient = await town.member("李平", date(1980, 5, 17), place=HEFEI, current_fen=5_000)
    first = await bought(town, patient, "11")
    assert (first.setlinfo["act_pay_dedc"], first.setlinfo["fund_pay_sumamt"]) == (200, 240)
    await town.register(patient, insuplc_admdvs=NANJING)
    rest = await give_back(town, first, count)
    scope = 600 - 60 * int(count)
    fund = max(0, scope - 200) * Decimal("0.6")
    assert rest.setlinfo["fund_pay_sumamt"] == fund
    assert rest.setlinfo["clr_optins"] == "340199"
    assert await stored(town, rest) == await stored(town, first)
    pools = await town.rows(
        "select a.flow_code, sum(case when a.id = t.debit_account then t.amount_fen"
        " else -t.amount_fen end)::bigint as fen from transfer t"
        " join account a on a.id in (t.debit_account, t.credit_account)"
        " where a.kind = 11 and t.settlement_id in (select id from settlement where person_id = $1)"
        " group by 1",
        patient.id,
    )
    assert {row["flow_code"]: row["fen"] for row in pools} == {"3401": int(fund * 100)}
    await check_books(town.services.database)
