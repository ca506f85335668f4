"""Undoings of nothing: an institution has so many an hour; what is real is undone all the same."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.tills.handlers import PROCESSING
from app.clients.till.sale import sale_input
from tests.api.tills.test_undo import Case
from tests.till_world import Town

MOST = 3


@pytest.fixture
def config() -> dict[str, Any]:
    return {"empty_undoings_max": MOST}


async def stored(town: Town) -> int:
    sql = "select count(*) from request where fixmedins_code = $1"
    return int(await town.value(sql, town.shop.code))


async def test_reversals_of_nothing_have_a_limit(town: Town, case: Case) -> None:
    for number in range(MOST):
        assert (await case.reverse(omsgid=f"never{number}")).ok
    before = await stored(town)
    for number in range(5):
        refused = await case.reverse(omsgid=f"never-at-all{number}")
        assert refused.err_msg.startswith("EMPTY_UNDOINGS ") and str(MOST) in refused.err_msg
    assert await stored(town) == before
    other = await town.new_till(await town.new_shop())
    assert (await case.reverse(other, omsgid="never")).ok, "another institution has its own"
    assert (await case.reverse()).ok, "what is real is undone"
    assert await case.balances() == (10_000, 100_000)
    again = await case.reverse()
    assert again.err_msg.startswith("EMPTY_UNDOINGS "), "it is undone, there is nothing more"
    town.clock.advance(3600)
    assert (await case.reverse(omsgid="never-at-all")).ok


async def test_so_have_cancels_of_nothing(town: Town, case: Case) -> None:
    told = [(await case.cancel(setl_id=str(n))).err_msg.split(" ")[0] for n in range(1, MOST + 3)]
    assert told == ["SETTLEMENT_UNKNOWN"] * MOST + ["EMPTY_UNDOINGS"] * 2
    assert (await case.cancel()).ok


async def test_a_repeat_counts_once(town: Town, case: Case) -> None:
    data = {"psn_no": case.patient.psn_no, "omsgid": "never", "oinfno": "2102"}
    for _ in range(MOST + 3):
        assert (await town.till.call("2601", {"data": data}, "the-same")).ok


async def test_what_still_waits_is_something(town: Town, case: Case) -> None:
    for number in range(MOST):
        assert (await case.reverse(omsgid=f"never{number}")).ok
    given = sale_input(await town.sale(case.patient, "1.00"), town.clock.now())
    data = {"psn_no": case.patient.psn_no, "omsgid": "waits", "oinfno": "2102"}
    async with town.drainer_away():
        for infno, msgid, body in (("2102", "waits", given), ("2601", "undoes", {"data": data})):
            sent = town.till.body(infno, body, msgid, case.patient.place)
            assert (await town.ask(sent, wait=0)).err_msg == PROCESSING


async def test_while_redis_is_away_nothing_is_refused_for_it(
    town: Town, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> int:
        raise ConnectionError

    monkeypatch.setattr(town.services.cache, "count", away)
    for number in range(MOST + 3):
        assert (await case.reverse(omsgid=f"never{number}")).ok
