"""Law 11: rules think in days of China, storage in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import (
    SHANGHAI,
    SettableClock,
    SystemClock,
    age_on,
    iso,
    local,
    local_date,
)

MIDNIGHT = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
"""The first moment of 2027 in China."""


def test_a_day_begins_at_sixteen_hours_utc() -> None:
    assert local_date(MIDNIGHT - timedelta(microseconds=1)) == date(2026, 12, 31)
    assert local_date(MIDNIGHT) == date(2027, 1, 1)


@given(st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
def test_china_is_eight_hours_ahead_all_year(after: timedelta) -> None:
    moment = MIDNIGHT + after
    assert local_date(moment) == (moment + timedelta(hours=8)).date()
    assert local(moment) == moment


def test_the_day_is_the_same_whatever_clock_told_the_moment() -> None:
    for offset in (-11, 0, 8, 14):
        moment = MIDNIGHT.astimezone(timezone(timedelta(hours=offset)))
        assert local_date(moment) == date(2027, 1, 1)


def test_phones_get_the_offset_and_milliseconds() -> None:
    assert iso(MIDNIGHT) == "2027-01-01T00:00:00.000+08:00"
    assert iso(MIDNIGHT + timedelta(microseconds=1999)) == "2027-01-01T00:00:00.001+08:00"
    assert datetime.fromisoformat(iso(MIDNIGHT)) == MIDNIGHT


@pytest.mark.parametrize(("born", "day", "age"), [
    (date(2008, 6, 18), date(2026, 6, 17), 17), (date(2008, 6, 18), date(2026, 6, 18), 18),
    (date(2008, 2, 29), date(2026, 2, 28), 17), (date(2008, 2, 29), date(2026, 3, 1), 18),
    (date(2008, 2, 29), date(2028, 2, 29), 20), (date(2026, 1, 1), date(2026, 1, 1), 0),
    (date(1949, 12, 31), date(2026, 1, 1), 76),
])  # fmt: skip
def test_full_years_of_age(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_a_clock_that_is_set_stands_still_and_tells_utc() -> None:
    clock = SettableClock(datetime(2026, 1, 1, 8, tzinfo=SHANGHAI))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(1.5)
    assert clock.now() == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    clock.set(MIDNIGHT)
    assert clock.now() == MIDNIGHT


def test_the_machine_s_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
