"""The catalogue with days: what an item is worth counts from its day on."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal

from app.domain.settlement.facts.registry_cache import terms_of_codes
from app.kit.clock import local_date
from tests.domain.registry.imports.conftest import Office

CODE = "XQ99DEM001A001010100001"
DRUG = f"{CODE},阿莫西林胶囊,101,2,0.1,14.50,准字1"
DAYS = ("begndate",)


async def limit(office: Office, day: date) -> tuple[str, Decimal | None]:
    """The item's level and price limit on a day."""
    async with office.database.connection() as connection:
        terms = (await terms_of_codes(connection, [CODE]))[CODE].on(day)
    return terms.chrgitm_lv, terms.price_limit


async def test_a_line_with_a_day_counts_from_it_on(office: Office) -> None:
    lines = (f"{DRUG},2026-03-01", f"{DRUG},2026-07-01".replace("14.50", "9"))
    assert astuple(await office.catalogue(*lines, may=DAYS)) == (2, 0, 0, 0)
    assert astuple(await office.catalogue(*lines, may=DAYS)) == (0, 0, 2, 0)
    assert await limit(office, date(2026, 2, 28)) == ("03", None), "in no list before"
    assert await limit(office, date(2026, 3, 1)) == ("02", Decimal("14.5"))
    assert await limit(office, date(2026, 6, 30)) == ("02", Decimal("14.5"))
    assert await limit(office, date(2026, 7, 1)) == ("02", Decimal(9))


async def test_a_line_without_a_day_counts_from_now_on(office: Office) -> None:
    today = local_date(office.clock.now())
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    assert astuple(await office.catalogue(DRUG)) == (1, 0, 0, 0)
    assert await limit(office, date(2026, 1, 1)) == ("02", Decimal("14.5"))
    begun = f"{DRUG},{yesterday}".replace("14.50", "12")
    assert astuple(await office.catalogue(begun, may=DAYS)) == (0, 1, 0, 0)
    assert astuple(await office.catalogue(DRUG.replace("14.50", "12"))) == (0, 0, 1, 0)
    assert astuple(await office.catalogue(DRUG.replace("14.50", "11"))) == (0, 1, 0, 0)
    assert await limit(office, yesterday) == ("02", Decimal(12))
    assert await limit(office, today) == ("02", Decimal(11))
    later = f"{DRUG},{tomorrow}".replace("14.50", "10")
    assert astuple(await office.catalogue(later, may=DAYS)) == (0, 1, 0, 0)
    assert [await limit(office, day) for day in (today, tomorrow)] == [
        ("02", Decimal(11)),
        ("02", Decimal(10)),
    ]
    assert astuple(await office.catalogue(DRUG.replace("14.50", "11"))) == (0, 0, 1, 0)


async def test_days_that_are_none_and_the_same_day_twice_are_refused(office: Office) -> None:
    for day in ("2026-02-30", "26-1-1", "1999-01-01", "2500-01-01"):
        office.refused.clear()
        assert astuple(await office.catalogue(f"{DRUG},{day}", may=DAYS)) == (0, 0, 0, 1)
        assert office.refused[0].column == "begndate"
    twice = await office.catalogue(f"{DRUG},2026-03-01", f"{DRUG},2026-03-01", may=DAYS)
    assert astuple(twice) == (1, 0, 0, 1)
