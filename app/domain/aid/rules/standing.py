"""Whether a grant stands on a day: one answer for phones, tills, diagnosis and past bills. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.aid import errors
from app.kit.clock import midnight
from app.kit.reasons import Because
from app.kit.value import value

BINDS = (
    "{grant}.confirmed_at is not null and {grant}.ended_at is null and {grant}.declined_at is null"
)
"""``Standing.binds`` of the present as a condition on ``aid_grant``, for queries that leave out all
other grants. A test holds the two together."""


class GrantState(StrEnum):
    """What a grant is on a day."""

    ENDED = "ended"
    TO_CONFIRM = "to_confirm"
    FROZEN = "frozen"
    PAUSED = "paused"
    USED = "used"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    ACTIVE = "active"


class Term(Protocol):
    """A grant that binds, as far as a day asks."""

    @property
    def frozen(self) -> bool: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def spent(self) -> bool: ...
    @property
    def paused_until(self) -> date | None: ...


@value
class Standing:
    """What a grant's record says at a moment.

    Attributes:
        confirmed: money may flow under it: on the donor's word where the region says so, else with
            the beneficiary's yes.
        agreed: the beneficiary has said yes; until then it is no fact about the beneficiary.
        declined: the beneficiary has said no instead.
        spent: it was for one bill, which was paid and stands.
        paused_until: the day on which it goes on by itself.
    """

    confirmed: bool
    agreed: bool
    declined: bool
    ended: bool
    frozen: bool
    starts_on: date
    ends_on: date | None
    spent: bool = False
    paused_until: date | None = None

    @property
    def binds(self) -> bool:
        """Whether money may flow under it."""
        return self.confirmed and not self.declined and not self.ended


def reached(event: datetime | None, moment: datetime) -> bool:
    """Whether something in a grant's record (agreed, frozen, ended) had come to be at a moment."""
    return event is not None and event <= moment


def is_over(grant: Term, today: date) -> bool:
    """Whether a grant's last day has passed, or the one bill that it was for was paid. It counts
    for nothing then, as one that was ended: it takes nobody's place, and nothing can be done with
    it but bind anew."""
    return grant.spent or (grant.ends_on is not None and grant.ends_on < today)


def is_paused(grant: Term, today: date) -> bool:
    """Whether a grant rests until a day that has not come."""
    return grant.paused_until is not None and today < grant.paused_until


def over_since(ends_on: date) -> datetime:
    """The moment at which a grant is over: the end of its last day."""
    return midnight(ends_on + timedelta(days=1))


def ended_since(
    ended_at: datetime | None,
    ends_on: date | None,
    today: date,
    used_at: datetime | None = None,
) -> datetime | None:
    """Since when a grant is at an end, if it is: ended, its last day over, or used up, what came
    first."""
    over = over_since(ends_on) if ends_on is not None and ends_on < today else None
    return min((moment for moment in (ended_at, over, used_at) if moment is not None), default=None)


def state_of(grant: Standing, today: date) -> GrantState:
    """What a grant is today: it waits for the beneficiary's yes also where money flows already."""
    if grant.ended:
        return GrantState.ENDED
    if is_over(grant, today):
        return GrantState.USED if grant.spent else GrantState.EXPIRED
    if not grant.agreed and not grant.frozen and not is_paused(grant, today):
        return GrantState.TO_CONFIRM
    return state_on(grant, today)


def paying_state(grant: Standing, today: date, *, by_donor: bool) -> GrantState:
    """What a grant is for a bill today, as one side may know it: to a donor whose relative has not
    agreed it waits, whatever the relative's affairs are."""
    if by_donor or not grant.binds:
        return state_of(grant, today)
    return state_on(grant, today)


def state_on(grant: Term, day: date) -> GrantState:
    """What a grant that binds is for a bill that is settled on a day, whatever date the bill bears
    (law 13)."""
    if is_over(grant, day):
        return GrantState.USED if grant.spent else GrantState.EXPIRED
    if grant.frozen:
        return GrantState.FROZEN
    if is_paused(grant, day):
        return GrantState.PAUSED
    if day < grant.starts_on:
        return GrantState.NOT_YET
    return GrantState.ACTIVE


def why_not(grant: Term, state: GrantState, donor: str) -> Because | None:
    """Why a grant in this state can't pay, or None. ``donor``: the donor's name, or its token."""
    name = {"name": donor}
    match state:
        case GrantState.TO_CONFIRM:
            return Because(errors.CONSENT_PENDING, name)
        case GrantState.FROZEN:
            return Because(errors.FROZEN, name)
        case GrantState.PAUSED:
            assert grant.paused_until is not None
            return Because(errors.PAUSED, {**name, "day": grant.paused_until.isoformat()})
        case GrantState.USED:
            return Because(errors.USED_UP, name)
        case GrantState.NOT_YET:
            return Because(errors.NOT_YET_EFFECTIVE, {**name, "day": grant.starts_on.isoformat()})
        case GrantState.EXPIRED:
            assert grant.ends_on is not None
            return Because(errors.EXPIRED, {**name, "day": grant.ends_on.isoformat()})
    return None
