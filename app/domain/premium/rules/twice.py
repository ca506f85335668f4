"""Two rows of one person may both have ordered a year's premium: which one is too many. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.domain.premium.models import Order, State


def too_many(orders: Sequence[Order], gone_id: int, elsewhere: Collection[int]) -> list[Order]:
    """What is to be taken back or refunded of what two rows have ordered and is not over. Of a year
    the one that is paid stands, else the older; none of the row that goes where the one that stays
    has paid otherwise (``elsewhere``)."""
    found: list[Order] = []
    for year in sorted({order.year for order in orders}):
        rivals = sorted((o for o in orders if o.year == year), key=_rank)
        if year in elsewhere:
            found += [order for order in rivals if order.person_id == gone_id]
        elif len(rivals) > 1:
            found += rivals[1:]
    return [order for order in found if order.state is not State.REFUND_ASKED]


def _rank(order: Order) -> tuple[bool, int]:
    return order.state not in (State.PAID, State.BOOKED), order.id
