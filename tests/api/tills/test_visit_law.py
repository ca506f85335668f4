"""A visit and the laws: whose code pays it (law 4), and which days a clinic may name (law 13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.tills.test_outpatient import Clinic, clinic, code
from tests.till_world import BASIC, Town

__all__ = ["clinic"]


async def ready(clinic: Clinic) -> dict[str, Any]:
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    return dict((await clinic.pre_settle("300.00")).setlinfo)


async def unpaid(clinic: Clinic) -> bool:
    paid = "select count(*) from settlement where person_id = $1"
    return bool(await clinic.town.value(paid, clinic.patient.id) == 0)


@pytest.mark.parametrize(
    ("shown", "refused"),
    [
        ({"mdtrt_cert_no": ""}, "INPUT_INVALID"),
        ({"mdtrt_cert_no": None}, "INPUT_INVALID"),
        ({"mdtrt_cert_type": ""}, "INPUT_INVALID"),
        ({"mdtrt_cert_no": "x" * 30}, "TOKEN_UNKNOWN"),
        ({"mdtrt_cert_type": "04"}, "CERT_TYPE_UNSUPPORTED"),
    ],
)
async def test_a_visit_is_not_paid_without_the_patient_s_code(
    clinic: Clinic, shown: dict[str, Any], refused: str
) -> None:
    said = await ready(clinic)
    bill = clinic.bill("300.00") | shown
    # 2206, which pays nothing, may leave the number out of whom was read here (the national text).
    foretold = refused if shown.get("mdtrt_cert_no", "x") else "OK"
    assert code(await clinic.call("2206", {"data": bill})) == foretold
    names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    echo = {name: str(said[name]) for name in names}
    assert code(await clinic.call("2207", {"data": bill | echo})) == refused
    assert await unpaid(clinic)


async def test_another_patient_s_code_pays_nobody_s_visit(clinic: Clinic, town: Town) -> None:
    said = await ready(clinic)
    other = await town.member("王五", current_fen=90_000, place=clinic.patient.place)
    token = await town.scan(other, business_type="01301")
    own, clinic.token = clinic.token, token
    assert code(await clinic.pre_settle("300.00")) == "WRONG_HOLDER"
    assert code(await clinic.settle("300.00", said)) == "WRONG_HOLDER"
    assert await unpaid(clinic)
    clinic.token = own
    assert (await clinic.settle("300.00", said)).ok


async def test_a_code_that_was_shown_long_ago_pays_no_visit_but_answers_a_repeat(
    clinic: Clinic, town: Town
) -> None:
    said = await ready(clinic)
    names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    bill = clinic.bill("300.00") | {name: str(said[name]) for name in names}
    paid = await clinic.call("2207", {"data": bill}, "m-once")
    assert paid.ok, paid.err_msg
    assert (await clinic.charge(("2", BASIC, "40.00"), batch="B2")).ok
    more = (await clinic.pre_settle("40.00", batch="B2")).setlinfo
    town.clock.advance(3600)
    assert code(await clinic.pre_settle("40.00", batch="B2")) == "TOKEN_UNKNOWN"
    assert code(await clinic.settle("40.00", more, batch="B2")) == "TOKEN_UNKNOWN"
    again = await clinic.call("2207", {"data": bill}, "m-once")
    assert again.ok and again.setlinfo["setl_id"] == paid.setlinfo["setl_id"]


@pytest.mark.parametrize(
    "begins",
    [
        "2027-03-01 10:00:00",
        "2026-11-21 13:00:00",
        "2024-05-05 10:00:00",
        "1999-01-01 00:00:00",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "0001-01-01",
    ],
)
async def test_a_visit_begins_at_no_other_time_than_a_purchase(clinic: Clinic, begins: str) -> None:
    data = {
        "psn_no": clinic.patient.psn_no,
        "insutype": "310",
        "begntime": begins,
        "mdtrt_cert_type": "01",
        "mdtrt_cert_no": clinic.token,
        "ipt_otp_no": "V9",
        "caty": "A03",
        "atddr_no": "D1",
        "dr_name": "王医生",
        "dept_code": "A03",
        "dept_name": "内科",
    }
    answer = await clinic.call("2201", {"data": data})
    assert code(answer) == "INPUT_INVALID" and "begntime" in answer.err_msg


@pytest.mark.parametrize("at", ["2027-03-01 10:00:00", "0001-01-01 00:00:00", "1999-01-01"])
async def test_a_line_of_cost_arose_at_no_time_that_cannot_be(clinic: Clinic, at: str) -> None:
    fee = {
        "feedetl_sn": "1",
        "mdtrt_id": clinic.visit,
        "psn_no": clinic.patient.psn_no,
        "chrg_bchno": "B1",
        "rx_circ_flag": "0",
        "fee_ocur_time": at,
        "med_list_codg": BASIC,
        "det_item_fee_sumamt": "1.00",
        "cnt": "1",
        "pric": "1.00",
        "medins_list_codg": "m",
        "bilg_dept_codg": "A03",
        "bilg_dept_name": "内科",
        "bilg_dr_codg": "D1",
        "bilg_dr_name": "王医生",
        "hosp_appr_flag": "1",
    }
    answer = await clinic.call("2204", {"feedetail": [fee]})
    assert code(answer) == "INPUT_INVALID" and "fee_ocur_time" in answer.err_msg


async def test_a_pre_settlement_looks_at_the_total(clinic: Clinic) -> None:
    assert (await clinic.charge(("1", BASIC, "500.00"))).ok
    answer = await clinic.pre_settle("1.00")
    assert code(answer) == "AMOUNT_MISMATCH" and "500.00" in answer.err_msg
