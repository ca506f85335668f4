"""Making and changing grants: every refusal, the limit under a crowd, and who may do what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.phone_world import Answer, at, claim, together
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)
JIANGMEN = "440700"


async def family(town: Town, **more: Any) -> tuple[Member, Member]:
    """A daughter with money and her father."""
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    return daughter, await town.member("李老", OLD, **more)


def no(answer: Answer) -> str:
    """The reason of a refusal; it has a sentence and a next step."""
    assert answer.status >= 400, answer.body
    assert "{" not in answer.body["message"] + answer.body["next_step"]
    return answer.reason


async def act(town: Town, method: str, path: str, who: Member, body: object = None) -> Answer:
    return await town.world.call(method, path, body, who.token)


async def states(town: Town, who: Member) -> list[tuple[str, str, str]]:
    listed = await act(town, "GET", "/aid", who)
    return [(item["role"], item["other"], item["state"]) for item in listed.data]


async def test_a_grant_is_seen_from_both_sides(town: Town) -> None:
    daughter, father = await family(town)
    await town.grant(daughter, father, "father", cap_per_use_fen=5_000)
    [data] = (await act(town, "GET", "/aid", daughter)).data
    assert data.pop("id") and data.pop("other_id") == str(father.id)
    assert data == {
        "role": "donor",
        "agreed": True,
        "other": "*老",
        "relation": "father",
        "relation_zh": "父亲",
        "other_is": "父亲",
        "state": "active",
        "starts_on": "2026-11-21",
        "ends_on": None,
        "cap_per_use_fen": 5_000,
        "cap_day_fen": None,
        "cap_week_fen": None,
        "cap_month_fen": None,
        "cap_year_fen": None,
        "purposes": ["medical"],
        "rank": 0,
        "may_order": False,
        "may_end": True,
        "since": "2026-11-21T12:00:00.000+08:00",
        "alias": "家庭共济",
        "can_pay": True,
        "why_not": None,
        "ask_above_fen": None,
        "once": False,
        "paused_until": None,
        "caps_used": [],
    }
    assert await states(town, daughter) == [("donor", "*老", "active")]
    assert await states(town, father) == [("beneficiary", "*敏", "active")]
    assert await states(town, await town.member("赵六")) == []


async def test_each_side_is_told_what_the_other_is(town: Town) -> None:
    daughter, father = await family(town)
    await town.grant(daughter, father, "father")
    told = []
    for who in (daughter, father):
        for language in ("zh", "en"):
            headers = {"Accept-Language": language}
            listed = await town.world.call("GET", "/aid", token=who.token, headers=headers)
            told.append(listed.data[0]["other_is"])
    assert told == ["父亲", "father", "女儿", "daughter"]


async def test_each_reason_why_a_grant_is_not_made(town: Town) -> None:
    daughter, father = await family(town)

    async def why(donor: Member, other: Member, relation: str = "father", **more: Any) -> str:
        return no(await town.try_grant(donor, other, relation, **more))

    async def told(donor: Member, other: Member, relation: str = "father") -> str:
        """What depends on the other is told to the other, who agrees or not."""
        answer = await town.try_grant(donor, other, relation)
        assert (answer.status, answer.data["state"]) == (201, "to_confirm")
        reason = no(await town.agree(other, answer.data["id"]))
        await act(town, "DELETE", f"/aid/{answer.data['id']}", donor)
        return reason

    resident = await town.member("王丽", gend="2", insutype="390")
    assert await why(resident, father) == "DONOR_NOT_EMPLOYEE_PLAN"
    without = await town.member("王丽", gend="2")
    assert await why(without, father) == "DONOR_NO_PERSONAL_ACCOUNT"
    stopped = await town.member("王丽", gend="2", current_fen=1)
    await town.value("update person set psn_insu_stas = '2' where id = $1", stopped.id)
    assert await why(stopped, father) == "DONOR_SUSPENDED"
    assert await told(daughter, await town.member("李老", OLD, status="2")) == (
        "BENEFICIARY_NOT_ENROLLED"
    )
    assert await told(daughter, await town.member("李老", OLD), "mother") == "RELATION_CONFLICT"
    assert await why(daughter, daughter, "elder_sister") == "RELATION_CONFLICT"
    assert await told(daughter, await town.member("李青", date(1975, 1, 1))) == "RELATION_CONFLICT"
    in_law = await town.member("王老", OLD)
    assert await why(daughter, in_law, "father_in_law") == "RELATION_NOT_ALLOWED"
    assert await why(daughter, in_law, "self") == "RELATION_NOT_ALLOWED"
    abroad = await town.member("李老", OLD, place="110100")
    assert await told(daughter, abroad) == "AREA_NOT_ALLOWED"
    for dates in [
        {"starts_on": "2026-11-20"},
        {"ends_on": "2026-11-21"},
        {"starts_on": "2026-12-01", "ends_on": "2026-11-30"},
    ]:
        assert await why(daughter, father, **dates) == "PERIOD_INVALID"
    wrongs: list[dict[str, Any]] = [
        {"cap_per_use_fen": 0},
        {"cap_per_use_fen": 1.5},
        {"starts_on": "soon"},
        {"rank": -1},
        {"purposes": ["sport"]},
        {"cap_day_fen": "many"},
        {"cap_day_fen": "5"},
        {"cap_per_use_fen": True},
        {"cap_year_fen": 5.0},
        {"rank": True},
        {"rank": "1"},
    ]
    for wrong in wrongs:
        assert await why(daughter, father, **wrong) == "INVALID_INPUT"
    assert await why(daughter, father, purposes=[]) == "PURPOSE_NOT_OFFERED"
    assert await states(town, daughter) == []
    await town.grant(daughter, father, "father")
    assert await why(daughter, father) == "ALREADY_BOUND"
    assert await why(daughter, in_law, "father") == "RELATION_CONFLICT"


async def test_a_grant_begins_and_ends_on_its_days(town: Town) -> None:
    daughter, father = await family(town)
    await town.grant(daughter, father, "father", starts_on="2026-12-01", ends_on="2026-12-02")

    async def state() -> str:
        return (await states(town, daughter))[0][2]

    assert await state() == "not_yet"
    for moment, expected in [
        (at(2026, 12, 1, 0), "active"),
        (at(2026, 12, 2, 23, 59), "active"),
        (at(2026, 12, 3, 0), "expired"),
    ]:
        town.clock.set(moment)
        daughter.token = await town.world.log_in(f"m{daughter.id}x")
        assert await state() == expected, moment


async def test_eight_a_donor_also_when_twenty_are_asked_for_at_once(town: Town) -> None:
    daughter, _ = await family(town)
    sons = [await town.world.add("李小明", date(2010, 1, 1)) for _ in range(20)]
    answers = await together(*(town.try_grant(daughter, son, "son") for son in sons))
    assert sorted(answer.status for answer in answers) == [201] * 8 + [409] * 12
    assert {no(answer) for answer in answers if answer.status != 201} == {"MAX_OUT"}
    [first, *_] = [answer for answer in answers if answer.status == 201]
    await act(town, "DELETE", f"/aid/{first.data['id']}", daughter)
    again = await together(*(town.try_grant(daughter, son, "son") for son in sons[:20]))
    assert [answer.status for answer in again].count(201) == 1


async def test_the_same_grant_twenty_times_at_once_is_made_once(town: Town) -> None:
    daughter, father = await family(town)
    tries = (town.try_grant(daughter, father, "father") for _ in range(20))
    answers = await together(*tries)
    assert sorted(answer.status for answer in answers) == [201] + [409] * 19


async def test_a_chain_is_allowed_in_hebei(town: Town) -> None:
    daughter, father = await family(town, current_fen=100)
    await town.grant(daughter, father, "father")
    await town.grant(father, daughter, "daughter")


async def test_only_the_donor_freezes_and_changes(town: Town) -> None:
    daughter, father = await family(town)
    stranger = await town.member("赵六", current_fen=0)
    grant = await town.grant(daughter, father, "father")
    calls: list[tuple[str, str, object]] = [
        ("POST", f"/aid/{grant}/freeze", None),
        ("POST", f"/aid/{grant}/unfreeze", None),
        ("PATCH", f"/aid/{grant}", {"cap_per_use_fen": 1}),
        ("DELETE", f"/aid/{grant}", None),
    ]
    for method, path, body in calls:
        assert no(await act(town, method, path, stranger, body)) == "NOT_FOUND"
        if method != "DELETE":
            assert no(await act(town, method, path, father, body)) == "ONLY_DONOR_MAY"
        assert (await town.world.call(method, path, body)).status == 401
    assert await states(town, daughter) == [("donor", "*老", "active")]
    frozen = await act(town, "POST", f"/aid/{grant}/freeze", daughter)
    assert frozen.data["state"] == "frozen"
    again = await act(town, "POST", f"/aid/{grant}/freeze", daughter)
    assert (again.status, again.data["state"]) == (200, "frozen")
    thawed = await act(town, "POST", f"/aid/{grant}/unfreeze", daughter)
    assert thawed.data["state"] == "active"


async def test_changing_leaves_what_is_not_named(town: Town) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father", ends_on="2026-12-31", cap_per_use_fen=9)

    async def change(**values: object) -> tuple[object, object]:
        answer = await act(town, "PATCH", f"/aid/{grant}", daughter, values)
        assert answer.status == 200, answer.body
        return answer.data["ends_on"], answer.data["cap_per_use_fen"]

    assert await change() == ("2026-12-31", 9)
    assert await change(cap_per_use_fen=10) == ("2026-12-31", 10)
    assert await change(ends_on=None) == (None, 10)
    assert await change(cap_per_use_fen=None) == (None, None)
    for wrong, reason in [
        ({"ends_on": "2026-11-20"}, "PERIOD_INVALID"),
        ({"cap_per_use_fen": 0}, "INVALID_INPUT"),
        ({"donor_id": 1}, "INVALID_INPUT"),
        ([], "INVALID_INPUT"),
    ]:
        assert no(await act(town, "PATCH", f"/aid/{grant}", daughter, wrong)) == reason


@pytest.mark.parametrize(("dates", "sentence"), [
    ({"starts_on": "2026-11-20"}, "起止日期不正确：开始日期不能早于2026-11-21。"),
    ({"ends_on": "2026-11-21"}, "起止日期不正确：结束日期须晚于开始日期2026-11-21。"),
])  # fmt: skip
async def test_wrong_dates_are_told_by_their_cause(
    town: Town, dates: dict[str, str], sentence: str
) -> None:
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    father = await town.member("李老", date(1950, 1, 1))
    answer = await town.try_grant(daughter, father, "father", **dates)
    assert (answer.reason, answer.body["message"]) == ("PERIOD_INVALID", sentence)


@pytest.mark.parametrize(
    ("begins", "last", "sentence"),
    [
        (date(2026, 11, 1), "2026-11-21", ""),
        (date(2026, 11, 1), "2026-11-20", "起止日期不正确：结束日期不能早于今天2026-11-21。"),
        (date(2026, 11, 1), "2026-10-30", "起止日期不正确：结束日期须晚于开始日期2026-11-01。"),
        (date(2026, 12, 1), "2026-11-30", "起止日期不正确：结束日期须晚于开始日期2026-12-01。"),
    ],
)
async def test_a_new_last_day_is_held_against_the_grant_s_own_first_day_and_today(
    town: Town, begins: date, last: str, sentence: str
) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father")
    await town.value("update aid_grant set starts_on = $2 where id = $1", int(grant), begins)
    answer = await act(town, "PATCH", f"/aid/{grant}", daughter, {"ends_on": last})
    if sentence:
        assert (answer.reason, answer.body["message"]) == ("PERIOD_INVALID", sentence)
    else:
        assert (answer.data["ends_on"], answer.data["state"]) == (last, "active")


@pytest.mark.parametrize("by_donor", [True, False])
async def test_either_side_ends_a_grant_and_it_is_over(town: Town, by_donor: bool) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father")
    who = daughter if by_donor else father
    for _ in range(2):
        assert (await act(town, "DELETE", f"/aid/{grant}", who)).status == 200
    assert await states(town, daughter) == await states(town, father) == []
    row = (await town.rows("select * from aid_grant where id = $1", int(grant)))[0]
    side = "donor" if by_donor else "beneficiary"
    assert (row["ended_by"], row["end_reason"]) == (who.id, f"ended_by_{side}")
    for method, path in [("POST", f"/aid/{grant}/unfreeze"), ("PATCH", f"/aid/{grant}")]:
        assert no(await act(town, method, path, daughter, {})) == "NOT_FOUND"
    await town.grant(daughter, father, "father")


async def test_nobody_makes_a_grant_without_being_somebody(town: Town) -> None:
    _, father = await family(town)
    body = claim(father) | {"relation": "father"}
    assert no(await town.world.call("POST", "/aid", body)) == "LOGIN_REQUIRED"
    unchecked = await town.world.log_in("unchecked")
    assert no(await town.world.call("POST", "/aid", body, unchecked)) == "IDENTITY_REQUIRED"


async def test_where_caps_count_together_they_are_set_on_all_grants(town: Town) -> None:
    """Tai'an counts all of a donor's grants; a cap a use is each grant's own."""
    donor = await town.member("李敏", gend="2", place="370900", current_fen=50_000)
    father = await town.member("李老", OLD, place="370900")
    mother = await town.member("王老", OLD, gend="2", place="370900")
    await town.grant(donor, father, "father", cap_per_use_fen=100, cap_month_fen=9_000)
    await town.grant(donor, mother, "mother", cap_week_fen=5_000, cap_year_fen=70_000)
    grants = (await act(town, "GET", "/aid", donor)).data
    caps = [
        {name: fen for name, fen in one.items() if name.startswith("cap_") and fen}
        for one in grants
    ]
    shared = {"cap_week_fen": 5_000, "cap_year_fen": 70_000}
    assert caps == [{"cap_per_use_fen": 100, **shared}, shared]


