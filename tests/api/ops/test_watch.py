"""The watch: alarms are seen and handed over, limits set, and silence by day is not well."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.api.pages.serving import WEB
from app.domain.ops.figures import kinds
from app.domain.ops.figures.rules.limits import BOUNDS, USUAL
from app.domain.ops.figures.rules.troubles import state_of, troubles
from app.domain.ops.figures.values import (
    Books,
    DatabaseHealth,
    Figures,
    Minute,
    RedisHealth,
    WorkerHealth,
)
from tests.api.ops.conftest import NightShift
from tests.dump import in_clear

RUNBOOK = WEB / "ops/runbook.html"
NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)


def quiet_since(hours: int, at: datetime = NOON, accepted: int = 0, read: bool = True) -> Figures:
    """Everything works; so many bills in the first of the last sixty minutes."""
    minutes = [Minute(at - timedelta(minutes=60 - n), read, accepted * (n == 0)) for n in range(60)]
    well = DatabaseHealth(True, 1.0, connections_max=100)
    lives = WorkerHealth({"jobs": 1})
    return Figures(at, Books(at, minutes=minutes), [], well, RedisHealth(True), lives, [])


def codes(figures: Figures, **changed: int) -> list[str]:
    return [one.kind.code for one in troubles(figures, replace(USUAL, **changed))]


def test_an_hour_without_bills_by_day_is_not_well() -> None:
    found = quiet_since(1)
    assert codes(found) == ["QUIET"] and state_of(troubles(found)) == "quiet"
    assert codes(quiet_since(1, accepted=1)) == []
    assert codes(quiet_since(1, accepted=1), quiet_minutes=30) == ["QUIET"]
    assert codes(quiet_since(1, read=False)) == [], "nobody knows yet"
    night = NOON.replace(hour=18)  # 02:00 in China
    assert codes(quiet_since(1, at=night)) == []
    assert codes(quiet_since(1, at=night), quiet_from_hour=0) == ["QUIET"]


def test_limits_decide_when_something_is_wrong() -> None:
    found = quiet_since(1, accepted=1)
    assert found.books is not None
    slow = replace(found, books=replace(found.books, oldest_s=7.0, length=3))
    assert codes(slow) == ["QUEUE_SLOW"]
    assert codes(slow, queue_slow_s=8) == []
    assert codes(slow, queue_stuck_s=6) == ["QUEUE_STUCK"]


def test_every_trouble_has_its_page_in_both_languages() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    anchors = re.findall(r'<section id="([A-Z_]+)">(.*?)</section>', text, re.DOTALL)
    assert {code for code, _ in anchors} == kinds.CODES and len(anchors) == len(kinds.CODES)
    for code, part in anchors:
        assert re.search(r'<ol lang="zh-CN">\s*<li>', part), code
        assert re.search(r'<ol lang="en">\s*<li>', part), code


async def test_who_has_seen_an_alarm_is_told_to_all_and_it_speaks_again(night: NightShift) -> None:
    town, (name, password) = night.town, await night.operator("viewer")
    mine = (await night.try_sign_in(name, password)).data["token"]
    other = await night.sign_in("viewer")
    note = "已给王工打电话"

    async def seen(token: str) -> Any:
        watch = town.services.watch
        watch._read_at = -9.0
        found = await night.figures(token)
        return {one["code"]: one["seen"] for one in found["troubles"]}["NO_WORKER"]

    assert await seen(other) is None
    answer = await night.call("POST", "/troubles/seen", {"code": "NO_WORKER", "note": note}, mine)
    assert answer.status == 200
    told = await seen(other)
    assert (told["by"], told["note"]) == (name, note)
    assert await in_clear(town.services, [note]) == []
    for wrong in ({"code": "NO_WORKER", "note": ""}, {"code": "NONE_SUCH", "note": note}):
        assert (await night.call("POST", "/troubles/seen", wrong, mine)).status == 422
    town.clock.advance(2 * 3600 + 1)
    assert await seen(await night.sign_in("viewer")) is None


async def test_a_shift_is_handed_over(night: NightShift) -> None:
    token = await night.sign_in("viewer")
    notes = ["张店打印机坏了", "03:00 后对账慢，已报"]
    for note in notes:
        answer = await night.call("POST", "/hand-overs", {"note": note}, token)
        assert answer.status == 200
    board = (await night.call("GET", "/board", token=await night.sign_in("viewer"))).data
    assert [one["note"] for one in board["hand_overs"]] == notes[::-1]
    assert board["hand_overs"][0]["by"].startswith("viewer-")
    assert await in_clear(night.town.services, notes) == []


async def test_a_limit_is_set_by_an_auditor_who_says_why(night: NightShift) -> None:
    name, password = await night.operator("auditor")
    token = (await night.try_sign_in(name, password)).data["token"]
    wish = {"name": "refund_days", "value": 5, "reason": "节日前窗口少"}
    answer = await night.call("POST", "/limits", wish, token)
    assert answer.status == 200, answer.body
    limits = {one["name"]: one for one in answer.data["limits"]}
    assert set(limits) == set(BOUNDS)
    changed = limits["refund_days"]
    assert (changed["value"], changed["usual"], changed["by"]) == (5, USUAL.refund_days, name)
    assert limits["queue_slow_s"]["by"] is None
    assert (await night.town.services.watch.board()).limits == replace(USUAL, refund_days=5)
    [line] = await night.town.rows("select what, target from ops_look")
    assert tuple(line) == ("limits", "refund_days = 5")
    for wrong in ({"value": 0}, {"value": 366}, {"name": "nothing"}, {"reason": "短"}):
        assert (await night.call("POST", "/limits", wish | wrong, token)).status == 422


@pytest.mark.parametrize("name", BOUNDS)
def test_usual_limits_lie_within_their_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    assert least <= getattr(USUAL, name) <= most
    assert USUAL.changed({name: most, "of_another_version": 1}) == replace(USUAL, **{name: most})
