"""The demo's second family: a month that was played, and right books after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.compose import Services, open_services
from app.domain.registry import repository as registry
from app.kit.clock import SystemClock, age_on, local_date
from app.local.demo import history, newborn
from app.local.demo.history import play
from app.local.demo.loading import load
from app.settings import Settings
from app.store.database import Record
from tests.books import check_books
from tests.servers import migrate, new_database

PSN_NO = {"何芳": "1306000000000012", "何大山": "1306000000000013", "林秀兰": "1306000000000014"}


@pytest.fixture(scope="module")
async def played(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Services]:
    """The month, played into a database of its own."""
    home = tmp_path_factory.mktemp("demo")
    async with new_database(database_url, "history") as mine:
        await migrate(mine)
        config = Settings(home=home, database_url=mine, redis_url=redis_url, demo=True)
        assert await play(config)
        async with open_services(config) as services:
            yield services


async def rows(services: Services, sql: str, *values: Any) -> list[Record]:
    return list(await services.database.rows(sql, *values))


async def test_the_books_are_right(played: Services) -> None:
    counts = await check_books(played.database)
    assert counts.waiting == 0
    assert (await rows(played, "select count(*) as n from outcome where state <> 1"))[0]["n"] == 0


async def test_a_month_of_bills_at_two_shops_with_a_cancel_and_a_part_return(
    played: Services,
) -> None:
    bills = await rows(played, "select * from settlement where kind = 1 order by settled_at")
    assert len(bills) > len(history._BILLS)  # what is left of the part return as well
    assert {bill["fixmedins_code"] for bill in bills} == {"P13060200002", "P13010200001"}
    assert [bill["id"] for bill in bills] == sorted(bill["id"] for bill in bills)
    begun = bills[0]["settled_at"]
    today = local_date(SystemClock().now())
    assert today - timedelta(days=32) <= local_date(begun) <= today - timedelta(days=28)
    undone = await rows(played, "select count(*) as n from settlement where kind = 2")
    assert undone[0]["n"] == 2


async def test_caps_are_half_used_and_a_wallet_has_paid(played: Services) -> None:
    donor = await registry.by_psn_no(PSN_NO["何芳"])
    assert donor is not None
    paid = await rows(
        played,
        "select person_id, sum(mulaid_pay_fen) as aid, sum(wallet_pay_fen) as wallet"
        " from settlement group by person_id",
    )
    by_person = {row["person_id"]: row for row in paid}
    father = await registry.by_psn_no(PSN_NO["何大山"])
    mother = await registry.by_psn_no(PSN_NO["林秀兰"])
    assert father is not None and mother is not None
    assert 200_00 < by_person[father.id]["aid"] < 500_00  # of 600 a year
    assert by_person[mother.id]["wallet"] > 0 and by_person[mother.id]["aid"] > 0


async def test_something_waits_and_a_plan_has_stopped(played: Services) -> None:
    daughter = await registry.by_psn_no(PSN_NO["何芳"])
    assert daughter is not None
    waits = [one for one in await played.family.relatives(daughter.id) if one.waits_for_holder]
    assert len(waits) == 1
    mother = await registry.by_psn_no(PSN_NO["林秀兰"])
    assert mother is not None
    assert [card.kind for card in await played.invitations.sent(mother.id)] == ["pay"]
    brother = await registry.by_psn_no("1306000000000015")
    assert brother is not None and not brother.insured


async def test_the_newborn_can_be_bound(played: Services) -> None:
    number = newborn.kept(played.settings.home)
    assert number is not None
    child = await played.people.identify(newborn.NAME, "01", number)
    today = local_date(SystemClock().now())
    assert age_on(child.brdy, today) == 0
    assert child.brdy >= today - timedelta(days=31)


async def test_it_is_played_once_and_the_rest_of_the_demo_comes_after_it(
    played: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = played.settings
    assert not await play(config)
    monkeypatch.setattr("app.local.demo.loading.settings", lambda: config)
    await load(config.database_url, config.redis_url)
    # The README's family is as it says, whatever the other one has done.
    balances = await rows(
        played,
        "select p.psn_no, sum(a.balance_fen) as fen from person p join account a"
        " on a.person_id = p.id where p.psn_no in ('1301000000000001', '1306000000000003')"
        " group by p.psn_no order by p.psn_no",
    )
    assert [row["fen"] for row in balances] == [35_60, 2_000_00]
    await check_books(played.database)


async def test_without_a_newborn_there_is_nothing_to_fill_in(tmp_path: Path) -> None:
    assert newborn.kept(tmp_path) is None
