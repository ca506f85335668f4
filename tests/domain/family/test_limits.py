"""How many relatives, how often, and which relations can't be; also when all come at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from app.regions.loader import InForce, Rulebook
from tests.domain.family.test_family import CHILD, SIGNED, bind
from tests.phone_world import Someone, World, at, together

OLD = date(1950, 1, 1)


async def test_five_relatives_and_no_more(world: World) -> None:
    token, _ = await world.member("李明")
    children = [await world.add("李小明", CHILD) for _ in range(20)]
    answers = await together(*(bind(world, token, child, "son", **SIGNED) for child in children))
    assert Counter(answer.reason for answer in answers) == {"OK": 5, "MAX_OUT": 15}
    listed = (await world.call("GET", "/family", token=token)).data["i_may_show"]
    assert len(listed) == 5
    await world.call("DELETE", f"/family/{listed[0]['id']}", token=token)
    assert (
        await bind(world, token, await world.add("李小明", CHILD), "son", **SIGNED)
    ).status == 201


async def test_requests_count_for_the_one_who_asks(world: World) -> None:
    token, _ = await world.member("李明")
    others = [await world.add("李大明") for _ in range(20)]
    answers = await together(*(bind(world, token, other, "elder_brother") for other in others))
    assert Counter(a.reason for a in answers)["MAX_OUT"] == 15


async def test_two_may_show_a_person_and_no_more(world: World) -> None:
    child = await world.add("李小明", CHILD)
    tokens = [(await world.member("李大明", date(1990, 1, 1)))[0] for _ in range(20)]
    answers = await together(*(bind(world, t, child, "younger_brother", **SIGNED) for t in tokens))
    assert Counter(answer.reason for answer in answers) == {"OK": 2, "MAX_IN": 18}


async def test_two_confirmed_and_no_more(world: World) -> None:
    holders, holder = await world.member("李小明", date(1990, 1, 1))
    bindings = []
    for _ in range(4):
        token, _ = await world.member("李大明", date(1985, 1, 1))
        answer = await bind(world, token, holder, "younger_brother")
        assert answer.status == 201, "a mere request takes nobody's place"
        bindings.append(answer.data["id"])
    answers = await together(
        *(world.call("POST", f"/family/{binding}/confirm", token=holders) for binding in bindings)
    )
    assert Counter(answer.reason for answer in answers) == {"OK": 2, "MAX_IN": 2}
    token, _ = await world.member("李大明", date(1985, 1, 1))
    asked = await bind(world, token, holder, "younger_brother")
    assert asked.status == 201, "how many show somebody's code is told to nobody else"
    refused = await world.call("POST", f"/family/{asked.data['id']}/confirm", token=holders)
    assert refused.reason == "MAX_IN"


async def test_the_same_relative_many_times_at_once_is_bound_once(world: World) -> None:
    token, _ = await world.member("李明")
    child = await world.add("李小明", CHILD)
    answers = await together(*(bind(world, token, child, "son", **SIGNED) for _ in range(20)))
    assert Counter(answer.reason for answer in answers) == {"OK": 1, "ALREADY_BOUND": 19}


async def test_five_times_in_a_month_of_china_ended_ones_counted(world: World) -> None:
    world.clock.set(at(2026, 11, 30, 23, 0))
    token, _father = await world.member("李明")
    child = await world.add("李小明", CHILD)
    for _ in range(5):
        answer = await bind(world, token, child, "son", **SIGNED)
        assert answer.status == 201
        await world.call("DELETE", f"/family/{answer.data['id']}", token=token)
    mothers, _ = await world.member("王芳", gend="2")
    for shower in (token, mothers):
        refused = await bind(world, shower, child, "son", **SIGNED)
        assert (refused.status, refused.reason) == (409, "MONTHLY_BIND_QUOTA")
    world.clock.set(at(2026, 11, 30, 23, 59))
    assert (await bind(world, token, child, "son", **SIGNED)).reason == "MONTHLY_BIND_QUOTA"
    world.clock.set(at(2026, 12, 1, 0, 0))
    assert (await bind(world, token, child, "son", **SIGNED)).status == 201


async def test_each_side_is_limited_where_it_is_insured(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here 1 shown and 5 showing, there 5 and 1: no real region differs yet."""
    at_place = Rulebook.at

    def made_up(self: Rulebook, place: str, day: date) -> InForce:
        found = at_place(self, place, day)
        limits = {"max_out": 1, "max_in": 5} if place == "130100" else {"max_out": 5, "max_in": 1}
        family = found.rules.family.model_copy(update=limits)
        return replace(found, rules=found.rules.model_copy(update={"family": family}))

    monkeypatch.setattr(Rulebook, "at", made_up)
    young, adult = CHILD, date(1990, 1, 1)
    here, _ = await world.member("李大明", adult)
    there, _ = await world.member("李大明", adult, place="110100")
    children = [await world.add("李小明", young, place=place) for place in ("110100", "130100")]

    async def told(shower: str, child: Someone) -> str:
        return (await bind(world, shower, child, "younger_brother", **SIGNED)).reason

    assert await told(there, children[0]) == "OK"
    assert await told(here, children[0]) == "MAX_IN"
    assert await told(here, children[1]) == "OK"
    assert await told(there, children[1]) == "OK"
    assert await told(here, await world.add("李小明", young)) == "MAX_OUT"


