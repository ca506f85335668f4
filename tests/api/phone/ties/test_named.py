"""With whom one has a tie already one need not be typed anew; nobody else is named by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.phone_world import Answer, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)


async def pair(town: Town) -> tuple[Member, Member]:
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    return daughter, await town.member("李老", OLD, current_fen=5_000)


async def bound(town: Town, daughter: Member, father: Member, *, agreed: bool = True) -> str:
    body = claim(father) | {"relation": "father"}
    made = await town.world.call("POST", "/family", body, daughter.token)
    number = str(made.data["id"])
    if agreed:
        told = await town.world.call("POST", f"/family/{number}/confirm", token=father.token)
        assert told.status == 200
    return number


async def ask(town: Town, who: Member, path: str, **body: Any) -> Answer:
    return await town.world.call("POST", path, body, who.token)


async def test_who_is_bound_is_paid_for_without_typing(town: Town) -> None:
    daughter, father = await pair(town)
    member = await bound(town, daughter, father)
    made = await ask(town, daughter, "/aid", member_id=member, cap_day_fen=5_000)
    assert (made.status, made.data["relation"], made.data["state"]) == (201, "father", "to_confirm")
    assert (await town.agree(father, made.data["id"])).status == 200
    [seen] = (await town.world.call("GET", "/aid", token=father.token)).data
    assert (seen["other"], seen["state"]) == ("*敏", "active")
    assert (await ask(town, daughter, "/aid", member_id=member)).reason == "ALREADY_BOUND"


async def test_the_shown_pays_for_who_shows(town: Town) -> None:
    """The other way round the tie says who she is to him: his daughter."""
    daughter, father = await pair(town)
    member = await bound(town, daughter, father)
    made = await ask(town, father, "/aid", member_id=member)
    assert (made.status, made.data["relation"]) == (201, "daughter")


async def test_for_whom_one_pays_one_may_ask_to_show(town: Town) -> None:
    daughter, father = await pair(town)
    grant = await town.grant(daughter, father, "father")
    made = await ask(town, daughter, "/family", grant_id=grant)
    assert (made.status, made.data["relation"], made.data["state"]) == (201, "father", "pending")
    path = f"/family/{made.data['id']}/confirm"
    assert (await town.world.call("POST", path, token=father.token)).status == 200
    theirs = await ask(town, father, "/family", grant_id=grant)
    assert (theirs.status, theirs.data["relation"]) == (201, "daughter")


async def test_what_the_tie_leaves_open_is_said(town: Town) -> None:
    sister = await town.member("李敏", gend="2", current_fen=90_000)
    brother = await town.member("李强", date(1990, 1, 1))
    grant = await town.grant(sister, brother, "younger_brother")
    unsaid = await ask(town, brother, "/family", grant_id=grant)
    assert unsaid.reason == "INVALID_INPUT"
    made = await ask(town, brother, "/family", grant_id=grant, relation="elder_sister")
    assert made.status == 201, made.body


@pytest.mark.parametrize("how", ["asked", "ended", "stranger"])
async def test_only_a_tie_that_both_have_agreed_to_names_anybody(town: Town, how: str) -> None:
    daughter, father = await pair(town)
    member = await bound(town, daughter, father, agreed=how != "asked")
    if how == "ended":
        await town.world.call("DELETE", f"/family/{member}", token=father.token)
    other = await town.member("王生", current_fen=90_000)
    who = other if how == "stranger" else daughter
    assert (await ask(town, who, "/aid", member_id=member)).status == 404
    grant = (await town.try_grant(daughter, father, "father")).data["id"]
    assert (await ask(town, who, "/family", grant_id=grant)).status == 404, "not agreed to"


async def test_somebody_is_named_in_one_way(town: Town) -> None:
    daughter, father = await pair(town)
    member = await bound(town, daughter, father)
    typed = claim(father) | {"relation": "father"}
    for body in ({"member_id": member} | typed, {}, {"relation": "father"}, {"member_id": "x"}):
        assert (await ask(town, daughter, "/aid", **body)).reason == "INVALID_INPUT"
    assert (await ask(town, daughter, "/family", grant_id="1", **typed)).reason == "INVALID_INPUT"
