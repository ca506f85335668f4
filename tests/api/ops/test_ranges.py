"""Counts of a span: they agree with the bills, are compared with the day before, and tell what
mutual aid was asked for and has not paid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.ops.tally import rules
from app.domain.ops.tally.values import SLOT
from app.kit.clock import midnight
from tests.api.ops.conftest import NightShift
from tests.api.tills.test_undo import Case, case
from tests.feeds import all_written

__all__ = ["case"]


async def count(night: NightShift) -> int:
    """Counts what there is."""
    return await night.town.services.tallies.run(now=await all_written())


async def ranges(night: NightShift, token: str, **which: str) -> Any:
    answer = await night.call("GET", "/ranges", token=token, params=which)
    assert answer.status == 200, answer.body
    return answer.data


def summed(found: Any) -> tuple[int, ...]:
    names = "settled", "undone", "refused"
    return tuple(sum(one[name] for one in found["points"]) for name in names)


async def test_counts_are_those_of_the_bills_and_each_counts_once(
    night: NightShift, case: Case
) -> None:
    viewer = await night.sign_in("viewer")
    await case.cancel()
    await case.cancel()  # refused
    assert await count(night) == 3
    assert await count(night) == 0
    for which in ({"range": "hour"}, {"range": "day"}, {"range": "week"}):
        found = await ranges(night, viewer, **which)
        assert summed(found) == (1, 1, 1), which
        assert (found["settled"], found["settled_fen"]) == (1, 25_000)
    assert [(one["reason"], one["count"]) for one in found["refusals"]] == [
        ("ALREADY_CANCELLED", 1)
    ]
    assert found["refusals"][0]["message"] and found["counted_to"]
    assert summed(await ranges(night, viewer, province="13")) == (1, 1, 1)
    assert summed(await ranges(night, viewer, province="11")) == (0, 0, 0)
    long_ago = await ranges(night, viewer, day="2025-01-01")
    assert summed(long_ago) == (0, 0, 0) and len(long_ago["points"]) == 144
    assert {one["before"] for one in long_ago["points"]} == {None}, "nothing was counted then"
    provinces = await night.call("GET", "/provinces", token=viewer)
    assert {"code": "13", "name": "河北省"} in provinces.data


async def test_a_day_is_compared_with_the_one_before(night: NightShift, case: Case) -> None:
    viewer = await night.sign_in("viewer")
    await count(night)
    await night.town.value("update ops_tally set slot = slot - interval '1 day'")
    found = await ranges(night, viewer, range="day")
    assert sum(one["before"] or 0 for one in found["points"]) == 1
    assert summed(found)[0] == 0
    week = await ranges(night, viewer, range="day", compared="last_week")
    assert {one["before"] for one in week["points"]} == {None}


async def test_aid_that_was_asked_and_did_not_pay_is_told_by_reason_and_pool(
    night: NightShift, case: Case
) -> None:
    town, viewer = night.town, await night.sign_in("viewer")
    frozen = await town.world.call("POST", f"/aid/{case.grant}/freeze", None, case.son.token)
    assert frozen.status == 200
    paid = await town.till.settle(await town.sale(case.patient, "30.00"))
    alone = await town.member("王独", current_fen=500)
    nobody = await town.till.settle(await town.sale(alone, "8.00"))
    assert paid.ok and nobody.ok
    await count(night)
    found = await ranges(night, viewer, range="hour")
    rows = {(one["reason"], one["pool"]): one for one in found["unpaid"]}
    assert set(rows) == {("FROZEN", "1301"), ("NO_AID_GRANT", "1301")}
    row = rows["FROZEN", "1301"]
    assert (row["count"], row["fen"], row["asked"]) == (1, 3_000, True)
    assert (row["region"], rows["NO_AID_GRANT", "1301"]["asked"]) == ("河北省石家庄市", False)
    assert (found["unpaid_bills"], found["unpaid_fen"]) == (1, 3_000)
    assert (await ranges(night, viewer, province="11"))["unpaid"] == []
    span = {"since": found["since"], "until": found["until"], "unpaid": "FROZEN"}
    for pool, many in (("", 1), ("1301", 1), ("1101", 0)):
        answer = await night.call("GET", "/messages", token=viewer, params=span | {"pool": pool})
        messages = answer.data["messages"]
        assert [one["msgid"] for one in messages] == [paid.msgid] * many
    [behind] = (await night.call("GET", "/messages", token=viewer, params=span)).data["messages"]
    assert behind["setl_id"] == paid.setlinfo["setl_id"]


def settled(**changed: Any) -> Any:
    row = {
        "id": 1 << 60,
        "state": 1,
        "kind": 1,
        "rest": False,
        "mdtrtarea_admvs": "130102",
        "insuplc_admdvs": "110105",
        "medfee_sumamt_fen": 9_000,
        "cash_pay_fen": 5_000,
        "reasons": [],
        "fixmedins_code": "P1",
    }
    return row | changed


def told(*rows: Any) -> dict[tuple[int, str, str], tuple[int, int]]:
    made_at = datetime(2026, 11, 27, tzinfo=UTC)
    found = rules.counted(((made_at, row) for row in rows), {"P1": "130102"})
    return {(int(k.kind), k.place, k.reason): (one.count, one.fen) for k, one in found.items()}


def reason(code: str, **params: str) -> Any:
    return {"code": code, "params": params}


def test_what_no_account_may_pay_is_not_what_aid_left() -> None:
    both = [
        reason("ITEM_OUT_OF_SCOPE", amount="20.00", lines="1"),
        reason("FROZEN"),
        reason("BELOW_FLOOR"),
        reason("FROZEN"),
    ]
    bill = {(1, "13", ""): (1, 9_000)}
    assert told(settled(reasons=both)) == bill | {
        (6, "1101", "FROZEN"): (1, 3_000),
        (6, "1101", "BELOW_FLOOR"): (1, 3_000),
        (6, "1101", ""): (1, 3_000),
    }
    assert told(settled(reasons=both, cash_pay_fen=2_000)) == bill, "aid left nothing"
    assert told(settled(reasons=[reason("ACCOUNT_USE_DECLINED")])) == bill
    assert told(settled(reasons=[reason("NO_AID_GRANT")])) == bill | {
        (6, "1101", "NO_AID_GRANT"): (1, 5_000)
    }


def test_the_rest_of_a_part_return_is_no_other_bill() -> None:
    back = settled(kind=2, medfee_sumamt_fen=-9_000, cash_pay_fen=-5_000)
    rest = settled(rest=True, medfee_sumamt_fen=4_000, reasons=[reason("FROZEN")])
    assert told(back, rest) == {(2, "13", ""): (1, 9_000)}
    refused = {"id": 1 << 60, "state": 2, "reason": "NO_AID_GRANT", "fixmedins_code": "P1"}
    assert told(refused) == {(3, "13", "NO_AID_GRANT"): (1, 0)}


@pytest.mark.parametrize("wanted", ["hour", "today", "day", "week", date(2026, 11, 20)])
def test_spans_end_with_the_present_step_and_are_whole(wanted: Any) -> None:
    now = datetime(2026, 11, 27, 3, 47, 12, tzinfo=UTC)
    span = rules.span_of(wanted, "yesterday", now)
    steps = span.steps()
    assert steps[0] == span.since and steps[-1] + span.step == span.until
    if isinstance(wanted, str):
        assert span.until - span.step <= now < span.until
    else:
        assert (span.since, len(steps)) == (midnight(wanted), 144)
    assert rules.slot_of(span.since) == span.since and span.step % SLOT == timedelta(0)
