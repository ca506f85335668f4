"""A part of a bill comes back that the pool has paid with: what the rest is worth depends on the
patient's other bills of the year, not on this one alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from tests.books import check_books
from tests.till_world import BASIC, Member, Town

HEFEI = "340100"


async def outpatient(town: Town, patient: Member, *yuan: str) -> Answer:
    items = [Item(BASIC, Decimal(1), Decimal(one)) for one in yuan]
    sale = town.sale_of(patient, await town.scan(patient), items, med_type="11")
    answer = await town.till.settle(sale)
    assert answer.ok, answer.err_msg
    return answer


async def test_the_deductible_of_the_year_is_not_asked_twice(town: Town) -> None:
    """Hefei, level basic: 200.00 a year, then 60 % (SOURCES S111)."""
    await town.value(
        "update institution set admdvs = $2, hosp_lv = '10', outpatient_pooling = true"
        " where fixmedins_code = $1",
        town.shop.code,
        HEFEI,
    )
    patient = await town.member("李平", date(1980, 5, 17), place=HEFEI, current_fen=0)
    first = await outpatient(town, patient, "200.00")
    assert (first.setlinfo["act_pay_dedc"], first.setlinfo["fund_pay_sumamt"]) == (200, 0)
    second = await outpatient(town, patient, "100.00", "50.00")
    assert (second.setlinfo["act_pay_dedc"], second.setlinfo["fund_pay_sumamt"]) == (0, 90)
    info = second.setlinfo
    data = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    line = second.output["detlcutinfo"][1]["feedetl_sn"]
    detail = [{"feedetl_sn": line, "cnt": "1"}]
    rest = await town.till.call("2103A", {"data": data, "drugdetail": detail})
    assert rest.ok, rest.err_msg
    assert (rest.setlinfo["act_pay_dedc"], rest.setlinfo["fund_pay_sumamt"]) == (0, 60)
    await check_books(town.services.database)
