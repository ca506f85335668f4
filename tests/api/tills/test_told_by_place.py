"""What a place has told in a form of its own: mutual aid by where the donors are insured, results
of comparing with six digits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.day import unpadded
from tests.own_packs import add_packs
from tests.till_world import Town

HERE, OTHER = "130300", "130400"
PACK = """[region]
code = "1303"
name = "试验1303"

[[rules]]
from = 2021-04-01
source = "F5.13: a test"
certainty = "D"
[rules.display]
aid_by_place = true
padded_results = true
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and one place with forms of its own."""
    add_packs(tmp_path, monkeypatch, {"1303.toml": PACK})
    return {}


@pytest.mark.parametrize(
    ("place", "fund", "name"),
    [(HERE, "31020401", "本地家庭共济账户支付"), (OTHER, "31020402", "异地家庭共济账户支付")],
)
async def test_aid_is_told_by_where_donors_are_insured(
    town: Town, place: str, fund: str, name: str
) -> None:
    patient = await town.member("李老", date(1950, 1, 1), current_fen=1_000, place=HERE)
    donor = await town.member("李远", current_fen=9_000, place=place)
    await town.grant(donor, patient, "father")
    paid = await town.till.settle(await town.sale(patient, "50.00"))
    assert paid.ok, paid.err_msg
    told = {row["fund_pay_type"]: str(row["fund_payamt"]) for row in paid.output["setldetail"]}
    assert told == {"310200": "10.00", fund: "40.00"}
    assert paid.output["setldetail"][-1]["fund_pay_type_name"] == name
    assert str(paid.setlinfo["acct_mulaid_pay"]) == "40.00"


async def test_results_are_padded_where_the_place_writes_them_so(town: Town) -> None:
    results = []
    for place in (HERE, OTHER):
        till = await town.new_till(await town.new_shop(place=place))
        for total in ("0.00", "1.00"):
            asked = {
                "insutype": "310",
                "clr_type": "41",
                "setl_optins": f"{HERE[:4]}99",
                "stmt_begndate": "2026-11-21",
                "stmt_enddate": "2026-11-21",
                "medfee_sumamt": total,
                "fund_pay_sumamt": "0.00",
                "acct_pay": total,
                "fixmedins_setl_cnt": "0",
            }
            told = await till.call("3201", {"data": asked})
            results.append(told.output["stmtinfo"]["stmt_rslt"])
    assert results == ["000000", "000001", "0", "1"]
    assert [unpadded(one) for one in results] == ["0", "1", "0", "1"]
