"""Who acts at the counter, on which paper, and what was done: values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.domain.staff.values import Operator, Visitor

Kind = Literal[
    "bind",
    "bind_confirm",
    "bind_end",
    "grant",
    "grant_confirm",
    "grant_change",
    "grant_freeze",
    "grant_unfreeze",
    "grant_pause",
    "grant_order",
    "grant_end",
    "card_lost",
    "card_found",
    "wallet_open",
    "premium",
    "premium_back",
    "premium_refund",
    "code",
    "propose",
    "refund",
    "propose_pay_out",
    "pay_out",
    "propose_merge",
    "merge",
    "decline",
    "event_close",
    "forget",
]
"""What can be done at the counter. ``propose…``: what needs a second one's yes; ``refund``,
``pay_out``, ``merge``: that yes, to money out of suspense, to the end of an account, and to rows
that become one;
``decline``: the no to it, or that it was taken back. ``event_close``: what a life event has left to
do is done. ``forget``: what named the person is gone."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Proposed = Literal["refund", "pay_out", "merge"]
"""What one clerk proposes and another has to agree to."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who acts, and the call with which."""

    operator: Operator
    visitor: Visitor

    @property
    def place(self) -> str:
        """Whose insured people the clerk serves."""
        assert self.operator.place is not None
        return self.operator.place


@dataclass(frozen=True, slots=True)
class Paper:
    """On what an act rests: the form's number, and why in the clerk's words."""

    form_no: str
    reason: str


@dataclass(slots=True)
class Doing:
    """An act while it is done: ``ref`` to what, ``other_id`` whom else it concerns; ``others_yes``:
    as what the other's own yes is written, given here or on paper."""

    id: int
    ref: int | None = None
    other_id: int | None = None
    others_yes: Kind | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was done. ``clerk``: whose it is; ``second``: who has agreed to it."""

    id: int
    person_id: int
    other_id: int | None
    clerk: str
    place: str
    kind: Kind
    ref: int | None
    form_no: str
    reason: str
    second: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that waits for a second one's yes; ``id`` is that of the act that proposed it.
    ``ref``: the task of a refund; of a pay-out the person; of a merge the row that goes.
    ``pay_reason``: why a pay-out, none: death."""

    id: int
    kind: Proposed
    person_id: int
    ref: int
    clerk_id: int
    place: str
    made_at: datetime
    expires_at: datetime
    pay_reason: int | None = None
