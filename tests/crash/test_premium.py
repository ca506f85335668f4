"""Premiums while worker and database are killed and the tax office is in every mood: each is paid
once or given back, whole, and both sides agree."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from aiohttp.test_utils import TestServer
from tortoise.exceptions import BaseORMException

from app.compose import Services
from app.domain.premium.rules.quote import years_open
from app.kit.clock import SystemClock, local_date
from app.kit.reasons import Refusal
from app.ledger.kinds import AccountKind
from app.local.servers.embedded import Embedded
from app.outside.played.keys import TAX_KEY
from app.outside.played.server import Outside
from app.store.where import Endpoints
from tests.books import check_books
from tests.crash.fleet import running_fleet, until
from tests.people_factory import add_grant, add_person, made_up_certno
from tests.till_world import open_account

Mortal = tuple[Embedded, Endpoints]
PLACE, PRICE_FEN = "130100", 40_000
DONORS, EACH = 20, 6
MOOD = {
    "refuse": 0.1,
    "silent": 0.1,
    "swapped": 0.2,
    "twice": 0.3,
    "late": 0.3,
    "broken": 0.2,
    "deaf": 0.2,
}
DATABASE_AWAY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    BaseORMException,
)


async def season(services: Services) -> list[tuple[int, int]]:
    """Donors with money for five of their six relatives each: (donor, grant)."""
    found, now = [], SystemClock().now()
    cipher, database = services.people.cipher, services.database
    for _ in range(DONORS):
        born = date(1980, 5, 17)
        certno = made_up_certno(born, "2")
        donor = await add_person(
            database, cipher, name="李敏", certno=certno, gend="2", brdy=born, place=PLACE
        )
        await open_account(services, donor, AccountKind.CURRENT, PRICE_FEN * (EACH - 1), PLACE)
        for _ in range(EACH):
            certno = made_up_certno(date(1950, 1, 1))
            relative = await add_person(
                database,
                cipher,
                name="李老",
                certno=certno,
                gend="1",
                brdy=date(1950, 1, 1),
                insutype="390",
                place=PLACE,
            )
            found.append((donor, await add_grant(database, donor, relative, now)))
    return found


async def insist(services: Services, donor: int, grant: int, year: int) -> str:
    """Orders until it is answered, as a phone whose owner taps again."""
    while True:
        try:
            await services.premiums.order(donor, str(grant), year, [])
        except Refusal as refusal:
            return refusal.reason.code
        except DATABASE_AWAY:
            await asyncio.sleep(0.1)
        else:
            return "ordered"


async def states(services: Services) -> dict[int, int]:
    rows = await services.database.rows("select state, count(*) from premium_order group by 1")
    return {row["state"]: row["count"] for row in rows}


async def test_each_is_paid_once_or_given_back(
    mortal: Mortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = Outside()
    office = TestServer(outside.application())
    await office.start_server()
    outside.tax.mood = MOOD
    url = str(office.make_url("/"))

    async with running_fleet(
        tmp_path, *mortal, workers=2, QINJI_TAX_BASE_URL=url, QINJI_TAX_KEY=TAX_KEY
    ) as (fleet, services):
        # The programs have been told where the office is; these services haven't.
        monkeypatch.setattr(services.premiums._ordering, "_office", True)
        today = local_date(SystemClock().now())
        year = years_open(services.rulebook.at(PLACE, today).rules.premium, today)[-1]
        wishes = await season(services)
        killer = asyncio.create_task(fleet.kill_often("postgres", 1, pause_s=1.0))
        told = await asyncio.gather(
            *(insist(services, donor, grant, year) for donor, grant in wishes * 2)
        )
        await killer
        await until(fleet.ready, "the database is back")
        await asyncio.gather(
            fleet.kill_often("worker0", 2, pause_s=3.0),
            fleet.kill_at_work("worker1", 3, services.database),
        )
        assert fleet.kills == 6
        assert set(told) <= {"ordered", "PREMIUM_UNDER_WAY", "DONOR_BALANCE_ZERO"}
        orders = await services.database.rows("select * from premium_order")
        assert len(orders) == DONORS * (EACH - 1)

        async def mostly_told() -> bool:
            found = await states(services)
            return set(found) <= {3, 5, 6} and found.get(5, 0) + found.get(6, 0) > len(orders) / 2

        await until(mostly_told, "the office has decided most of them")
        outside.tax.mood = {}
        silent = await services.database.rows(
            "select id, asked_by from premium_order where state = 3"
        )
        for row in silent:  # what nothing was heard of is taken back
            with suppress(Refusal):
                await services.premiums.take_back(row["asked_by"], row["id"])

        async def over() -> bool:
            return set(await states(services)) <= {5, 6}

        await until(over, "every order is booked or released")
        booked = await services.database.rows(
            "select id, amount_fen from premium_order where state = 5"
        )
        assert {str(row["id"]): row["amount_fen"] for row in booked} == outside.tax.paid_fen
        assert 0 < len(booked) < len(orders)
        held = await services.database.value(
            "select coalesce(sum(balance_fen), 0)::bigint from account where kind = 4"
        )
        assert held == 0
        posted = await services.database.value(
            "select coalesce(sum(t.amount_fen), 0)::bigint from transfer t"
            " join account a on a.id = t.credit_account where a.kind = 16"
        )
        assert posted == sum(outside.tax.paid_fen.values())
        await check_books(services.database)
    await office.close()