async def kin(town: Town, *places: str) -> list[Member]:
    """Brothers and sisters with money, one a place: any two may bind, in any direction."""
    return [
        await town.member("李敏", gend="2", place=place, current_fen=50_000) for place in places
    ]


async def bound(town: Town, donor: Member, beneficiary: Member, **more: Any) -> str:
    """The refusal of what the donor asks, or else of the beneficiary's yes, or nothing."""
    answer = await town.try_grant(donor, beneficiary, "elder_sister", **more)
    if answer.status == 201:
        asked = answer.data["id"]
        answer = await town.agree(beneficiary, asked)
        if answer.status != 200:
            await act(town, "DELETE", f"/aid/{asked}", donor)
    return "" if answer.status < 300 else no(answer)


SUZHOU, NANJING, TAIAN, JINAN = "320500", "320100", "370900", "370100"


@pytest.mark.parametrize("donors", [(SUZHOU, NANJING), (NANJING, SUZHOU)])
async def test_who_lives_where_one_donor_is_enough_has_one(
    town: Town, donors: tuple[str, str]
) -> None:
    """Whichever donor comes first: what comes in is for the beneficiary's region to say."""
    mine, first, second = await kin(town, SUZHOU, *donors)
    ends = {"ends_on": "2027-11-01"}
    assert await bound(town, first, mine, **ends) == ""
    assert await bound(town, second, mine, **ends) == "MAX_IN"


