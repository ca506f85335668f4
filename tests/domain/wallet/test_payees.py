"""Whom money is sent to without typing name and number: with whom a tie stands, whoever made it."""

from __future__ import annotations

from typing import Any

from tests.domain.wallet.purses import OLD, family, open_wallet, send
from tests.phone_world import claim
from tests.till_world import Member, Town


async def bound(town: Town, shower: Member, holder: Member, relation: str) -> None:
    """``shower`` may show the code of ``holder``, who has said yes."""
    asked = await town.world.call(
        "POST", "/family", claim(holder) | {"relation": relation}, shower.token
    )
    assert asked.status == 201, asked.body
    path = f"/family/{asked.data['id']}/confirm"
    told = await town.world.call("POST", path, token=holder.token)
    assert told.status == 200, told.body


async def payees(town: Town, who: Member) -> list[dict[str, Any]]:
    return list((await town.world.call("GET", "/wallet", token=who.token)).data["payees"])


def by(payee: dict[str, Any]) -> dict[str, Any]:
    """The way in which a phone names a payee."""
    kind = "family" if payee["family"] else "grant"
    return {kind: payee[kind]}


async def test_a_tie_that_the_other_made_names_him(town: Town) -> None:
    son, mother = await family(town)
    await bound(town, mother, son, "son")
    [she] = await payees(town, son)
    assert (she["other_is"], she["ask_relation"], she["person_id"]) == (
        "母亲",
        False,
        str(mother.id),
    )
    sent = await send(town, son, by(she))
    assert sent.status == 201 and sent.data["other_is"] == "母亲"


async def donor(town: Town) -> tuple[Member, Member]:
    """The same with a mother who has an account of her own."""
    son, _ = await family(town)
    mother = await town.member("王母", OLD, "2", place="130100", current_fen=10_000)
    assert (await open_wallet(town, mother)).status == 201
    return son, mother


async def test_who_is_paid_for_sends_to_the_donor(town: Town) -> None:
    son, mother = await donor(town)
    await town.grant(mother, son, "son")
    [she] = await payees(town, son)
    assert (await send(town, son, by(she))).status == 201


async def test_a_grant_that_was_not_agreed_to_names_nobody(town: Town) -> None:
    son, mother = await donor(town)
    assert (await town.try_grant(mother, son, "son")).status == 201
    assert await payees(town, son) == []


async def test_where_the_tie_leaves_it_open_only_the_relation_is_asked(town: Town) -> None:
    brother, _ = await family(town)
    sister = await town.member("李姐", OLD, "2", place="310101")
    assert (await open_wallet(town, sister)).status == 201
    await bound(town, sister, brother, "younger_brother")
    [she] = await payees(town, brother)
    assert she["ask_relation"]
    assert (await send(town, brother, by(she))).reason == "INVALID_INPUT"
    # What can't be is told as of anybody who isn't there: nothing.
    sent = await send(town, brother, by(she) | {"relation": "elder_sister"})
    assert sent.status == 201 and sent.data["other_is"] == "姐姐"
    assert (await send(town, brother, {"family": "1"})).status == 404


async def test_each_is_told_once_by_the_tie_that_says_who_it_is(town: Town) -> None:
    son, mother = await donor(town)
    await town.grant(mother, son, "son")
    await bound(town, son, mother, "mother")
    [she] = await payees(town, son)
    assert she["family"] and not she["grant"]
