"""3203, 3204: a period is cleared once, with the centre's own figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.till_world import Town

INPUT = "INPUT_INVALID 交易输入不合规范："
ASKED = {
    "clr_type": "41", "clr_way": "01", "setlym": "202611", "psntime": 2, "medfee_sumamt": "15.00",
    "med_sumfee": "15.00", "fund_appy_sum": "0.00", "cash_payamt": "3.00", "acct_pay": "12.00",
    "begndate": "2026-11-21", "enddate": "2026-11-21",
}  # fmt: skip


async def test_a_period_is_cleared_once_by_the_centre_s_own_figures(town: Town) -> None:
    patient = await town.member("李老", current_fen=1_200, carried_fen=0)
    await town.till.settle(await town.sale(patient, "10.00"))
    await town.till.settle(await town.sale(patient, "5.00"))

    async def ask(**more: Any) -> Any:
        return await town.till.call("3203", {"data": ASKED | more})

    early = await ask()
    assert early.err_msg.startswith(f"{INPUT}enddate "), "the day isn't over"
    town.clock.set(datetime(2026, 11, 22, 4, tzinfo=UTC))
    for name in ("medfee_sumamt", "fund_appy_sum", "acct_pay", "cash_payamt"):
        refused = await ask(**{name: "1.00"})
        assert refused.err_msg.startswith(f"{INPUT}{name} "), name
    first = (await ask()).output["result"]["clr_appy_evt_id"]
    assert (await ask()).output["result"]["clr_appy_evt_id"] == first, "the same again"
    wider = await ask(begndate="2026-11-20")
    assert wider.err_msg.startswith(f"{INPUT}begndate ") and first in wider.err_msg
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    gone = {"data": {"clr_appy_evt_id": first, "clr_optins": ""}}
    foreign = await other.call("3204", gone)
    assert foreign.err_msg.startswith(f"{INPUT}clr_appy_evt_id ")
    for _ in range(2):
        assert (await town.till.call("3204", gone)).output["result"]["clr_appy_evt_id"] == first
    again = await ask(begndate="2026-11-20")
    assert again.ok and again.output["result"]["clr_appy_evt_id"] != first


async def test_fields_that_are_wrong_are_refused_by_name(town: Town) -> None:
    for name in ("setlym", "psntime", "begndate", "clr_type", "med_sumfee"):
        for value in ("", None, "x" * 40):
            refused = await town.till.call("3203", {"data": ASKED | {name: value}})
            assert refused.err_msg.startswith(f"{INPUT}{name} "), (name, value)
    turned = await town.till.call("3203", {"data": ASKED | {"begndate": "2026-11-22"}})
    assert turned.err_msg.startswith("STATEMENT_PERIOD ")
