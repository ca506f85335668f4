"""Who knows a name and a birthday, or a name, a place and a sex, learns nothing in a day about
whose they are, though he guesses the number: all is answered as of somebody invented."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.api.access.phones import ROWS
from tests.api.phone.strangers_day import HOURS, Seen, a_day
from tests.domain.family.test_family import SIGNED, bind
from tests.people_factory import made_up_certno
from tests.phone_world import Someone, World, claim
from tests.till_world import Town

OLD, CHILD, BABY = date(1950, 1, 1), date(2016, 5, 1), date(2026, 10, 1)
AS_OLD = ("father", "elder_brother", "spouse", "paternal_grandfather")
AS_CHILD = ("son", "grandson", "younger_brother")


@pytest.fixture
def config() -> dict[str, Any]:
    """Limits as they are in use."""
    return {"phone_limits_times": 1}


def invented(brdy: date) -> Someone:
    return Someone(0, "李老", made_up_certno(brdy), "1", brdy)


async def grown_up(world: World) -> dict[str, Someone]:
    """With a phone and relatives of his own; unfit in this way and that; of another name."""
    token, busy = await world.member("李老", OLD)
    son, other = await world.member("李明")
    bound = await bind(world, son, busy, "father")
    await world.call("POST", f"/family/{bound.data['id']}/confirm", token=token)
    await world.call("POST", "/aid", claim(other) | {"relation": "son"}, token)
    return {
        "busy": busy,
        "stopped": await world.add("李老", OLD, status="2"),
        "elsewhere": await world.add("李老", OLD, place="310100"),
        "misnamed": replace(await world.add("王老", OLD), name="李老"),
    }


async def minor(world: World) -> dict[str, Someone]:
    """Alone; with father and mother, so that there is no place left; at once a woman's."""
    of_two = await world.add("李老", CHILD)
    for gend in ("1", "2"):
        token, _ = await world.member("李明", gend=gend)
        made = await bind(world, token, of_two, "son", **SIGNED)
        assert made.data["state"] == "active"
    return {
        "alone": await world.add("李老", CHILD),
        "of two": of_two,
        "elsewhere": await world.add("李老", CHILD, place="310100", insutype="390"),
    }


def differences(first: list[Seen], second: list[Seen]) -> list[str]:
    """Answers call by call, and how often the database was asked what in each hour."""
    wrong = [f"{len(first)} calls, then {len(second)}"] if len(first) != len(second) else []
    for one, other in zip(first, second, strict=False):
        if (one.call, one.status, one.text) != (other.call, other.status, other.text):
            wrong.append(f"{one}\n   {other}")
    for hour in range(HOURS):
        asked, then = questions(first, hour), questions(second, hour)
        if asked != then:
            wrong.append(f"hour {hour}: {asked - then} {then - asked}")
    return wrong


def questions(seen: list[Seen], hour: int) -> Counter[str]:
    asked = Counter[str]()
    for one in seen:
        if one.hour == hour:
            asked.update(dict(one.asked))
    return asked


@pytest.mark.parametrize("known", ["grown up", "minor"])
async def test_a_day_tells_a_stranger_nothing(town: Town, known: str) -> None:
    async with town.drainer_away():
        await compare(town, known)


async def compare(town: Town, known: str) -> None:
    world = town.world
    born, relations = (OLD, AS_OLD) if known == "grown up" else (CHILD, AS_CHILD)
    people = await (grown_up(world) if known == "grown up" else minor(world))
    await a_day(town, invented(born), relations[:1])  # every statement has been prepared once
    nothing = await a_day(town, invented(born), relations)
    told = {one.call for one in nothing}
    tried = {re.sub(r"[?].*", "", call) for call in told}
    missed = {row.route.replace("{id}", "#") for row in ROWS} - tried
    assert missed == {"POST /login", "POST /logout"}, "all that the door offers is tried"
    for call in ("POST /identity", "POST /family", "POST /aid", "POST /credentials"):
        over = {one.hour for one in nothing if one.call == call and one.status == 429}
        heard = {one.hour for one in nothing if one.call == call and one.status != 429}
        assert over and max(heard) > 23, f"{call}: a limit was reached, and its time went by"
    people = {"nobody": invented(born)} | people
    for who, someone in people.items():
        wrong = differences(nothing, await a_day(town, someone, relations))
        assert not wrong, f"{who}: {len(wrong)}\n" + "\n".join(wrong[:25])
