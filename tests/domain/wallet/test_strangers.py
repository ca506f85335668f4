"""Who sends by name and number learns of nobody: one answer, one course, until six o'clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.domain.wallet.purses import GUANGDONG, OLD, do, history, open_wallet, purse, send, sweep
from tests.people_factory import made_up_certno
from tests.phone_world import Someone, at
from tests.till_world import Member, Town


def told(data: Any) -> Any:
    """An answer without what is of this very transfer."""
    return {name: one for name, one in data.items() if name not in ("id", "ended_at")}


async def asked_of(town: Town) -> dict[str, Someone]:
    """One who has a wallet, and the ways of not being found, or not fit."""
    known = await town.member("王母", OLD, "2", place="310101")
    assert (await open_wallet(town, known)).status == 201
    named = await town.member("陈母", OLD, "2")
    return {
        "known": known,
        "refusing": await town.member("王母", OLD, "2", place="310101"),
        "nobody": Someone(0, "王母", made_up_certno(OLD, "2"), "2", OLD),
        "misnamed": replace(named, name="王母"),
        "stopped": await town.member("王母", OLD, "2", status="2"),
        "without": await town.member("王母", OLD, "2"),
        "elsewhere": await town.member("王母", OLD, "2", place=GUANGDONG),
        "man": await town.member("王母", OLD, "1"),
    }


async def test_whoever_is_asked_for_the_answer_is_the_same(town: Town) -> None:
    seen: dict[str, list[Any]] = {}
    for name, other in (await asked_of(town)).items():
        sender = await town.member("李儿", current_fen=50_000)
        await open_wallet(town, sender)
        town.clock.set(at(2026, 11, 21))
        answer = await send(town, sender, other, mark="the-same-for-all")
        assert answer.status == 201, (name, answer.body)
        course = [told(answer.data)]
        await sweep(town)
        if name == "refusing":
            assert isinstance(other, Member)
            assert (await do(town, other, "refuse", answer.data["id"])).status == 200
        for hour in (13, 24 + 5, 24 + 6):
            town.clock.set(at(2026, 11, 21 + hour // 24, hour % 24))
            await sweep(town)
            [one] = await history(town, sender)
            again = await send(town, sender, other)
            course += [told(one), again.body["reason"], await purse(town, sender)]
        seen[name] = course
    first = seen["known"]
    assert first[-3]["state"] == "returned"
    for name, course in seen.items():
        assert course == first, name
