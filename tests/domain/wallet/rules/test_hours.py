"""Night, six o'clock, the 29th of February: on the one clock, whatever the machine's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.wallet.rules.hours import closed_at, returned_at
from app.kit.clock import SHANGHAI, local
from app.regions.loader import Rulebook
from app.regions.rules import WalletRules
from tests.phone_world import at

RULES = Rulebook.load().at("310101", at(2026, 11, 21).date()).rules.wallet
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=5_000)).map(at(2024, 12, 2).__add__)
HOURS = st.integers(0, 23)


def with_hours(begin: int, until: int, back: int = 6) -> WalletRules:
    return RULES.model_copy(
        update={
            "closed_from_hour": begin,
            "closed_until_hour": until,
            "returned_at_hour": back,
        }
    )


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        (datetime(2026, 11, 21, 21, 59, 59, 999_999, SHANGHAI), False),
        (datetime(2026, 11, 21, 22, 0, 0, 0, SHANGHAI), True),
        (datetime(2026, 11, 22, 0, 0, 0, 0, SHANGHAI), True),
        (datetime(2026, 11, 22, 5, 59, 59, 999_999, SHANGHAI), True),
        (datetime(2026, 11, 22, 6, 0, 0, 0, SHANGHAI), False),
        (datetime(2026, 11, 21, 14, 0, 0, 0, UTC), True),
        (datetime(2026, 11, 21, 13, 59, 59, 0, UTC), False),
    ],
)
def test_it_is_closed_from_ten_to_six(moment: datetime, closed: bool) -> None:
    assert closed_at(RULES, moment) is closed


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        (at(2026, 11, 21, 21, 59), at(2026, 11, 22, 6)),
        (at(2026, 11, 21, 6), at(2026, 11, 22, 6)),
        (at(2028, 2, 28, 12), at(2028, 2, 29, 6)),
        (at(2028, 2, 29, 12), at(2028, 3, 1, 6)),
        (at(2027, 2, 28, 12), at(2027, 3, 1, 6)),
        (at(2026, 12, 31, 21, 59), at(2027, 1, 1, 6)),
    ],
)
def test_it_goes_back_at_six_on_the_day_after(sent: datetime, back: datetime) -> None:
    assert returned_at(RULES, sent) == back


@given(MOMENTS, HOURS, HOURS)
def test_a_moment_is_closed_by_its_hour_in_china_alone(
    moment: datetime, begin: int, until: int
) -> None:
    closed = set()
    hour = begin
    while hour != until:
        closed.add(hour)
        hour = (hour + 1) % 24
    assert closed_at(with_hours(begin, until), moment) is (local(moment).hour in closed)


@given(MOMENTS, HOURS)
def test_what_is_sent_goes_back_on_the_next_day_at_the_hour(moment: datetime, back: int) -> None:
    end = returned_at(with_hours(22, 6, back), moment)
    assert local(end).date() == local(moment).date() + timedelta(days=1)
    assert (local(end).hour, local(end).minute, local(end).second) == (back, 0, 0)
    assert timedelta(0) < end - moment < timedelta(days=2)
