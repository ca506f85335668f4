"""Orders of premiums as values, and what they go through."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import Literal

from app.kit.clock import local_date
from app.kit.value import value
from app.regions.rules import Sex


class State(IntEnum):
    """Where an order stands.

    PLANNED → RESERVED → SUBMITTED → PAID → BOOKED; RELEASED when it came to nothing;
    REFUND_ASKED → REFUNDED, or back to where it was.
    """

    PLANNED = 1
    """An account is to be charged on a day to come; nothing is held."""
    RESERVED = 2
    """The money is held."""
    SUBMITTED = 3
    """The tax office has been, or is just being, asked."""
    PAID = 4
    """It has confirmed, and the money is posted to it."""
    BOOKED = 5
    """It has booked it (入库): by this the cover begins."""
    RELEASED = 6
    REFUND_ASKED = 7
    REFUNDED = 8

    @property
    def over(self) -> bool:
        """Whether nothing stands in the way of another order for the same year."""
        return self in (State.RELEASED, State.REFUNDED)


@value
class Order:
    """One resident's premium of a benefit year.

    Attributes:
        person_id: whose premium; asked_by: who ordered it; payer_id: the donor who pays it alone,
            None: whoever pays in the order of a bill.
        price_fen: of the year; amount_fen: with the missed years that are bought back.
        charge_on: the day on which accounts are charged, of a planned one.
        covers_from: the first day of cover: as it was quoted, and from PAID on as it is.
        reason, params: why it came to nothing, or why a refund was not made.
        short_since: of a planned one: since when the accounts hold too little for it.
    """

    id: int
    person_id: int
    year: int
    bought_years: tuple[int, ...]
    price_fen: int
    amount_fen: int
    asked_by: int
    payer_id: int | None
    place: str
    state: State
    charge_on: date | None
    covers_from: date
    reason: str | None
    params: dict[str, str]
    tax_ref: str | None
    created_at: datetime
    submitted_at: datetime | None
    paid_at: datetime | None
    booked_at: datetime | None
    ended_at: datetime | None
    short_since: datetime | None
    void_asked: bool = False
    """The tax office is asked to forget it: nothing was heard, or it was taken back."""
    refund_asked_at: datetime | None = None

    @property
    def paid_on(self) -> date:
        """The day on which it was paid, which decides about window and waiting period: when the
        accounts are charged, else when it was ordered."""
        return self.charge_on or local_date(self.created_at)


@value
class About:
    """What is known of a resident.

    ``channels``: the benefit years that are paid, and how (``CHANNELS``); ``under_way``: those that
    are being paid.
    """

    born_on: date
    sex: Sex | Literal[""]
    identity: str
    channels: dict[int, str]
    under_way: frozenset[int] = frozenset()
