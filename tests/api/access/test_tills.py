"""The tills' part of the access table, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.api.tills.table import TRANSACTIONS
from app.clients.till.answer import Answer
from app.clients.till.client import SCHEMES, TillClient
from tests.api.access.household import HOSTILE
from tests.api.access.market import Market, build
from tests.api.access.tills import FINE, NOT_TAKEN, OUTSIDERS, ROWS, Row, Thing
from tests.till_world import Shop, Town


def test_every_transaction_has_a_row() -> None:
    assert {one.infno for one in TRANSACTIONS} == {row.infno for row in ROWS}


@pytest.fixture
async def market(town: Town) -> AsyncIterator[Market]:
    yield await build(town)


def told(answer: Answer | bytes) -> str:
    if isinstance(answer, bytes):
        return FINE
    if answer.ok:
        result = answer.output.get("result")
        taken = not isinstance(result, dict) or result.get("retRslt") != "0"
        return FINE if taken else NOT_TAKEN
    return answer.err_msg.partition(" ")[0]


async def send(till: TillClient, row: Row, thing: Thing, place: str) -> str:
    if row.infno == "9102":
        return told(await till.download(thing["file_qury_no"], "x"))
    return told(await till.call(row.infno, row.input(thing), insuplc=place))


async def test_what_is_an_institution_s_is_no_other_s(market: Market) -> None:
    wrong, place = [], market.patient.place
    before = await market.standing()
    for row in ROWS:
        thing = market.others.get(row.thing, market.things[row.thing])
        got = await send(market.other, row, thing, place)
        if got != row.other:
            wrong.append(f"the other: {row.infno} {row.thing}: {got}, not {row.other}")
    assert await market.standing() == before, "another's message has changed something"
    for row in ROWS:
        got = await send(market.town.till, row, market.things[row.thing], place)
        if got != row.own:
            wrong.append(f"its own: {row.infno} {row.thing}: {got}, not {row.own}")
    print(f"\ntills: {len(ROWS)} rows, {2 * len(ROWS)} cells")
    assert not wrong, "\n".join(wrong)


async def test_a_number_that_is_not_of_it_opens_nothing(market: Market) -> None:
    wrong, count = [], 0
    before = await market.standing()
    for row in ROWS:
        for name, want in row.hostile.items():
            for number in numbers(market, row, name):
                thing = market.things[row.thing] | {name: number}
                got = await send(market.town.till, row, thing, market.patient.place)
                if got not in (*want.split("|"), "INPUT_INVALID"):
                    wrong.append(f"{row.infno} {row.thing} {name}={number}: {got}, not {want}")
                count += 1
    print(f"\ntills: {count} cells of hostile numbers")
    assert not wrong, "\n".join(wrong)
    assert await market.standing() == before


def numbers(market: Market, row: Row, name: str) -> list[str]:
    """A neighbour's, another bill's, and what nobody has."""
    own: str = market.things[row.thing][name]
    if name == "psn_no":
        return [market.neighbour.psn_no, *HOSTILE]
    near = [str(int(own) + step) for step in (-1, 1)] if own.isdigit() else []
    if row.thing.startswith("bill"):
        bills = [thing for kind, thing in market.things.items() if kind.startswith("bill")]
        near += [thing[name] for thing in bills if thing[name] != own]
    return [*near, market.patient.psn_no, market.other_shop.code, *HOSTILE]


async def test_outsiders_are_told_so_whatever_they_send(market: Market) -> None:
    wrong = []
    before = await market.standing()
    for row in ROWS:
        body = market.town.till.body(
            row.infno, row.input(market.things[row.thing]), market.town.till.new_msgid()
        )
        for who, want in OUTSIDERS.items():
            got = told(await market.town.ask(body, headers=headers(market, who, body)))
            if got != want:
                wrong.append(f"{who}: {row.infno}: {got}, not {want}")
    print(f"\ntills: {len(ROWS) * len(OUTSIDERS)} cells of outsiders")
    assert not wrong, "\n".join(wrong)
    assert await market.standing() == before


def headers(market: Market, who: str, body: bytes) -> dict[str, str]:
    shop, now = market.town.shop, int(market.town.clock.now().timestamp())
    signed: dict[str, tuple[Shop, bytes, int]] = {
        "unknown key": (replace(shop, key_id="key-nobody"), body, now),
        "wrong secret": (replace(shop, secret="0" * 32), body, now),
        "other scheme": (replace(shop, scheme="tif"), body, now),
        "signed for another body": (shop, body + b" ", now),
        "signed an hour ago": (shop, body, now - 3600),
        "another institution in this one's name": (market.other_shop, body, now),
    }
    if who == "unsigned":
        return {"content-type": "application/json"}
    by, over, at = signed[who]
    return SCHEMES[by.scheme](by.key_id, by.secret, over, at)