async def test_nobody_adds_the_own_person(world: World) -> None:
    token, someone = await world.member("李明")
    for relation in ("self", "elder_brother"):
        assert (await bind(world, token, someone, relation)).reason == "BIND_SELF"


async def test_an_unknown_or_misnamed_relative(world: World) -> None:
    token, _ = await world.member("李明")
    child = await world.add("李小明", CHILD)
    child.name = "李大明"
    answer = await bind(world, token, child, "son", **SIGNED)
    assert (answer.status, answer.reason) == (404, "PERSON_UNKNOWN")


@pytest.mark.parametrize(
    ("relation", "born", "gend", "reason"),
    [
        ("self", OLD, "1", "RELATION_NOT_ALLOWED"),
        ("father_in_law", OLD, "1", "RELATION_NOT_ALLOWED"),
        ("mother", OLD, "1", "RELATION_CONFLICT"),
        ("father", date(1970, 1, 1), "1", "RELATION_CONFLICT"),
        ("son", date(1990, 1, 1), "1", "RELATION_CONFLICT"),
        ("paternal_grandfather", date(1960, 1, 1), "1", "RELATION_CONFLICT"),
        ("husband", date(1980, 1, 1), "1", "RELATION_CONFLICT"),
        ("wife", date(2009, 1, 1), "2", "RELATION_CONFLICT"),
        ("elder_brother", date(1990, 1, 1), "1", "RELATION_CONFLICT"),
        ("younger_sister", date(1970, 1, 1), "2", "RELATION_CONFLICT"),
        ("paternal_grandfather", date(1940, 1, 1), "1", "OK"),
        ("son", date(2010, 1, 1), "1", "OK"),
        ("father", OLD, "9", "OK"),
    ],
)
async def test_relations_that_can_and_can_not_be(
    world: World, relation: str, born: date, gend: str, reason: str
) -> None:
    token, _ = await world.member("李明", date(1980, 5, 17))
    others, other = await world.member("李某", born, gend)
    answer = await bind(world, token, other, relation, **SIGNED)
    if answer.status == 201 and answer.data["state"] == "pending":
        answer = await world.call("POST", f"/family/{answer.data['id']}/confirm", token=others)
    assert answer.reason == reason


@pytest.mark.parametrize(("relation", "gend"), [("father", "1"), ("mother", "2"), ("wife", "2")])
async def test_no_second_father_mother_or_spouse(world: World, relation: str, gend: str) -> None:
    token, _ = await world.member("李明")
    born = date(1980, 1, 1) if relation == "wife" else OLD
    first, second = await world.add("李甲", born, gend), await world.add("李乙", born, gend)
    answer = await bind(world, token, first, relation)
    assert answer.status == 201
    refused = await bind(world, token, second, relation)
    assert (refused.status, refused.reason) == (409, "RELATION_CONFLICT")
    await world.call("DELETE", f"/family/{answer.data['id']}", token=token)
    assert (await bind(world, token, second, relation)).status == 201


async def test_a_child_has_one_father_and_one_mother(world: World) -> None:
    child = await world.add("李小明", CHILD)
    fathers, _ = await world.member("李明")
    others, _ = await world.member("赵六")
    mothers, _ = await world.member("王芳", gend="2")
    assert (await bind(world, fathers, child, "son", **SIGNED)).status == 201
    assert (await bind(world, others, child, "son", **SIGNED)).reason == "RELATION_CONFLICT"
    assert (await bind(world, mothers, child, "son", **SIGNED)).status == 201


async def test_a_mere_request_of_a_stranger_marries_nobody(world: World) -> None:
    strangers, _ = await world.member("赵六")
    husbands, _ = await world.member("李明")
    wifes, wife = await world.member("王芳", gend="2")
    assert (await bind(world, strangers, wife, "wife")).status == 201
    answer = await bind(world, husbands, wife, "wife")
    assert answer.status == 201
    (_, waiting) = (await world.call("GET", "/family", token=wifes)).data["may_show_me"]
    assert waiting["id"] == answer.data["id"]
    assert (await world.call("POST", f"/family/{waiting['id']}/confirm", token=wifes)).status == 200
    (other, _) = (await world.call("GET", "/family", token=wifes)).data["may_show_me"]
    refused = await world.call("POST", f"/family/{other['id']}/confirm", token=wifes)
    assert (refused.status, refused.reason) == (409, "RELATION_CONFLICT")


async def test_relatives_from_any_province(world: World) -> None:
    token, _ = await world.member("李明")
    child = await world.add("李小明", CHILD, place="440100")
    assert (await bind(world, token, child, "son", **SIGNED)).status == 201
