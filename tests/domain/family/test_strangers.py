"""Whether somebody is registered is nobody's to know: one answer, and one list, for all who are
asked and have not agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.domain.family.test_family import bind
from tests.people_factory import made_up_certno
from tests.phone_world import Someone, World, claim, together
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)


def nobody() -> Someone:
    """A name and a number that nobody has."""
    return Someone(0, "李老", made_up_certno(OLD), "1", OLD)


async def asked_of(town: Town) -> dict[str, Someone]:
    """One who is registered, and the ways of not being found, or not fit."""
    known = await town.member("李老", OLD)
    named = await town.member("王老", OLD)
    return {
        "known": known,
        "nobody": nobody(),
        "misnamed": replace(named, name="李老"),
        "stopped": await town.member("李老", OLD, status="2"),
        "elsewhere": await town.member("李老", OLD, place="320100"),
        "woman": await town.member("李老", OLD, gend="2"),
    }


def told(data: Any) -> Any:
    """An answer without what is of this very request."""
    if isinstance(data, list):
        return [told(one) for one in data]
    if not isinstance(data, dict):
        return data
    own = ("id", "since", "expires_at")
    return {name: value for name, value in data.items() if name not in own}


async def deeds(town: Town, stranger: Member, other: Someone) -> list[Any]:
    """What a stranger is told who lets the other have his money, and tries everything with it."""
    answer = await town.try_grant(stranger, other, "father", rank=1)
    assert answer.status == 201, answer.body
    grant = answer.data["id"]
    bill = {
        "patient": grant,
        "fixmedins_code": town.shop.code,
        "items": [{"med_list_codg": "x", "price": "5", "count": "1"}],
    }
    calls: list[tuple[str, str, object]] = [
        ("GET", "/aid", None),
        ("PATCH", f"/aid/{grant}", {"cap_day_fen": 5, "rank": 1}),
        ("POST", f"/aid/{grant}/freeze", None),
        ("POST", f"/aid/{grant}/unfreeze", None),
        ("POST", f"/aid/{grant}/order", {"to": "top"}),
        ("POST", f"/aid/{grant}/confirm", None),
        ("GET", f"/aid/diagnosis?beneficiary={grant}", None),
        ("POST", "/preview", bill),
        ("POST", "/aid", claim(other) | {"relation": "father"}),
        ("GET", "/aid/records", None),
        ("DELETE", f"/aid/{grant}", None),
        ("DELETE", f"/aid/{grant}", None),
        ("GET", "/aid", None),
        ("POST", "/aid", claim(other) | {"relation": "father"}),
    ]
    seen = [told(answer.data)]
    for method, path, body in calls:
        done = await town.world.call(method, path, body, stranger.token)
        seen.append((method, path.replace(grant, ""), done.status, done.reason, told(done.data)))
    return seen


async def test_a_grant_is_answered_the_same_whoever_is_asked(town: Town) -> None:
    seen = {}
    for who, other in (await asked_of(town)).items():
        stranger = await town.member("钱七", gend="2", current_fen=9_000)
        seen[who] = await deeds(town, stranger, other)
    for who, steps in seen.items():
        assert steps == seen["known"], who


async def test_a_request_to_show_is_answered_the_same_whoever_is_asked(town: Town) -> None:
    seen = []
    for who, other in (await asked_of(town)).items():
        stranger = await town.member("钱七", gend="2")
        answer = await bind(town.world, stranger.token, other, "father")
        assert answer.status == 201, (who, answer.body)
        path = f"/family/{answer.data['id']}"
        steps: list[Any] = [told(answer.data)]
        listed = await town.world.call("GET", "/family", token=stranger.token)
        steps.append([told(one) for one in listed.data["i_may_show"]])
        shown = {"holder": answer.data["id"]}
        for method, where, body in (
            ("POST", "/credentials", shown),
            ("POST", path + "/confirm", None),
            ("POST", "/family", claim(other) | {"relation": "father"}),
            ("DELETE", path, None),
            ("DELETE", path, None),
            ("POST", "/credentials", shown),
        ):
            done = await town.world.call(method, where, body, stranger.token)
            steps.append((done.status, done.reason, done.body["message"]))
        seen.append(steps)
    for steps in seen[1:]:
        assert steps == seen[0]


async def test_who_declines_is_not_told_of(town: Town) -> None:
    """Neither of a request to show nor of one to pay: it looks as one that nobody has seen."""
    stranger = await town.member("钱七", gend="2", current_fen=9_000)
    known = await town.member("李老", OLD)
    asked = await bind(town.world, stranger.token, known, "father")
    await town.try_grant(stranger, nobody(), "elder_brother")
    before = (await town.world.call("GET", "/family", token=stranger.token)).data["i_may_show"]
    path = f"/family/{asked.data['id']}"
    assert (await town.world.call("DELETE", path, token=known.token)).status == 200
    after = (await town.world.call("GET", "/family", token=stranger.token)).data["i_may_show"]
    assert after == before
    assert (await town.world.call("GET", "/family", token=known.token)).data["may_show_me"] == []


async def test_requests_use_up_nothing_of_the_one_asked(world: World) -> None:
    """Five a month, and one in a role: mere requests count for neither."""
    holders, holder = await world.member("李老", OLD)
    for _ in range(6):
        token, _ = await world.member("李大宝")
        answer = await bind(world, token, holder, "father")
        assert answer.status == 201
    told_ = await world.call("POST", f"/family/{answer.data['id']}/confirm", token=holders)
    assert told_.status == 200, told_.body


@pytest.mark.parametrize("many", [5])
async def test_nobody_is_asked_once_too(world: World, many: int) -> None:
    """What waits for nobody is bound once and counts for the one who asks."""
    token, _ = await world.member("钱七")
    one = nobody()
    answers = await together(*(bind(world, token, one, "father") for _ in range(many)))
    assert sorted(answer.reason for answer in answers) == ["ALREADY_BOUND"] * (many - 1) + ["OK"]
    assert (await bind(world, token, nobody(), "father")).reason == "RELATION_CONFLICT"
    for _ in range(4):
        assert (await bind(world, token, nobody(), "elder_brother")).status == 201
    assert (await bind(world, token, nobody(), "elder_brother")).reason == "MAX_OUT"
