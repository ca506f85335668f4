"""A grant that has expired counts for nothing: it takes nobody's place and is bound anew."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.aid.rules.standing import ended_since, over_since
from tests.domain.aid.test_grants import JINAN, TAIAN, act, bound, family, kin, no, states
from tests.phone_world import at, together
from tests.till_world import Member, Town

SHANXI, HUBEI, FANGCHENGGANG = "140100", "420100", "450600"
LAST = {"ends_on": "2026-11-30"}
LATER = {"ends_on": "2027-11-30"}


async def pass_by(town: Town, *people: Member, day: date = date(2026, 12, 1)) -> None:
    """The last day passes; everybody logs in again."""
    town.clock.set(at(day.year, day.month, day.day, 0))
    for person in people:
        person.token = await town.world.log_in(f"m{person.id}x")


async def test_a_pair_whose_grant_expired_binds_anew(town: Town) -> None:
    daughter, father = await family(town)
    old = await town.grant(daughter, father, "father", **LAST)
    await pass_by(town, daughter, father)
    assert await states(town, father) == [("beneficiary", "*敏", "expired")]
    tries = [town.try_grant(daughter, father, "father") for _ in range(5)]
    answers = await together(*tries)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]
    assert await states(town, father) == [("beneficiary", "*敏", "active")]
    [row] = await town.rows("select * from aid_grant where id = $1", int(old))
    assert (row["ended_at"], row["end_reason"]) == (over_since(date(2026, 11, 30)), "expired")


async def test_six_in_shanxi_without_those_that_expired(town: Town) -> None:
    donor, *others = await kin(town, *[SHANXI] * 8)
    assert await bound(town, donor, others[0], **LAST) == ""
    for other in others[1:6]:
        assert await bound(town, donor, other, **LATER) == ""
    assert await bound(town, donor, others[6], **LATER) == "MAX_OUT"
    await pass_by(town, donor)
    assert await bound(town, donor, others[6], **LATER) == ""
    assert await bound(town, donor, others[0], **LATER) == "MAX_OUT"


async def test_one_donor_in_taian_without_one_whose_grant_expired(town: Town) -> None:
    mine, first, second = await kin(town, TAIAN, TAIAN, JINAN)
    assert await bound(town, first, mine, **LAST) == ""
    assert await bound(town, second, mine) == "MAX_IN"
    await pass_by(town, mine, first, second)
    assert await bound(town, second, mine) == ""
    assert await bound(town, first, mine) == "MAX_IN", "the place has gone to another"


async def test_an_expired_grant_makes_no_chain_and_says_nothing_of_relations(town: Town) -> None:
    top, middle, bottom = await kin(town, *[TAIAN] * 3)
    assert await bound(town, top, middle, **LAST) == ""
    await pass_by(town, top, middle, bottom)
    assert await bound(town, middle, bottom) == ""
    daughter, father = await family(town)
    await town.grant(daughter, father, "father", ends_on="2026-12-31")
    other = await town.member("李老", date(1950, 1, 1))
    assert no(await town.try_grant(daughter, other, "father")) == "RELATION_CONFLICT"
    await pass_by(town, daughter, day=date(2027, 1, 1))
    await town.grant(daughter, other, "father")


async def test_the_days_before_binding_anew_count_from_the_last_day(town: Town) -> None:
    donor, other = await kin(town, *[FANGCHENGGANG] * 2)
    assert await bound(town, donor, other, **LAST) == ""
    await pass_by(town, donor, day=date(2026, 12, 30))
    assert await bound(town, donor, other) == "COOLDOWN"
    await pass_by(town, donor, day=date(2026, 12, 31))
    assert await bound(town, donor, other) == ""


@pytest.mark.parametrize("side", [0, 1])
async def test_what_expired_is_put_away_by_either_side_at_any_time(town: Town, side: int) -> None:
    """In Hubei a grant may not be ended for three months; this one is at its end."""
    people = await kin(town, *[HUBEI] * 2)
    answer = await town.try_grant(people[0], people[1], "elder_sister", **LAST)
    grant = answer.data["id"]
    assert no(await act(town, "DELETE", f"/aid/{grant}", people[0])) == "COOLDOWN"
    await pass_by(town, *people)
    for _ in range(2):
        assert (await act(town, "DELETE", f"/aid/{grant}", people[side])).status == 200
    assert await states(town, people[1 - side]) == []


@pytest.mark.parametrize("frozen", [False, True])
async def test_what_expired_is_neither_extended_nor_frozen_nor_thawed(
    town: Town, frozen: bool
) -> None:
    """Extending it would take a place that may be another's by now: it is granted anew."""
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father", **LAST)
    if frozen:
        await act(town, "POST", f"/aid/{grant}/freeze", daughter)
    await pass_by(town, daughter, father)
    assert await states(town, daughter) == [("donor", "*老", "expired")]
    calls: list[tuple[str, str, object]] = [
        ("PATCH", f"/aid/{grant}", {"ends_on": "2027-11-30"}),
        ("PATCH", f"/aid/{grant}", {"cap_per_use_fen": 5}),
        ("POST", f"/aid/{grant}/freeze", None),
        ("POST", f"/aid/{grant}/unfreeze", None),
    ]
    for method, path, body in calls:
        answer = await act(town, method, path, daughter, body)
        assert no(answer) == "EXPIRED"
        assert "2026-11-30" in answer.body["message"] and "重新授权" in answer.body["next_step"]


async def test_a_request_that_nobody_agreed_to_expires_too(town: Town) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father", **LAST)
    await town.value("update aid_grant set confirmed_at = null where id = $1", int(grant))
    assert await states(town, father) == [("beneficiary", "*敏", "to_confirm")]
    await pass_by(town, daughter, father)
    assert await states(town, father) == [("beneficiary", "*敏", "expired")]
    assert no(await act(town, "POST", f"/aid/{grant}/confirm", father)) == "EXPIRED"


def test_a_grant_is_at_an_end_since_what_came_first() -> None:
    last, today = date(2026, 11, 30), date(2026, 12, 5)
    over = datetime(2026, 11, 30, 16, tzinfo=UTC)
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC)
    assert over_since(last) == over
    assert ended_since(None, last, last) is None and ended_since(None, None, today) is None
    assert ended_since(None, last, today) == over == ended_since(late, last, today)
    assert ended_since(early, last, today) == early == ended_since(early, None, today)
