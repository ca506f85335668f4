"""The periods of caps: days fall into them without gaps, and what counts is loaded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.aid.models import AidGrant
from app.regions.loader import Rulebook
from app.regions.periods import COUNTED, PERIODS, WEEK, YEAR, Period, first_day_counted

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def days_of(period: Period, day: date) -> tuple[date, date]:
    return period.days_around(day)


@pytest.mark.parametrize("period", COUNTED, ids=lambda period: period.name)
@given(day=DAYS)
def test_every_day_lies_in_one_period(period: Period, day: date) -> None:
    first, last = days_of(period, day)
    assert first <= day <= last
    assert days_of(period, first) == days_of(period, last) == (first, last)
    assert days_of(period, last + timedelta(days=1))[0] == last + timedelta(days=1)


def test_weeks_run_from_monday_to_sunday() -> None:
    assert days_of(WEEK, date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 3))
    assert first_day_counted(date(2027, 1, 1)) == date(2026, 12, 28)
    assert first_day_counted(date(2027, 1, 4)) == date(2027, 1, 1)


@given(DAYS)
def test_the_first_day_counted_is_in_a_period_of_the_day(day: date) -> None:
    first = first_day_counted(day)
    assert any(days_of(period, day)[0] == first for period in COUNTED)
    assert all(days_of(period, day)[0] >= first for period in COUNTED)
    assert first <= days_of(YEAR, day)[0]


def test_every_period_is_a_parameter_and_a_column_and_has_words() -> None:
    rules = Rulebook.load().at("130100", date(2026, 11, 21)).rules.aid
    for period in PERIODS:
        assert hasattr(rules, period.column)
        assert period.column in AidGrant._meta.fields
        assert "{cap}" in period.limit_en
        assert all((period.zh, period.en, period.form_zh, period.form_en))
        assert all((period.reason, period.later_zh, period.later_en))
    assert len({period.reason for period in PERIODS}) == len(PERIODS)
