"""Templates of limits: whatever a region's rules, what is offered may be granted."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.aid.rules.limits import (
    Limits,
    check_limits,
    check_period,
    first_day,
    with_purposes,
)
from app.domain.aid.rules.templates import TEMPLATES, offered
from app.regions.loader import Rulebook

BOOK = Rulebook.load()
DAYS = [date(2026, 11, 21), date(2026, 12, 1), date(2026, 12, 31), date(2028, 2, 29)]


@pytest.mark.parametrize("code", sorted(BOOK.packs))
def test_what_is_offered_may_be_granted(code: str) -> None:
    place = code.ljust(6, "0") if code != "00" else "530100"
    for day in DAYS:
        rules = BOOK.at(place, day).rules.aid
        first = first_day(rules, day)
        found = offered(rules, first)
        assert found, "at least one"
        for one in found:
            check_period(rules, first, one.ends_on, day)
            check_limits(rules, with_purposes(rules, Limits(one.template.caps, None)))


def test_a_year_that_is_nearly_over_is_not_worth_ending_with() -> None:
    rules = BOOK.at("130100", DAYS[0]).rules.aid
    ends = {day: {o.template.id: o.ends_on for o in offered(rules, day)} for day in DAYS}
    assert ends[date(2026, 11, 21)]["month_200"] == date(2026, 12, 31)
    assert ends[date(2026, 12, 31)]["month_200"] == date(2027, 12, 31)
    assert ends[date(2026, 11, 21)]["once"] == date(2026, 12, 21)
    assert ends[date(2026, 11, 21)]["year_3000"] is None


def test_each_says_what_it_does() -> None:
    for one in TEMPLATES:
        [fen] = one.caps.values()
        assert str(fen // 100) in one.zh and f"{fen // 100:,}" in one.en
        assert ("一次" in one.zh) == one.once and ("年底" in one.zh) == (one.ends == "year")
