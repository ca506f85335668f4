"""The edges of the day, through the door."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.kit.clock import SHANGHAI
from tests.domain.wallet.purses import do, family, purse, send, sent, sweep, wallet
from tests.phone_world import claim, ids_follow
from tests.till_world import Member, Town


def moment(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 11) -> datetime:
    year = 2028 if month < 11 else 2026
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


async def woken(town: Town, *people: Member) -> None:
    """Log-ins of months ago have ended."""
    for one in people:
        one.token = await town.world.log_in(f"m{one.id}x")


async def test_the_last_second_of_the_day_and_the_first_of_the_morning(town: Town) -> None:
    son, mother = await family(town)
    town.clock.set(moment(21, 21, 59, 59))
    transfer = await sent(town, son, mother)
    town.clock.set(moment(21, 22))
    seen = await wallet(town, son)
    assert seen["cannot_send"]["reason"] == "CLOSED_HOURS"
    assert (await send(town, son, mother)).reason == "CLOSED_HOURS"
    town.clock.set(moment(22, 5, 59, 59))
    assert (await send(town, son, mother)).reason == "CLOSED_HOURS"
    assert (await do(town, mother, "accept", transfer)).status == 200, "until just before six"
    back = await do(town, mother, "return", transfer, amount_fen=1)
    assert back.reason == "CLOSED_HOURS"
    town.clock.set(moment(22, 6))
    assert (await send(town, son, mother)).status == 201
    assert (await do(town, mother, "return", transfer, amount_fen=1)).status == 200


@pytest.mark.parametrize(
    ("day", "month", "back"), [(28, 2, moment(29, 6, month=2)), (29, 2, moment(1, 6, month=3))]
)
async def test_the_29th_of_february(
    town: Town, monkeypatch: pytest.MonkeyPatch, day: int, month: int, back: datetime
) -> None:
    son, mother = await family(town)
    town.clock.set(moment(day, 12, month=month))
    ids_follow(town.clock, monkeypatch)
    await woken(town, son, mother)
    answer = await send(town, son, mother)
    assert datetime.fromisoformat(answer.data["expires_at"]) == back
    await sweep(town)
    town.clock.set(back)
    await sweep(town)
    assert (await purse(town, son))["HELD"] == 0


async def test_three_a_day_whatever_became_of_them(town: Town) -> None:
    son, mother = await family(town)
    made = await town.world.call(
        "POST", "/family", claim(mother) | {"relation": "mother"}, son.token
    )
    binding = str(made.data["id"])
    await town.world.call("POST", f"/family/{binding}/confirm", None, mother.token)
    for what in ("accept", "refuse", "accept"):
        await do(town, mother, what, await sent(town, son, {"family": binding}))
    assert (await send(town, son, mother)).reason == "DAILY_COUNT"
    town.clock.set(moment(22, 6))
    assert (await wallet(town, son))["sent_today"] == 0
    assert (await send(town, son, mother)).status == 201


async def test_two_thousand_and_not_a_fen_more(town: Town) -> None:
    son, mother = await family(town)
    assert (await send(town, son, mother, 200_001)).reason == "SINGLE_AMOUNT"
    assert (await send(town, son, mother, 200_000)).status == 201
