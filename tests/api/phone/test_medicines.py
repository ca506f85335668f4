"""A box is looked up by its trace code: never to whom it was sold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.trace.rules import seen
from app.domain.trace.uploads.values import Kind, Upload
from app.domain.trace.values import Bought
from app.kit.clock import local_date
from tests.till_world import Member, Town


async def ask(town: Town, member: Member, code: str, language: str = "zh") -> Any:
    headers = {"Accept-Language": language}
    path = f"/medicines/{code}"
    return await town.world.call("GET", path, token=member.token, headers=headers)


async def sold(
    town: Town, settlement: int, code: str, to: Member, shop: str, slot: int, ago: int = 0
) -> None:
    """A sale that stands. ``ago``: how many days since."""
    await town.value(
        "insert into trace_sale (settlement_id, feedetl_sn, code, fixmedins_code, person_id, slot,"
        " split, units, sold_at) values ($1, '1', $2, $3, $4, $5, false, 1,"
        " $6)",
        settlement,
        code,
        shop,
        to.id,
        slot,
        town.clock.now() - timedelta(days=ago),
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
    third = await town.member("赵云")
    english = await ask(town, third, code, "en")
    assert english.data["says"] == "This box was sold more than once."
    names = {"code", "state", "says", "next", "sold_before", "sold_at", "settlement_id"}
    for told in (others, english):
        assert set(told.data) == names, "nothing else: neither who, nor where, nor when"
        assert told.data["sold_at"] is told.data["settlement_id"] is None
        assert told.data["sold_before"] is False, "who has bought nothing has no before"
    await town.value("update trace_sale set freed_by = 1, freed_at = now() where code = $1", code)
    assert (await ask(town, buyer, code)).data["state"] == "none", "what came back is not sold"


async def test_who_bought_what_had_been_sold_is_told_so_and_when_it_was_bought(town: Town) -> None:
    first, second = await town.member("王芳"), await town.member("李强")
    code, one, other = "84444440000000000003", *(town.services.database.ids.next() for _ in "12")
    await sold(town, one, code, first, "P1", 1, ago=3)
    await sold(town, other, code, second, "P2", 2)
    told = (await ask(town, second, code)).data
    assert told["state"] == "more" and told["sold_before"] is True
    assert told["says"] == "这盒药在您买之前已经卖出过。" and "退换" in told["next"]
    assert told["settlement_id"] == str(other) and told["sold_at"], "the own purchase"
    told = (await ask(town, first, code)).data
    assert told["state"] == "more" and told["sold_before"] is False
    assert told["settlement_id"] == str(one) and "不止一次" in told["says"]
    # Nobody was told of the second sale: that is no state of books that others look at.
    await town.value("update trace_sale set freed_by = 1, freed_at = now() where code = $1", code)


async def test_a_sale_that_was_told_afterwards_counts_for_its_own_day(town: Town) -> None:
    buyer = await town.member("王芳")
    code, one = "84444440000000000004", town.services.database.ids.next()
    told = Upload(
        kind=Kind.SALE,
        line=("L1",),
        fixmedins_bchno="B1",
        fixmedins_hilist_id="A",
        med_list_codg="XQ99DEM001A001010100001",
        happened_on=local_date(town.clock.now()) - timedelta(days=2),
        details={},
        codes=(code,),
        insured=False,
    )
    await sold(town, one, code, buyer, "P1", 1, ago=1)
    assert await town.services.uploads.add("P2", told) == ""
    assert (await ask(town, buyer, code)).data["sold_before"] is True


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
