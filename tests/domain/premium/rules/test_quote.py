"""What a premium costs and from when it covers: by the region, the day and the years before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.premium.rules.quote import (
    Quote,
    Resident,
    cover_of,
    missed_years,
    month_end,
    months_after,
    quote,
    window_of,
    years_open,
)
from app.kit.reasons import Because
from app.regions.loader import Rulebook
from app.regions.rules import Identity, PremiumRules, PremiumWindow, Sex

BOOK = Rulebook.load()
HEBEI, BEIJING, FUZHOU, HEFEI, GUANGDONG = "130100", "110100", "350100", "340100", "440100"


def rules_of(place: str, day: date) -> PremiumRules:
    return BOOK.at(place, day).rules.premium


def resident(
    born: date = date(1980, 5, 17),
    *years: int,
    insutype: str = "390",
    identity: Identity = "none",
) -> Resident:
    return Resident(7, "@7", born, insutype, identity, frozenset(years))


def ask(place: str, day: date, who: Resident, year: int = 2026, *bought: int) -> Quote | Because:
    return quote(who, year, rules_of(place, day), day, bought)


def quoted(place: str, day: date, who: Resident, year: int = 2026, *bought: int) -> Quote:
    found = ask(place, day, who, year, *bought)
    assert isinstance(found, Quote), found
    return found


def refused(place: str, day: date, who: Resident, year: int = 2026) -> str:
    found = ask(place, day, who, year)
    assert isinstance(found, Because), found
    return found.reason.code


def test_in_time_it_covers_from_the_first_of_january() -> None:
    for day in (date(2025, 10, 20), date(2025, 12, 31)):
        found = quoted(HEBEI, day, resident(date(1980, 5, 17), 2024, 2025))
        assert (found.price_fen, found.covers_from) == (40_000, date(2026, 1, 1))
        assert (found.waiting_months, found.missed_years) == (0, ())
        assert found.closes == date(2026, 2, 28)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 28)])
def test_late_in_hebeis_window_it_covers_from_the_day_of_paying(day: date) -> None:
    assert quoted(HEBEI, day, resident(date(1980, 5, 17), 2025)).covers_from == day


def test_who_pays_in_the_window_does_not_wait_unless_the_region_says_so() -> None:
    """The three months are for what is paid outside of it, or after a gap (SOURCES S135)."""
    who = resident(date(1980, 5, 17), 2025)
    for day, charged in (
        (date(2026, 1, 10), date(2026, 1, 31)),
        (date(2026, 2, 28), date(2026, 2, 28)),
    ):
        found = quoted(BEIJING, day, who)
        assert (found.waiting_months, found.charged_on, found.covers_from) == (0, charged, charged)
    after = quoted(BEIJING, date(2026, 3, 1), who)
    assert (after.waiting_months, after.covers_from) == (3, date(2026, 6, 30))
    rules = rules_of(HEBEI, date(2026, 1, 10)).model_copy(update={"late_in_window": "waiting"})
    told = quote(who, 2026, rules, date(2026, 1, 10))
    assert isinstance(told, Quote)
    assert (told.waiting_months, told.covers_from) == (3, date(2026, 4, 10))


def test_the_day_of_paying_decides_not_when_the_office_has_confirmed() -> None:
    rules, who = rules_of(HEBEI, date(2026, 3, 2)), resident(date(1980, 5, 17), 2025)
    year_s_end, arrived = date(2025, 12, 31), date(2026, 1, 9)
    assert cover_of(who, 2026, rules, year_s_end, arrived) == date(2026, 1, 1)
    in_time, arrived = date(2026, 2, 28), date(2026, 3, 5)
    assert cover_of(who, 2026, rules, in_time, arrived) == arrived, "no waiting period"
    too_late = date(2026, 3, 1)
    assert cover_of(who, 2026, rules, too_late, arrived) == date(2026, 6, 1)
    born = date(2025, 12, 3)
    child = resident(born)
    assert cover_of(child, 2026, rules, born + timedelta(days=90), arrived) == date(2026, 1, 1)


def test_after_the_window_it_waits_three_months() -> None:
    found = quoted(HEBEI, date(2026, 3, 1), resident(date(1980, 5, 17), 2025))
    assert (found.waiting_months, found.covers_from) == (3, date(2026, 6, 1))
    assert found.closes is None


def test_before_the_window_and_after_the_year_nothing_is_paid() -> None:
    who = resident()
    assert refused(HEBEI, date(2025, 10, 19), who, 2026) == "PREMIUM_NOT_HERE"
    assert refused(HEBEI, date(2025, 10, 20), who, 2027) == "WINDOW_CLOSED"
    assert refused(HEBEI, date(2026, 10, 19), who, 2027) == "WINDOW_CLOSED"
    assert quoted(HEBEI, date(2026, 10, 20), who, 2027).price_fen == 40_000
    assert refused(HEBEI, date(2027, 1, 1), who, 2026) == "WINDOW_CLOSED"
    # Nor when it would wait beyond the year: the money would buy nothing.
    assert quoted(HEBEI, date(2026, 9, 30), who, 2026).covers_from == date(2026, 12, 30)
    assert refused(HEBEI, date(2026, 10, 1), who, 2026) == "WINDOW_CLOSED"
    assert years_open(rules_of(HEBEI, date(2026, 11, 27)), date(2026, 11, 27)) == [2026, 2027]


def test_a_year_without_a_notice_is_as_the_last_that_had_one() -> None:
    """Also in a leap year: the last of February stays the last of February."""
    found = quoted(HEBEI, date(2028, 1, 15), resident(), 2028)
    assert (found.price_fen, found.by_year, found.closes) == (40_000, 2026, date(2028, 2, 29))
    window = window_of(2029, rules_of(HEBEI, date(2028, 11, 1)))
    assert window is not None
    assert (window.opens, window.closes) == (date(2028, 10, 20), date(2029, 2, 28))
    found = quoted(HEBEI, date(2025, 12, 1), resident(), 2026)
    assert (found.by_year, found.closes) == (2026, date(2026, 2, 28))


def test_a_missed_year_adds_a_month_and_may_be_bought_back() -> None:
    day = date(2026, 11, 27)
    who = resident(date(1980, 5, 17), 2024)  # 2025 and 2026 were missed
    found = quoted(HEBEI, day, who, 2027)
    assert (found.missed_years, found.waiting_months) == ((2025, 2026), 5)
    assert (found.buy_back, found.month_each, found.at_least) == (True, 1, 3)
    assert found.covers_from == date(2027, 4, 27)
    one = quoted(HEBEI, day, who, 2027, 2025)
    assert (one.missed_years, one.waiting_months) == ((2026,), 4)
    both = quoted(HEBEI, day, who, 2027, 2025, 2026)
    assert (both.missed_years, both.waiting_months) == ((), 3)  # the fixed part stays


def test_of_four_missed_years_six_months_stay() -> None:
    rules = rules_of(HEBEI, date(2026, 11, 27)).model_copy(update={"first_gap_year": 2021})
    who = resident(date(1980, 5, 17), 2021)
    for bought, waits in (((), 8), ((2022,), 7), ((2022, 2023, 2024, 2025, 2026), 6)):
        found = quote(who, 2027, rules, date(2026, 11, 27), bought)
        assert isinstance(found, Quote)
        assert (found.waiting_months, found.at_least) == (waits, 6)


def test_years_before_2025_count_for_nothing_and_who_never_was_has_missed_none() -> None:
    rules = rules_of(HEBEI, date(2026, 11, 27))
    assert missed_years(resident(date(1980, 5, 17), 2010), 2027, rules) == (2025, 2026)
    assert missed_years(resident(), 2027, rules) == ()
    assert missed_years(resident(date(1980, 5, 17), 2028), 2027, rules) == ()


def test_a_newborn_is_covered_from_birth() -> None:
    born = date(2026, 3, 10)
    for days in (0, 90):
        found = quoted(HEBEI, born + timedelta(days=days), resident(born))
        assert (found.covers_from, found.waiting_months) == (born, 0)
    late = quoted(HEBEI, born + timedelta(days=91), resident(born))
    assert (late.waiting_months, late.covers_from) == (3, date(2026, 9, 9))


def test_a_newborn_of_december_is_covered_from_birth_in_january_too() -> None:
    """Whether or not the window of the year of birth is still open."""
    born = date(2026, 12, 10)
    child = resident(born)
    for place in (HEBEI, HEFEI):
        rules = rules_of(place, date(2027, 1, 15))
        assert 2026 in years_open(rules, date(2027, 1, 15), child)
        found = quoted(place, date(2027, 1, 15), child, 2026)
        assert (found.covers_from, found.waiting_months, found.closes) == (born, 0, None)
        assert quoted(place, born + timedelta(days=90), child, 2026).covers_from == born
        assert refused(place, born + timedelta(days=91), child, 2026) == "WINDOW_CLOSED"
        assert quoted(place, date(2027, 1, 15), child, 2027).covers_from == date(2027, 1, 1)
        grown = resident(date(1980, 5, 17))
        assert refused(place, date(2027, 1, 15), grown, 2026) == "WINDOW_CLOSED"
        assert 2026 not in years_open(rules, date(2027, 1, 15), grown)


def test_beijing_is_charged_on_the_months_last_day_and_asks_by_age() -> None:
    day = date(2025, 12, 3)
    prices = {10: 43_500, 30: 79_500, 70: 46_000}
    for age, fen in prices.items():
        found = quoted(BEIJING, day, resident(date(2026 - age, 1, 1)))
        assert (found.price_fen, found.charged_on) == (fen, date(2025, 12, 31))
        assert found.covers_from == date(2026, 1, 1)
    at_school = resident(date(2002, 1, 1), identity="student")
    assert quoted(BEIJING, day, at_school).price_fen == 43_500
    # Who asks in February is charged on its last day, in 2028 the 29th.
    assert month_end(date(2028, 2, 3)) == date(2028, 2, 29)


def test_what_places_ask_for_2026() -> None:
    """By place and age, as their pages say (SOURCES S130 to S139); the window to the day."""
    wenzhou, zhenjiang, liaocheng = "330300", "321100", "371500"
    for place, age, fen in (
        (HEBEI, 40, 40_000),
        (FUZHOU, 40, 45_000),
        (wenzhou, 40, 56_000),
        (zhenjiang, 40, 49_500),
        (liaocheng, 17, 38_000),
        (liaocheng, 18, 41_000),
    ):
        found = quoted(place, date(2025, 11, 3), resident(date(2026 - age, 1, 1)))
        assert (found.price_fen, found.by_year) == (fen, 2026), (place, age)
    for place, opens, closes in (
        (HEBEI, date(2025, 10, 20), date(2026, 2, 28)),
        (BEIJING, date(2025, 11, 30), date(2026, 2, 28)),
        (FUZHOU, date(2025, 10, 20), date(2025, 12, 31)),
        (zhenjiang, date(2025, 10, 1), date(2025, 12, 31)),
    ):
        window = window_of(2026, rules_of(place, date(2025, 12, 1)))
        assert window is not None and (window.opens, window.closes) == (opens, closes), place


def test_where_the_sexes_grow_old_at_different_ages_each_pays_by_its_own() -> None:
    day = date(2025, 12, 3)
    sexes: list[tuple[int, Sex | Literal[""], int]] = [
        (49, "female", 79_500),
        (50, "female", 46_000),
        (50, "male", 79_500),
        (59, "male", 79_500),
        (60, "male", 46_000),
        (55, "", 79_500),
    ]
    for age, sex, fen in sexes:
        who = replace(resident(date(2026 - age, 1, 1)), sex=sex)
        assert quoted(BEIJING, day, who).price_fen == fen, (age, sex)


def test_the_age_is_that_of_the_years_first_day() -> None:
    day = date(2025, 12, 3)
    assert quoted(BEIJING, day, resident(date(2008, 1, 1))).price_fen == 79_500
    assert quoted(BEIJING, day, resident(date(2008, 1, 2))).price_fen == 43_500


def test_who_is_left_out_is_told_why() -> None:
    day = date(2026, 11, 27)
    assert refused(FUZHOU, day, resident(identity="aided"), 2027) == "EXCLUDED_GROUP"
    assert refused(FUZHOU, day, resident(identity="newborn"), 2027) == "EXCLUDED_GROUP"
    assert quoted(HEBEI, day, resident(identity="aided"), 2027).price_fen == 40_000
    assert refused(HEFEI, day, resident(insutype="310"), 2027) == "NOT_RESIDENT_PLAN"
    assert refused(GUANGDONG, day, resident(), 2027) == "PREMIUM_NOT_HERE"
    assert refused(HEBEI, day, resident(), 2025) == "PREMIUM_NOT_HERE"
    assert refused(HEBEI, day, resident(), 2040) == "WINDOW_CLOSED"


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, there: date) -> None:
    assert months_after(day, months) == there


@given(
    day=st.dates(date(2025, 10, 20), date(2027, 12, 31)),
    born=st.dates(date(1930, 1, 1), date(2027, 12, 31)),
    years=st.sets(st.integers(2020, 2027)),
    bought=st.sets(st.integers(2024, 2027)),
    year=st.sampled_from([2026, 2027]),
    place=st.sampled_from([HEBEI, BEIJING, FUZHOU, HEFEI]),
)
def test_paying_more_never_waits_longer(
    day: date, born: date, years: set[int], bought: set[int], year: int, place: str
) -> None:
    who = resident(born, *years)
    plain, dear = ask(place, day, who, year), ask(place, day, who, year, *bought)
    if isinstance(plain, Because):
        # What waits beyond the year may be bought into it.
        assert dear == plain or plain.reason.code == "WINDOW_CLOSED"
        return
    assert isinstance(dear, Quote)
    assert date(year, 1, 1) <= dear.covers_from <= plain.covers_from <= date(year, 12, 31)
    assert dear.price_fen == plain.price_fen > 0
    if dear.waiting_months:
        assert dear.waiting_months >= dear.at_least
    # A day's delay never covers earlier, but where the month's last day is asked for.
    later = ask(place, day + timedelta(days=1), who, year)
    if isinstance(later, Quote):
        assert later.covers_from >= plain.covers_from


def test_what_is_paid_after_the_window_waits_also_before_the_year_begins() -> None:
    day = date(2026, 12, 20)
    rules = rules_of(FUZHOU, day).model_copy(
        update={"windows": (PremiumWindow(year=2027, opens=date(2026, 9, 1), closes=day),)}
    )
    in_time = quote(resident(date(1980, 5, 17), 2026), 2027, rules, day)
    late = quote(resident(date(1980, 5, 17), 2026), 2027, rules, day + timedelta(days=1))
    assert isinstance(in_time, Quote) and isinstance(late, Quote)
    assert (in_time.covers_from, in_time.waiting_months) == (date(2027, 1, 1), 0)
    assert (late.covers_from, late.waiting_months) == (date(2027, 3, 21), 3)
