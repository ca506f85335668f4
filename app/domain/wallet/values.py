"""What the two halves of a wallet's transfer are. Pure.

The sender's half (``Sent``) and the payee's (``Offer``) have one id and may lie in two cells (law
16). The payee's is the single decider; the sender's follows it. What is given back (``returns_id``)
goes the same way, with the sides changed, and needs nobody's yes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import IntEnum

from app.kit.value import value

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before there was any."""


class State(IntEnum):
    """What became of a transfer, on either side."""

    PENDING = 1
    ACCEPTED = 2
    REFUSED = 3
    EXPIRED = 4


class Source(IntEnum):
    """Out of which of the sender's accounts."""

    PERSONAL = 1
    WALLET = 2


@value
class Sent:
    """The sender's half.

    Attributes:
        made_by, binding_id: who asked for it, and the tie that gives the right to when that is
            somebody else (law 12).
        mark: the phone's own name for it: the same again is the same transfer.
        returns_id: the transfer that this gives back, in whole or in part.
        other_id: the payee; None: there is nobody, or nobody who may have it, which nobody is told.
        other_name: the payee as the sender named him, masked.
        tied: the payee has agreed to a tie with the sender, so that the sender may know of him.
        relation: who the payee is to the sender.
        day: Shanghai's day, for the day's count.
        expires_at: when it goes back if nobody has accepted it; None: it needs nobody's yes.
    """

    id: int
    person_id: int
    made_by: int
    binding_id: int | None
    mark: str
    returns_id: int | None
    source: Source
    amount_fen: int
    province: str
    other_id: int | None
    other_province: str
    other_name: str
    tied: bool
    relation: str
    day: date
    made_at: datetime
    expires_at: datetime | None
    delivered_at: datetime | None = None
    state: State = State.PENDING
    ended_at: datetime | None = None


@value
class Offer:
    """The payee's half.

    Attributes:
        other_id, other_name, other_gend: the sender; the name is masked.
        relation: who the payee is to the sender.
        follow_from: since when the sender's side may learn what was decided.
        told_at: when it had followed.
    """

    id: int
    person_id: int
    returns_id: int | None
    amount_fen: int
    province: str
    other_id: int
    other_province: str
    other_name: str
    other_gend: str
    relation: str
    tied: bool
    made_at: datetime
    expires_at: datetime | None
    state: State = State.PENDING
    decided_at: datetime | None = None
    decided_by: int | None = None
    binding_id: int | None = None
    follow_from: datetime | None = None
    told_at: datetime | None = None


SENT_COLUMNS = tuple(Sent.__dataclass_fields__)
OFFER_COLUMNS = tuple(Offer.__dataclass_fields__)


@value
class Wallet:
    """A wallet that has been opened: by whom, under which tie, and its place of use then.

    ``chosen_place``: which other one the owner has chosen, when insured at ``chosen_for``.
    """

    person_id: int
    opened_by: int
    binding_id: int | None
    place: str
    opened_at: datetime
    chosen_place: str | None = None
    chosen_for: str | None = None


@value
class Told:
    """That the payee's half was decided, and so is the sender's from then on."""

    id: int
    sender_id: int
    state: State
    follow_from: datetime
