"""A donor's caps count bills and premiums alike, and so does the check of the books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.regions.periods import COUNTED, USE, Period
from tests.domain.premium.season import OLD, father_of, order, ordered, tax, wrong_in_books
from tests.own_packs import add_pack
from tests.till_world import Town

TOGETHER = "130200"
PACK = """
[region]
code = "1302"
name = "一处"

[[rules]]
from = 2021-04-01
source = "F5.11: a test"
certainty = "D"
[rules.aid]
cap_scope = "donor"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and a place whose caps count all that a donor gives."""
    add_pack(tmp_path, monkeypatch, "1302.toml", PACK)
    return {}


@pytest.mark.parametrize("period", COUNTED, ids=lambda period: period.name)
async def test_a_bill_counts_against_a_premium_and_back(town: Town, period: Period) -> None:
    cap: dict[str, Any] = {period.column: 60_000}
    father, daughter, grant = await father_of(town, **cap)
    assert (await town.till.settle(await town.sale(father, "200.01"))).ok
    assert (await order(town, daughter, grant)).reason == period.reason
    father, daughter, grant = await father_of(town, **cap)
    assert (await town.till.settle(await town.sale(father, "200.00"))).ok
    number = await ordered(town, daughter, grant)
    await tax(town)
    bill = await town.till.settle(await town.sale(father, "0.01"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 0
    # What comes back counts no more.
    refund = f"/premiums/{number}/refund"
    assert (await town.world.call("POST", refund, token=daughter.token)).status == 200
    await tax(town)
    bill = await town.till.settle(await town.sale(father, "400.00"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 400
    assert await wrong_in_books(town) == []


async def test_a_cap_a_use_counts_nothing_before(town: Town) -> None:
    _, daughter, grant = await father_of(town, cap_per_use_fen=39_999)
    assert (await order(town, daughter, grant)).reason == USE.reason
    father, daughter, grant = await father_of(town, cap_per_use_fen=40_000)
    assert (await town.till.settle(await town.sale(father, "300.00"))).ok
    await ordered(town, daughter, grant)


async def test_where_all_that_a_donor_gives_counts(town: Town) -> None:
    cap: dict[str, Any] = {"cap_year_fen": 60_000}
    _, daughter, first = await father_of(town, place=TOGETHER, **cap)
    mother = await town.member("王桂", OLD, "2", place=TOGETHER, insutype="390")
    second = await town.grant(daughter, mother, "mother", purposes=["medical", "premium"], **cap)
    assert (await town.till.settle(await town.sale(mother, "200.00"))).ok
    await ordered(town, daughter, first)
    assert (await order(town, daughter, second)).reason == "CAP_YEAR"
    bill = await town.till.settle(await town.sale(mother, "0.01"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 0
    rows = await town.rows(
        "select jsonb_array_elements(caps) as one from premium_order where asked_by = $1",
        daughter.id,
    )
    assert [row["one"] for row in rows] == [[str(daughter.id), "aid.cap_year_fen", 60_000, True]]
    assert await wrong_in_books(town) == []
