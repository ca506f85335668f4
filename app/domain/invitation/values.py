"""What an invitation card is. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from app.kit.value import value

Kind = Literal["family", "code", "grant", "pay"]
"""``family``: a relative asks to be let show my code for the first time; ``code``: the same of a
binding that needs my yes, asked where the code should be shown; ``grant``: a donor offers to pay
for me; ``pay``: a relative asks me to pay."""
KINDS: tuple[Kind, ...] = ("family", "code", "grant", "pay")
"""As they are stored: by place, from 1."""
WRITTEN = r"^[A-Za-z0-9_-]{1,200}$"
"""How a card's token is written."""
LASTS = timedelta(days=7)
"""So long a card can be opened, as long as a binding waits for its yes."""


@value
class Card:
    """What a card's token holds. ``subject_id``: the binding or grant that it is about."""

    id: int
    kind: Kind
    subject_id: int
    issuer_id: int
    expires_at: datetime


@value
class Sent:
    """A card that its sender may still take back, and its token."""

    card: Card
    token: str


@value
class Asked:
    """What the right person is asked: by whom, as one relative sees the other."""

    card: Card
    other: str
    relation: str
    i_am_shower: bool
    other_gend: str
