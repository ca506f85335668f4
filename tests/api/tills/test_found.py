"""5203A: what became of a message, by the sender's own msgid; and what a repeat is told in any
order with its reversal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.sale import sale_input
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.api.tills.test_undo import Case
from tests.till_world import BASIC, Town

__all__ = ["clinic"]
ROW = """
setl_id init_setl_id mdtrt_id psn_insu_rlts_id psn_no psn_name psn_cert_type certno gend naty brdy
age insutype psn_type cvlserv_flag setl_time mdtrt_cert_type med_type setl_type clr_type clr_way
clr_optins medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_amt act_pay_dedc
hifp_pay pool_prop_selfpay cvlserv_pay hifes_pay hifmi_pay hifob_pay hifdm_pay maf_pay othfund_pay
fund_pay_sumamt psn_pay acct_pay cash_payamt ownpay_hosp_part balc acct_mulaid_pay cvlserv_lv
dedc_std crt_dedc hi_agre_sumfee medins_setl_id refd_setl_flag vali_flag
"""
"""The table of the national text, whole."""


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


async def test_a_settlement_is_found_by_its_message(town: Town, case: Case) -> None:
    found = await town.till.found(case.patient.psn_no, case.msgid, case.patient.place)
    [row] = found.rows
    assert set(row) == {*ROW.split(), "exp_content"}
    paid = case.paid.setlinfo
    for name in ("setl_id", "mdtrt_id", "medfee_sumamt", "acct_pay", "acct_mulaid_pay", "balc"):
        assert row[name] == paid[name], name
    assert (row["medins_setl_id"], row["psn_pay"]) == (case.msgid, Decimal("250.00"))
    assert (row["refd_setl_flag"], row["vali_flag"], row["setl_type"]) == ("0", "1", "1")
    assert "stands" not in row["exp_content"]


async def test_what_was_undone_is_found_as_such(town: Town, case: Case) -> None:
    cancelled = await case.cancel()
    [row] = (await town.till.found(case.patient.psn_no, case.msgid, "")).rows
    assert (row["refd_setl_flag"], row["vali_flag"]) == ("1", "0")
    assert row["exp_content"]["stands"] is None
    [back] = (await town.till.found(case.patient.psn_no, cancelled.msgid, "")).rows
    assert (back["setl_type"], back["init_setl_id"]) == ("2", case.ids["setl_id"])
    assert (back["psn_pay"], back["vali_flag"]) == (Decimal("-250.00"), "1")


async def test_a_part_return_has_two_rows(town: Town, case: Case) -> None:
    line = case.paid.output["detlcutinfo"][0]["feedetl_sn"]
    lines = [{"feedetl_sn": line, "cnt": "0.5"}]
    rest = await town.till.call("2103A", {"data": case.ids, "drugdetail": lines})
    back, kept = (await town.till.found(case.patient.psn_no, rest.msgid, "")).rows
    assert (back["medfee_sumamt"], kept["medfee_sumamt"]) == (Decimal("-250.00"), Decimal("125.00"))
    assert kept["setl_id"] == rest.setlinfo["setl_id"] and kept["vali_flag"] == "1"
    [old] = (await town.till.found(case.patient.psn_no, case.msgid, "")).rows
    assert old["exp_content"]["stands"]["setl_id"] == kept["setl_id"]


async def test_what_is_not_this_institution_s_and_person_s_is_unknown(
    town: Town, case: Case
) -> None:
    other = await town.new_till(await town.new_shop())
    assert code(await other.found(case.patient.psn_no, case.msgid, "")) == "MESSAGE_UNKNOWN"
    assert code(await town.till.found(case.son.psn_no, case.msgid, "")) == "MESSAGE_UNKNOWN"
    assert code(await town.till.found(case.patient.psn_no, "never", "")) == "MESSAGE_UNKNOWN"
    node = {"psn_no": case.patient.psn_no, "medins_setl_id": case.msgid}
    for wrong in ({"mdtrt_id": "1"}, {"med_type": "11"}):
        assert code(await town.till.call("5203A", {"data": node | wrong})) == "MESSAGE_UNKNOWN"
    right = {"mdtrt_id": case.ids["mdtrt_id"], "med_type": "41"}
    assert (await town.till.call("5203A", {"data": node | right})).ok


async def test_what_is_not_decided_is_no_no(town: Town, case: Case) -> None:
    """A -1 would be untrue a moment later."""
    sale = sale_input(await town.sale(case.patient, "1.00"), town.clock.now())
    body = town.till.body("2102", sale, "m1", case.patient.place)
    node = {"psn_no": case.patient.psn_no, "medins_setl_id": "m1"}
    ask = town.till.body("5203A", {"data": node}, "q1")
    async with town.drainer_away():
        await town.ask(body, wait=0)
        status, told = await town.post(ask, wait=0)
        assert status == 200 and '"PROCESSING ' in told
        town.services.settings.till_wait_default_s = 0
        town.clock.advance(1)
        status, _ = await town.post(ask)
        assert status == 504
        await town.ask(body)
    town.clock.advance(1)
    assert code(await town.ask(ask)) == "VOIDED_TOO_LATE"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("what", ["2102", "2103", "2207", "2208"])
async def test_a_repeat_says_that_it_was_undone_in_any_order(
    town: Town, clinic: Clinic, what: str, first: bool
) -> None:
    """2601 before the message it names, or after it: each repeat says so, again and again."""
    patient = clinic.patient
    given = await _message(town, clinic, what)

    async def send() -> str:
        town.clock.advance(1)
        return code(await town.till.call(what, given, "m1", patient.place))

    async def undo() -> str:
        data = {"psn_no": patient.psn_no, "omsgid": "m1", "oinfno": what}
        return code(await town.till.call("2601", {"data": data}, None, patient.place))

    told = "REVERSED_BEFORE_ARRIVAL" if first else "UNDONE_SINCE"
    if first:
        assert await undo() == "OK"
    else:
        assert await send() == "OK" == await undo()
    for _ in range(2):
        assert await send() == told
        assert await undo() == "OK"
    await town.services.cache.redis.flushall()
    assert await send() == told


async def _message(town: Town, clinic: Clinic, what: str) -> dict[str, Any]:
    """One that can be sent: a bill, or the cancel of one that is paid."""
    patient = clinic.patient
    if what in ("2102", "2103"):
        given = sale_input(await town.sale(patient, "10.00"), town.clock.now())
        if what == "2102":
            return given
        paid = await town.till.call("2102", given, None, patient.place)
    else:
        assert (await clinic.charge(("1", BASIC, "10.00"))).ok
        info = (await clinic.pre_settle("10.00")).setlinfo
        names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        given = {"data": clinic.bill("10.00") | {name: str(info[name]) for name in names}}
        if what == "2207":
            return given
        paid = await clinic.call("2207", given)
    assert paid.ok, paid.err_msg
    return {"data": {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}}
