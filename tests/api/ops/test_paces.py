"""How long tills wait: the same bills told by shop, by region and of all, the slowest first."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.ops.pace import repository
from tests.api.ops.conftest import NightShift
from tests.till_world import Town

DELAY = """
update request r set received_at = o.decided_at - $2 * interval '1 millisecond'
from outcome o where o.request_id = r.id and r.fixmedins_code = $1
"""


async def paces(night: NightShift, token: str, **which: str) -> Any:
    answer = await night.call("GET", "/paces", token=token, params=which)
    assert answer.status == 200, answer.body
    return answer.data


async def _sold(town: Town, place: str, many: int, waited_ms: int) -> str:
    """A shop whose tills have waited so long for each of some bills; its code."""
    shop = await town.new_shop(place=place)
    till = await town.new_till(shop)
    patient = await town.member("李建国", current_fen=50_000)
    for _ in range(many):
        sold = await till.settle(await town.sale(patient, "10.00", till=till))
        assert sold.ok, sold.err_msg
    await town.value(DELAY, shop.code, waited_ms)
    return shop.code


async def test_the_slowest_shop_and_region_come_first_and_few_bills_last(
    night: NightShift,
) -> None:
    town, viewer = night.town, await night.sign_in("viewer")
    assert (await paces(night, viewer))["all"] is None
    quick = await _sold(town, "130102", 6, 10)
    slow = await _sold(town, "130602", 5, 2_000)
    few = await _sold(town, "130102", 1, 9_000)
    found = await paces(night, viewer)
    told = [(one["code"], one["count"], one["p50_ms"]) for one in found["institutions"]]
    assert told == [(slow, 5, 2_000), (quick, 6, 10), (few, 1, 9_000)]
    assert all(one["name"] for one in found["institutions"])
    pools = [(one["code"], one["count"], one["p50_ms"]) for one in found["pools"]]
    assert pools == [("1301", 7, 10), ("1306", 5, 2_000)], "by what nineteen of twenty waited"
    assert found["pools"][0]["name"] == "河北省石家庄市"
    assert (found["all"]["count"], found["all"]["p50_ms"]) == (12, 1_005)
    assert found["all"]["p95_ms"] > 2_000 and not found["sampled"]
    assert (await paces(night, viewer, province="11"))["all"] is None
    assert (await paces(night, viewer, province="13", range="week"))["all"]["count"] == 12
    assert (await paces(night, viewer, day="2025-01-01"))["institutions"] == []
    span = {"since": found["since"], "until": found["until"], "fixmedins_code": slow}
    behind = (await night.call("GET", "/messages", token=viewer, params=span)).data["messages"]
    assert len(behind) == 5


async def test_what_waits_for_a_relative_is_no_tills_slowness(night: NightShift) -> None:
    town, viewer = night.town, await night.sign_in("viewer")
    code = await _sold(town, "130102", 2, 10)
    asked = await town.value("select min(id) from request where fixmedins_code = $1", code)
    await town.value(
        "insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at)"
        " values (1, $1, 1, 1, 1, now(), now())",
        asked,
    )
    assert (await paces(night, viewer))["all"]["count"] == 1


async def test_of_many_messages_the_newest_of_each_part_are_looked_at(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, viewer = night.town, await night.sign_in("viewer")
    await _sold(town, "130102", 6, 10)
    bound = f"limit {repository.OF_PART}"
    fewer = repository.PACES.replace(bound, "limit 2").replace(f">= {repository.OF_PART}", ">= 2")
    monkeypatch.setattr(repository, "PACES", fewer)
    found = await paces(night, viewer)
    assert found["sampled"] and 2 <= found["all"]["count"] < 6
