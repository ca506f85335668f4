"""A box is looked up by its trace code: never to whom it was sold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.domain.trace.rules import seen
from app.domain.trace.values import Bought
from tests.till_world import Member, Town


async def ask(town: Town, member: Member, code: str, language: str = "zh") -> Any:
    headers = {"Accept-Language": language}
    path = f"/medicines/{code}"
    return await town.world.call("GET", path, token=member.token, headers=headers)


async def sold(town: Town, settlement: int, code: str, to: Member, shop: str, slot: int) -> None:
    await town.value(
        "insert into trace_sale (settlement_id, feedetl_sn, code, fixmedins_code, person_id, slot,"
        " split, units, sold_at) values ($1, '1', $2, $3, $4, $5, false, 1, now())",
        settlement,
        code,
        shop,
        to.id,
        slot,
    )


async def test_what_who_asks_is_told(town: Town) -> None:
    buyer, stranger = await town.member("王芳"), await town.member("李强")
    code, one, other = "84444440000000000001", *(town.services.database.ids.next() for _ in "12")
    told = await ask(town, buyer, code)
    assert told.status == 200 and told.data["state"] == "none" and told.data["next"]
    await sold(town, one, code, buyer, "P1", 1)
    mine, others = await ask(town, buyer, code), await ask(town, stranger, code)
    assert (mine.data["state"], mine.data["settlement_id"]) == ("mine", str(one))
    assert others.data["state"] == "other"
    await sold(town, other, code, stranger, "P2", 2)
    for member in (buyer, stranger):
        assert (await ask(town, member, code)).data["state"] == "more"
    english = await ask(town, stranger, code, "en")
    assert english.data["says"] == "This box was sold more than once."
    for told in (others, english):
        names = {"code", "state", "says", "next", "sold_at", "settlement_id"}
        assert set(told.data) == names, "nothing else: neither who, nor where, nor when"
        assert told.data["sold_at"] is told.data["settlement_id"] is None
    await town.value("update trace_sale set freed_by = 1, freed_at = now() where code = $1", code)
    assert (await ask(town, buyer, code)).data["state"] == "none", "what came back is not sold"


async def test_what_is_no_code_is_said_so_and_blanks_do_not_matter(town: Town) -> None:
    member = await town.member("王芳")
    told = await ask(town, member, "6901234567892")
    assert told.status == 422 and "追溯码" in str(told.body)
    assert (await ask(town, member, "84444440000000000002%20")).data["state"] == "none"


def test_parts_of_one_box_are_one_sale() -> None:
    def part(person: int, shop: str = "P1") -> Bought:
        return Bought(person, shop, True, 1, datetime(2026, 1, 1, tzinfo=UTC))

    assert seen([part(1), part(2)], 2) == "mine"
    assert seen([part(1), part(2)], 3) == "other"
    assert seen([part(1), part(2, "P2")], 1) == "more"
