"""Money is shared, a benefit is not (law 4; SOURCES A1, S5, S111)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.client import Item
from app.words import RETIRED
from tests.api.tills.test_outpatient import HEFEI, Clinic
from tests.till_world import BASIC, Member, Town

OLD = date(1950, 1, 1)


async def prescribed(town: Town, patient: Member, yuan: str) -> dict[str, float]:
    """What a prescription of one drug comes to."""
    clinic = Clinic(town, patient, "")
    paid = await clinic.purchase_of([Item(BASIC, Decimal(1), Decimal(yuan))], [True])
    assert paid.ok, paid.err_msg
    names = ("act_pay_dedc", "fund_pay_sumamt", "acct_mulaid_pay", "psn_cash_pay")
    return {name: float(paid.setlinfo[name]) for name in names}


@pytest.mark.parametrize(
    ("father", "expected"),
    [
        ({"psn_type": RETIRED}, (200, 560, 440)),  # 70 % of what is above 200: his, not her 60 %
        ({"insutype": "390"}, (0, 0, 1000)),  # residents are not pooled here, whoever pays
    ],
    ids=["retired", "resident"],
)
async def test_the_pool_pays_by_the_patients_plan_and_relatives_what_is_left(
    town: Town, father: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    await town.value(
        "update institution set admdvs = $2, hosp_lv = '10', outpatient_pooling = true"
        " where fixmedins_code = $1",
        town.shop.code,
        HEFEI,
    )
    patient = await town.member("李老", OLD, place=HEFEI, **father)
    daughter = await town.member("李敏", gend="2", place=HEFEI, current_fen=200_000)
    await town.grant(daughter, patient, "father")
    told = await prescribed(town, patient, "1000.00")
    assert tuple(told.values()) == (*expected, 0)
    assert await town.balance(daughter) == 200_000 - expected[2] * 100
    hers = await prescribed(town, daughter, "1000.00")
    assert (hers["act_pay_dedc"], hers["fund_pay_sumamt"]) == (200, 480), "nothing of hers was used"
