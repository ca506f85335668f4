"""What of premiums waits for longer than it should, and which days are coming. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from app.domain.premium.models import Order, State
from app.domain.premium.rules.quote import month_end, window_of
from app.kit.clock import local_date
from app.kit.value import value
from app.regions.rules import PremiumRules

Overdue = Literal["charge", "hand_over", "answer", "forget", "refund"]
"""An account was not charged on its day; what is held was not handed over; the tax office has said
nothing of a payment, of what it is to forget, of a refund."""
DayOf = Literal["closes", "charged"]
_HAND_OVER = timedelta(hours=1)


@value
class Deadline:
    """A day that is coming, and in which places: the last to pay a benefit year, or that on which
    accounts are charged for it."""

    day: date
    year: int
    what: DayOf
    places: tuple[str, ...]


def overdue(order: Order, confirm_days: int, now: datetime) -> tuple[Overdue, datetime] | None:
    """What an order waits for that should have come, and since when it waits.

    ``confirm_days``: so long the tax office may take in the order's region.
    """
    long = timedelta(days=confirm_days)
    if order.state is State.PLANNED and order.charge_on is not None:
        return ("charge", order.created_at) if order.charge_on < local_date(now) else None
    if order.state is State.RESERVED:
        if order.charge_on is not None:  # it was held in the evening of that day
            return ("hand_over", order.created_at) if order.charge_on < local_date(now) else None
        return ("hand_over", order.created_at) if now - order.created_at > _HAND_OVER else None
    if order.state is State.SUBMITTED and order.submitted_at is not None:
        what: Overdue = "forget" if order.void_asked else "answer"
        return (what, order.submitted_at) if now - order.submitted_at > long else None
    if order.state is State.REFUND_ASKED and order.refund_asked_at is not None:
        asked = order.refund_asked_at
        return ("refund", asked) if now - asked > long else None
    return None


def deadlines(
    places: Iterable[tuple[str, PremiumRules]], today: date, ahead: timedelta
) -> list[Deadline]:
    """The days that come within ``ahead``, the nearest first. ``places``: what each is called, and
    its rules of today."""
    found: dict[tuple[date, int, DayOf], list[str]] = {}
    for name, rules in places:
        if rules.prices is None:
            continue
        for year in (today.year, today.year + 1):
            window = window_of(year, rules)
            if window is None or not window.opens <= today + ahead:
                continue
            if today <= window.closes <= today + ahead:
                found.setdefault((window.closes, year, "closes"), []).append(name)
            charged = month_end(today)
            if rules.mode != "month_end" or charged > today + ahead:
                continue
            if window.opens <= charged <= window.closes:
                found.setdefault((charged, year, "charged"), []).append(name)
    return [
        Deadline(day, year, what, tuple(names))
        for (day, year, what), names in sorted(found.items())
    ]