async def test_a_donor_of_suzhou_is_not_the_only_one_in_nanjing(town: Town) -> None:
    theirs, first, second = await kin(town, NANJING, SUZHOU, SUZHOU)
    for donor in (first, second):
        assert await bound(town, donor, theirs, ends_on="2027-11-01") == ""


async def test_one_donor_for_taian_also_out_of_jinan(town: Town) -> None:
    mine, first, second = await kin(town, TAIAN, JINAN, JINAN)
    assert (await bound(town, first, mine), await bound(town, second, mine)) == ("", "MAX_IN")


@pytest.mark.parametrize("taian", [0, 1, 2])
@pytest.mark.parametrize("upper_first", [True, False])
async def test_a_chain_needs_everybodys_region(town: Town, taian: int, upper_first: bool) -> None:
    places = [TAIAN if place == taian else JINAN for place in range(3)]
    top, middle, bottom = await kin(town, *places)
    pairs = [(top, middle), (middle, bottom)]
    if not upper_first:
        pairs.reverse()
    assert [await bound(town, *pair) for pair in pairs] == ["", "CHAIN_FORBIDDEN"]


async def test_of_donors_who_bind_at_once_one_is_taken(town: Town) -> None:
    mine, *donors = await kin(town, TAIAN, *[JINAN] * 10)
    told = await together(*(bound(town, donor, mine) for donor in donors))
    assert sorted(told) == [""] + ["MAX_IN"] * 9


