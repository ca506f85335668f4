"""Which of several premiums of one year is too many."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.premium.models import Order, State
from app.domain.premium.rules.twice import too_many

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GONE, STAYS = 1, 2


def order(number: int, person: int, state: State, year: int = 2027) -> Order:
    return Order(
        id=number,
        person_id=person,
        year=year,
        bought_years=(),
        price_fen=40_000,
        amount_fen=40_000,
        asked_by=9,
        payer_id=9,
        place="130100",
        state=state,
        charge_on=None,
        covers_from=date(2027, 1, 1),
        reason=None,
        params={},
        tax_ref=None,
        created_at=NOW,
        submitted_at=None,
        paid_at=None,
        booked_at=None,
        ended_at=None,
        short_since=None,
    )


@pytest.mark.parametrize(
    ("orders", "elsewhere", "found"),
    [
        ([order(1, GONE, State.PAID), order(2, STAYS, State.RESERVED)], (), [2]),
        ([order(1, GONE, State.RESERVED), order(2, STAYS, State.BOOKED)], (), [1]),
        ([order(1, GONE, State.PAID), order(2, STAYS, State.PAID)], (), [2]),
        ([order(2, GONE, State.PLANNED), order(1, STAYS, State.RESERVED)], (), [2]),
        ([order(1, GONE, State.PAID)], (2027,), [1]),
        ([order(1, STAYS, State.PAID)], (2027,), []),
        ([order(1, GONE, State.PAID), order(2, STAYS, State.PAID, 2026)], (), []),
        ([order(1, GONE, State.PAID), order(2, STAYS, State.REFUND_ASKED)], (), []),
    ],
)
def test_the_paid_one_stands_else_the_older(
    orders: list[Order], elsewhere: tuple[int, ...], found: list[int]
) -> None:
    assert [one.id for one in too_many(orders, GONE, elsewhere)] == found
