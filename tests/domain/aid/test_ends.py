"""How grants end by themselves. One that has expired counts for nothing: it takes nobody's place
and is bound anew; one whose donor's or beneficiary's insurance stopped ends or rests."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.domain.aid.rules.standing import ended_since, over_since
from tests.domain.aid.test_grants import JINAN, TAIAN, act, bound, family, kin, no, states
from tests.phone_world import at, together
from tests.till_world import LOCK_WAITS, Member, Town

SHANXI, HUBEI, FANGCHENGGANG = "140100", "420100", "450600"
LAST: dict[str, Any] = {"ends_on": "2026-11-30"}
LATER: dict[str, Any] = {"ends_on": "2027-11-30"}


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
    [made] = [answer.data["id"] for answer in answers if answer.status == 201]
    assert (await town.agree(father, made)).status == 200
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
    grant = await town.grant(people[0], people[1], "elder_sister", **LAST)
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
    grant = (await town.try_grant(daughter, father, "father", **LAST)).data["id"]
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


JIANGXI, HEBEI, GUANGDONG = "360100", "130100", "440100"
STOP, RESUME = {"psn_insu_stas": "2"}, {"psn_insu_stas": "1"}


async def told(town: Town, who: Member) -> tuple[str, str]:
    """State and reason of the only grant on somebody's list."""
    [grant] = (await act(town, "GET", "/aid", who)).data
    assert not grant["can_pay"]
    return grant["state"], grant["why_not"]["reason"]


@pytest.mark.parametrize("place", [JIANGXI, SHANXI])
@pytest.mark.parametrize("side", ["donor", "beneficiary"])
async def test_a_grant_ends_with_the_insurance_of_either_side(
    town: Town, place: str, side: str
) -> None:
    """It does not come back when the insurance does, and both sides see why."""
    donor, patient = await kin(town, place, place)
    ends = LATER if place == SHANXI else {}
    assert await bound(town, donor, patient, **ends) == ""
    await town.register(donor if side == "donor" else patient, **STOP)
    await town.register(donor if side == "donor" else patient, **RESUME)
    assert await town.value("select count(*) from aid_grant where donor_id = $1", donor.id) == 1
    for who in (donor, patient):
        assert await told(town, who) == ("ended", "ENDED_WITH_INSURANCE")
    [grant] = (await act(town, "GET", "/aid", patient)).data
    cause = "共济人停止或暂停参保" if side == "donor" else "被共济人停止或暂停参保"
    assert f"2026-11-21按当地规定自动终止：{cause}" in grant["why_not"]["message"]
    assert "*敏" in grant["why_not"]["message"]
    assert await bound(town, donor, patient, **ends) == ""
    assert [state for _, _, state in await states(town, patient)] == ["active"]


@pytest.mark.parametrize("side", ["donor", "beneficiary"])
async def test_elsewhere_a_grant_rests_until_the_insurance_resumes(town: Town, side: str) -> None:
    donor, patient = await kin(town, HEBEI, HEBEI)
    assert await bound(town, donor, patient) == ""
    who = donor if side == "donor" else patient
    await town.register(who, **STOP)
    state, reason = await told(town, patient)
    expected = "DONOR_SUSPENDED" if side == "donor" else "BENEFICIARY_NOT_ENROLLED"
    assert (state, reason) == ("active", expected)
    await town.register(who, **RESUME)
    [grant] = (await act(town, "GET", "/aid", patient)).data
    assert (grant["state"], grant["can_pay"]) == ("active", True)


@pytest.mark.parametrize(
    ("side", "changed", "cause"),
    [
        (0, {"insutype": "390", "psn_type": "1501"}, "donor_left_plan"),
        (1, {"insutype": "390", "psn_type": "1501"}, None),
        (0, {"insuplc_admdvs": GUANGDONG}, "moved_apart"),
        (1, {"insuplc_admdvs": GUANGDONG}, "moved_apart"),
        (0, {"insuplc_admdvs": "360700"}, None),
        (1, {"insuplc_admdvs": "360700"}, None),
        (0, {"psn_type": "12"}, None),
    ],
)
async def test_what_else_ends_an_insurance_in_jiangxi(
    town: Town, side: int, changed: dict[str, str], cause: str | None
) -> None:
    """Leaving the plan or the area; moving inside it or retiring is no end."""
    people = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, *people) == ""
    await town.register(people[side], **changed)
    sql = "select end_reason from aid_grant where donor_id = $1"
    assert await town.value(sql, people[0].id) == cause


async def test_a_whole_family_stops_in_one_file(town: Town) -> None:
    """Both sides of one grant, one side of others; grants of strangers stay."""
    one, two, three, four = await kin(town, *[JIANGXI] * 4)
    five, six = await kin(town, JIANGXI, JIANGXI)
    for donor, patient in ((one, two), (two, three), (three, four), (five, six)):
        assert await bound(town, donor, patient) == ""
    await town.register(one, two, **STOP)
    ids = [person.id for person in (one, two, three, five)]
    rows = await town.rows(
        "select donor_id, end_reason, ended_by from aid_grant where donor_id = any($1)"
        " order by array_position($1, donor_id)",
        ids,
    )
    stopped = ["donor_stopped", "donor_stopped", None, None]
    assert [tuple(row) for row in rows] == [
        (one_id, reason, None) for one_id, reason in zip(ids, stopped, strict=True)
    ]


async def test_what_a_rule_ended_is_put_away_or_forgotten(town: Town) -> None:
    donor, patient = await kin(town, JIANGXI, JIANGXI)
    grant_id = await town.grant(donor, patient, "elder_sister")
    await town.register(donor, **STOP)
    assert len(await states(town, donor)) == len(await states(town, patient)) == 1
    path = f"/aid/{grant_id}"
    diagnosed = await act(town, "GET", f"/aid/diagnosis?beneficiary={grant_id}", donor)
    assert no(diagnosed) == "NOT_FOUND", "who pays for nobody asks after nobody"
    assert (await act(town, "DELETE", path, patient)).status == 200
    assert await states(town, donor) == await states(town, patient) == []
    await town.register(donor, **RESUME)
    assert await bound(town, donor, patient) == ""
    await town.register(donor, **STOP)
    await pass_by(town, donor, day=date(2027, 3, 1))
    assert await states(town, donor) == []


async def test_no_bill_settles_against_a_grant_that_a_file_has_ended(town: Town) -> None:
    """A batch that has begun goes first; the file waits for it, and a bill after it gets nothing
    (law 6)."""
    donor, patient = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, donor, patient) == ""
    async with town.services.database.transaction() as connection:
        await connection.fetch(
            "select 1 from account where person_id = $1 for no key update", donor.id
        )
        loading = asyncio.create_task(town.register(donor, **STOP))
        await town.until(LOCK_WAITS)
        sql = "select ended_at is null from aid_grant where donor_id = $1"
        assert await town.value(sql, donor.id)
    await loading
    assert await town.value("select ended_at from aid_grant where donor_id = $1", donor.id)
