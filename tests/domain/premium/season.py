"""What tests of premiums do: ask, order, let the tax office decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.phone_world import Answer
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)


async def father_of(
    town: Town, fen: int | None = 200_000, place: str = "130100", **more: Any
) -> tuple[Member, Member, str]:
    """A resident father, his daughter with money, and the grant by which she pays his premium."""
    father = await town.member("李老", OLD, place=place, insutype="390")
    daughter = await town.member("李敏", gend="2", place=place, current_fen=fen)
    more = {"purposes": ["medical", "premium"]} | more
    return father, daughter, await town.grant(daughter, father, "father", **more)


async def offers(town: Town, who: Member, whose: str = "me", buy_back: str = "") -> Answer:
    query = f"?beneficiary={whose}&buy_back={buy_back}"
    return await town.world.call("GET", f"/premiums/offers{query}", token=who.token)


async def order(
    town: Town, who: Member, *whose: str, year: int = 2027, buy_back: list[int] | None = None
) -> Answer:
    items = [{"beneficiary": one, "buy_back": buy_back or []} for one in whose or ("me",)]
    return await town.world.call("POST", "/premiums", {"year": year, "items": items}, who.token)


async def ordered(town: Town, who: Member, *whose: str, **more: Any) -> str:
    """Orders a premium; gives the order's id."""
    answer = await order(town, who, *whose, **more)
    assert answer.status == 201, answer.body
    return str(answer.data["ordered"][0]["id"])


async def seen(town: Town, who: Member, number: str) -> dict[str, Any]:
    answer = await town.world.call("GET", f"/premiums/{number}", token=who.token)
    assert answer.status == 200, answer.body
    return dict(answer.data)


async def tax(town: Town, times: int = 2) -> None:
    """The worker's run with the tax office."""
    for _ in range(times):
        await town.services.tax_runs.run()


async def enrolled(town: Town, who: Member, *years: int, channel: str = "tax") -> None:
    for year in years:
        await town.value(
            "insert into enrolment (person_id, year, channel, noted_at) values ($1, $2, $3, now())",
            who.id,
            year,
            channel,
        )


async def wrong_in_books(town: Town) -> list[str]:
    """What ``ledger verify`` finds wrong of balances, holds, caps and premiums."""
    report = await town.services.verification.run()
    about = {"balance", "chain", "sides", "places", "holds", "hold-ends", "hold-refunds", "held"}
    about |= {"aid-limits", "premiums", "premium-moves"}
    return [f"{one.check} {one.row}: {one.found}" for one in report.findings if one.check in about]
