"""5203B: one journal for all tills and cashiers of an institution."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.client import Answer, Item, Operator, TillClient, Unknown
from tests.till_world import BASIC, SELF_PAID, Town

TODAY = "2026-11-21"


async def journal(till: TillClient, **asked: str) -> dict[str, Any]:
    told = await till.call("5203B", {"data": {"stmt_date": TODAY} | asked})
    assert told.ok, told.err_msg
    output: dict[str, Any] = told.output
    return output


async def _at(town: Town, opter: str, name: str, dev_no: str) -> TillClient:
    """Another till of the town's pharmacy, with another cashier."""
    till = await town.new_till(town.shop)
    till.operator, till.dev_no = replace(Operator(), opter=opter, opter_name=name), dev_no
    assert (await till.sign_in()).ok
    return till


def _ids(told: Answer) -> dict[str, Any]:
    return {name: told.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}


async def test_all_tills_and_cashiers_stand_in_one_journal_with_what_became_of_it(
    town: Town,
) -> None:
    patient = await town.member("李建国", date(1950, 1, 1), current_fen=10_000, carried_fen=0)
    one, two = await _at(town, "01", "王芳", "一号台"), await _at(town, "02", "赵敏", "二号台")
    sold = await one.settle(await town.sale(patient, "30.00", till=one))
    basket = [Item(BASIC, Decimal(2), Decimal("6.00")), Item(SELF_PAID, Decimal(1), Decimal("5"))]
    parted = await two.settle(town.sale_of(patient, await town.scan(patient, two), basket))
    line = parted.output["detlcutinfo"][0]["feedetl_sn"]
    back = {"data": _ids(parted), "drugdetail": [{"feedetl_sn": line, "cnt": "1"}]}
    assert (await two.call("2103A", back)).ok
    assert (await two.call("2103", {"data": _ids(sold)})).ok, "another till may take it back"

    told = await journal(one)
    rows = told["setlinfo"]
    assert [(row["infno"], row["medfee_sumamt"], row["opter_name"]) for row in rows] == [
        ("2103", Decimal("-30.00"), "赵敏"),
        ("2103A", Decimal("11.00"), "赵敏"),
        ("2103A", Decimal("-17.00"), "赵敏"),
        ("2102", Decimal("17.00"), "赵敏"),
        ("2102", Decimal("30.00"), "王芳"),
    ]
    assert [row["undo_infno"] for row in rows] == ["", "", "", "2103A", "2103"]
    assert {row["psn_name"] for row in rows} == {"**国"}
    assert {row["psn_no"] for row in rows} == {patient.psn_no}
    assert [(one["name"], one["cnt"]) for one in rows[3]["detail"]] == [
        ("甲类药", 2),
        ("自费品", 1),
    ]
    assert [
        (row["opter"], row["dev_no"], row["setl_type"], row["setl_cnt"], row["medfee_sumamt"])
        for row in told["suminfo"]
    ] == [
        ("01", "一号台", "1", 1, Decimal("30.00")),
        ("02", "二号台", "1", 1, Decimal("17.00")),
        ("02", "二号台", "2", 2, Decimal("-36.00")),
    ]
    for row in told["suminfo"]:
        parts = ("fund_pay_sumamt", "acct_pay", "wallet_pay", "acct_mulaid_pay", "psn_cash_pay")
        assert sum(row[name] for name in parts) == row["medfee_sumamt"], "law 3"
    [office] = told["clrinfo"]
    assert office == {
        "insutype": "310",
        "clr_type": "41",
        "clr_optins": "130199",
        "clr_optins_name": "河北省石家庄市",
    }
    assert [row["infno"] for row in (await journal(two, opter="01"))["setlinfo"]] == ["2102"]
    assert len((await journal(two, dev_no="二号台"))["setlinfo"]) == 4
    older = await journal(two, setl_id=rows[2]["setl_id"])
    assert [row["setl_id"] for row in older["setlinfo"]] == [row["setl_id"] for row in rows[3:]]
    assert older["suminfo"] == []


async def test_what_is_not_decided_stands_there_with_its_cashier(town: Town) -> None:
    patient = await town.member("李建国", current_fen=10_000, carried_fen=0)
    till = await _at(town, "01", "王芳", "一号台")
    sale = await town.sale(patient, "30.00", till=till)
    async with town.drainer_away():
        with pytest.raises(Unknown) as lost:
            await till.settle(sale, wait=0)
        [row] = (await journal(till))["waitinfo"]
        assert (row["medins_setl_id"], row["opter_name"]) == (lost.value.msgid, "王芳")
        assert row["medfee_sumamt"] == 30 and row["psn_no"] == patient.psn_no
    mine = f"select id from request where fixmedins_code = '{town.shop.code}'"
    await town.until(f"select 1 - count(*) from waiting where request_id in ({mine})")
    assert (await journal(till))["waitinfo"] == []


async def test_another_institution_and_another_day_see_none_of_it(town: Town) -> None:
    patient = await town.member("李建国", current_fen=10_000, carried_fen=0)
    await town.till.settle(await town.sale(patient, "30.00"))
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    kinds = ("setlinfo", "suminfo", "payinfo", "clrinfo", "waitinfo")
    nothing: dict[str, list[object]] = {kind: [] for kind in kinds}
    assert await journal(other) == nothing
    assert await journal(town.till, stmt_date="2026-11-20") == nothing


async def test_a_cashier_is_called_as_the_last_sign_in_says(town: Town) -> None:
    patient = await town.member("李建国", current_fen=10_000, carried_fen=0)
    till = await _at(town, "07", "王芳", "")
    await till.settle(await town.sale(patient, "30.00", till=till))
    till.operator = replace(till.operator, opter_name="王芳芳")
    assert (await till.sign_in()).ok
    [row] = (await journal(till))["setlinfo"]
    assert row["opter_name"] == "王芳芳"
    sealed = await town.value(
        "select opter_name_sealed from till_sign_in where sign_no = $1", till.sign_no
    )
    assert sealed and "王芳".encode() not in bytes(sealed), "law 9"
