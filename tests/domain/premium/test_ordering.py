"""Premiums asked for at once: written together, each decided by what those before it have left."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from app.domain.premium import ordering
from app.domain.premium.models import Order
from app.kit.reasons import Refusal
from tests.domain.premium.season import OLD, father_of, wrong_in_books
from tests.people_factory import add_grant
from tests.till_world import Member, Town


async def relatives(town: Town, count: int, fen: int) -> tuple[Member, list[str]]:
    """A donor of several residents, with so much money."""
    _, donor, first = await father_of(town, fen)
    grants = [first]
    for _ in range(count - 1):
        one = await town.member("李老", OLD, place="130100", insutype="390")
        agreed, database = town.world.clock.now(), town.services.database
        grants.append(str(await add_grant(database, donor.id, one.id, agreed, "brother")))
    return donor, grants


async def asked(town: Town, donor: Member, *grants: str) -> list[Order | BaseException]:
    premiums = town.services.premiums
    return await asyncio.gather(
        *(premiums.order(donor.id, grant, 2027, []) for grant in grants), return_exceptions=True
    )


def told(found: list[Order | BaseException]) -> Counter[str]:
    return Counter(
        one.reason.code if isinstance(one, Refusal) else type(one).__name__ for one in found
    )


async def test_what_comes_at_once_is_written_together(town: Town) -> None:
    donor, grants = await relatives(town, 12, 12 * 40_000)
    assert told(await asked(town, donor, *grants)) == {"Order": 12}
    written = await town.value(
        "select count(distinct xmin::text) from premium_order where asked_by = $1", donor.id
    )
    assert written <= 2
    assert await wrong_in_books(town) == []


async def test_the_next_sees_what_the_one_before_has_used(town: Town) -> None:
    donor, grants = await relatives(town, 6, 5 * 40_000)
    found = told(await asked(town, donor, *grants, grants[0]))
    assert found == {"Order": 5, "DONOR_BALANCE_ZERO": 1, "PREMIUM_UNDER_WAY": 1}
    assert await wrong_in_books(town) == []


async def test_what_goes_wrong_with_one_takes_no_other_with_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    donor, grants = await relatives(town, 3, 3 * 40_000)
    take = ordering._take

    def broken(order: Order, *rest: Any) -> None:
        if order.person_id == bad:
            raise RuntimeError("one of them")
        take(order, *rest)

    bad = await town.value("select beneficiary_id from aid_grant where id = $1", int(grants[1]))
    monkeypatch.setattr(ordering, "_take", broken)
    assert told(await asked(town, donor, *grants)) == {"Order": 2, "RuntimeError": 1}
    assert await wrong_in_books(town) == []
