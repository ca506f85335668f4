"""How each reason of the wallet comes about (SOURCES F4.1, F7.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.reasons.binding_reasons import How
from tests.api.reasons.reaching import OLD, check_words, refused
from tests.domain.wallet.purses import (
    GUANGDONG,
    do,
    family,
    open_wallet,
    send,
    sent,
)
from tests.domain.wallet.test_wallet import tie
from tests.phone_world import at, claim
from tests.till_world import Member, Town

SEND = "/wallet/transfers"


def body(to: Member, fen: int = 10_000, relation: str = "mother", **more: Any) -> dict[str, Any]:
    money = {"amount_fen": fen, "source": "personal", "mark": "refused-each-time"}
    return claim(to) | {"relation": relation} | money | more


async def unsent(town: Town, son: Member, made: Callable[[], dict[str, Any]]) -> str:
    return await refused(town, "POST", SEND, made, son.token)


async def not_opened(town: Town) -> str:
    son = await town.member("李儿", current_fen=50_000)
    mother = await town.member("王母", OLD, "2", place="310101")
    return await unsent(town, son, lambda: body(mother))


async def payee_not_opened(town: Town) -> str:
    son = await town.member("李儿", current_fen=50_000)
    mother = await town.member("王母", OLD, "2", place="310101")
    await open_wallet(town, son)
    await tie(town, son, mother)
    return await unsent(town, son, lambda: body(mother))


async def place_not_live(town: Town) -> str:
    who = await town.member("陈远", place=GUANGDONG)
    return await refused(town, "POST", "/wallet", {"holder": "me"}, who.token)


async def place_fixed(town: Town) -> str:
    who = await town.member("陈远", place="530100")
    await open_wallet(town, who)
    return await refused(town, "PATCH", "/wallet", {"place": "310000"}, who.token)


async def daily_count(town: Town) -> str:
    son, mother = await family(town)
    for _ in range(3):
        await do(town, mother, "accept", await sent(town, son, mother))
    return await unsent(town, son, lambda: body(mother))


async def single_amount(town: Town) -> str:
    son, mother = await family(town)
    return await unsent(town, son, lambda: body(mother, 200_001))


async def closed_hours(town: Town) -> str:
    son, mother = await family(town)
    town.clock.set(at(2026, 11, 21, 22))
    return await unsent(town, son, lambda: body(mother))


async def pending_unaccepted(town: Town) -> str:
    son, mother = await family(town)
    assert (await send(town, son, mother)).status == 201
    return await unsent(town, son, lambda: body(mother))


async def not_near_relative(town: Town) -> str:
    son, mother = await family(town)
    return await unsent(town, son, lambda: body(mother, relation="mother_in_law"))


async def payee_is_sender(town: Town) -> str:
    son, _ = await family(town)
    return await unsent(town, son, lambda: body(son, relation="father"))


async def source_not_offered(town: Town) -> str:
    son, mother = await family(town)
    return await unsent(town, mother, lambda: body(son, relation="son"))


async def source_short(town: Town) -> str:
    son, mother = await family(town)
    return await unsent(town, son, lambda: body(mother, source="wallet"))


async def offer_ended(town: Town) -> str:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    await do(town, mother, "refuse", transfer)
    return await refused(town, "POST", f"{SEND}/{transfer}/accept", token=mother.token)


async def return_too_much(town: Town) -> str:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    await do(town, mother, "accept", transfer)
    much = {"amount_fen": 10_001, "mark": "one-fen-more"}
    return await refused(town, "POST", f"{SEND}/{transfer}/return", much, mother.token)


async def only_owner_returns(town: Town) -> str:
    son, mother = await family(town)
    await tie(town, son, mother)
    transfer = await sent(town, son, mother)
    await do(town, mother, "accept", transfer)
    some = {"amount_fen": 1, "mark": "not-mine-to-give"}
    return await refused(town, "POST", f"{SEND}/{transfer}/return", some, son.token)


async def why_nothing_can_be_sent(town: Town) -> str:
    """The page tells it before anything is sent."""
    son, mother = await family(town)
    await send(town, son, mother)
    told = []
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        seen = await town.world.call("GET", "/wallet", token=son.token, headers=headers)
        told.append(seen.data["cannot_send"])
    check_words(told[0]["reason"], *told)
    return str(told[0]["reason"])


WALLET: dict[str, How] = {how.__name__.upper(): how for how in (
    not_opened, payee_not_opened, place_not_live, daily_count, single_amount, closed_hours,
    pending_unaccepted, not_near_relative, payee_is_sender, source_not_offered, source_short,
    offer_ended, return_too_much, only_owner_returns, place_fixed,
)}  # fmt: skip
