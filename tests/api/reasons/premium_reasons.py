"""How each reason why a premium is not paid comes about (SOURCES F7.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.api.reasons.reaching import OLD, check_words, refused
from tests.domain.premium.season import enrolled, father_of, ordered, tax
from tests.phone_world import at
from tests.till_world import Member, Town

How = Callable[[Town], Awaitable[str]]


def wish(whose: str, year: int = 2027) -> dict[str, Any]:
    return {"year": year, "items": [{"beneficiary": whose}]}


async def not_paid(town: Town, who: Member, whose: str = "me", year: int = 2027) -> str:
    return await refused(town, "POST", "/premiums", wish(whose, year), who.token)


async def window_closed(town: Town) -> str:
    """The day before it opens."""
    town.clock.set(at(2026, 10, 19))
    _, daughter, grant = await father_of(town)
    return await not_paid(town, daughter, grant)


async def already_paid(town: Town) -> str:
    father, daughter, grant = await father_of(town)
    await enrolled(town, father, 2027, channel="school")
    return await not_paid(town, daughter, grant)


async def excluded_group(town: Town) -> str:
    father, daughter, grant = await father_of(town, place="350100")
    await town.value(
        "insert into resident (person_id, identity, noted_at) values ($1, 'aided', now())",
        father.id,
    )
    return await not_paid(town, daughter, grant)


async def donor_below_premium(town: Town) -> str:
    _, daughter, grant = await father_of(town, 39_999)
    return await not_paid(town, daughter, grant)


async def premium_not_here(town: Town) -> str:
    return await not_paid(town, await town.member("李老", OLD, insutype="390", place="440100"))


async def not_resident_plan(town: Town) -> str:
    return await not_paid(town, await town.member("李敏", gend="2", current_fen=100))


async def tax_confirm_failed(town: Town) -> str:
    _, daughter, grant = await father_of(town)
    town.world.outside.tax.mood = {"refuse": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town)
    path = f"/premiums/{number}"
    zh, en = [
        (
            await town.world.call(
                "GET", path, token=daughter.token, headers={"Accept-Language": language}
            )
        ).data["why"]
        for language in ("zh", "en")
    ]
    check_words(zh["reason"], zh, en)
    return str(zh["reason"])


PREMIUM: dict[str, How] = {
    "WINDOW_CLOSED": window_closed,
    "ALREADY_PAID": already_paid,
    "EXCLUDED_GROUP": excluded_group,
    "DONOR_BELOW_PREMIUM": donor_below_premium,
    "PREMIUM_NOT_HERE": premium_not_here,
    "NOT_RESIDENT_PLAN": not_resident_plan,
    "TAX_CONFIRM_FAILED": tax_confirm_failed,
}