async def test_the_two_halves_of_a_chain_at_once_make_one(town: Town) -> None:
    for _ in range(5):
        top, middle, bottom = await kin(town, TAIAN, JINAN, JINAN)
        told = await together(bound(town, top, middle), bound(town, middle, bottom))
        assert sorted(told) == ["", "CHAIN_FORBIDDEN"]


async def test_two_who_bind_each_other_at_once_do_not_wait_for_ever(town: Town) -> None:
    for _ in range(5):
        one, other = await kin(town, TAIAN, TAIAN)
        told = await together(bound(town, one, other), bound(town, other, one))
        assert sorted(told) == ["", "CHAIN_FORBIDDEN"]


@pytest.mark.parametrize("place", ["130100", JIANGMEN])
async def test_where_a_register_shows_the_relation_the_relative_s_word_stands_in_for_it(
    town: Town, place: str
) -> None:
    """S45: elsewhere the donor's commitment is enough."""
    daughter = await town.member("李敏", gend="2", place=place, current_fen=50_000)
    father = await town.member("李老", OLD, place=place)
    rules = (await act(town, "GET", "/rules", daughter)).data["aid"]
    assert rules["both_agree"] == (place == JIANGMEN)
    answer = await town.try_grant(daughter, father, "father")
    assert answer.status == 201
    if place == JIANGMEN:
        assert (answer.data["state"], answer.data["can_pay"]) == ("to_confirm", False)
        assert answer.data["why_not"]["reason"] == "CONSENT_PENDING"
        unpaid = await town.till.settle(await town.sale(father, "30.00"))
        assert (unpaid.setlinfo["acct_mulaid_pay"], unpaid.setlinfo["psn_cash_pay"]) == (0, 30)
        path = f"/aid/{answer.data['id']}/confirm"
        assert no(await act(town, "POST", path, daughter)) == "ONLY_BENEFICIARY_MAY"
        answer = await act(town, "POST", path, father)
        assert (answer.data["state"], answer.data["can_pay"]) == ("active", True)
    paid = await town.till.settle(await town.sale(father, "30.00"))
    assert paid.setlinfo["acct_mulaid_pay"] == 30


@pytest.mark.parametrize(
    ("born", "pays"), [(date(2010, 11, 22), True), (date(2010, 11, 21), False)]
)
async def test_nobody_below_the_age_of_consent_is_asked(town: Town, born: date, pays: bool) -> None:
    """Today is 21 November 2026: the one is sixteen tomorrow, the other today."""
    father = await town.member("李明", place=JIANGMEN, current_fen=50_000)
    child = await town.member("李小明", born, place=JIANGMEN, insutype="390")
    answer = await town.try_grant(father, child, "son")
    assert (answer.status, answer.data["state"]) == (201, "to_confirm")
    [seen] = (await act(town, "GET", "/aid", child)).data
    assert seen["can_pay"] == pays
