"""Whom a clerk serves, and how long things hold at the counter. Pure."""

from __future__ import annotations

from datetime import timedelta

from app.domain.events.kinds import EffectKind

LOOKED_FOR = timedelta(hours=12)
"""So long a clerk who has looked somebody up by name and number may act for the person: a day at
the counter. A person's number in an address alone opens nothing."""
PROPOSED_FOR = timedelta(days=1)
"""So long what was proposed waits for a second one's yes."""


def area(place: str) -> str:
    """The digits with which the places of a clerk's people begin: a province's, a city's, or a
    district's own."""
    while place.endswith("00"):
        place = place[:-2]
    return place


def serves(clerk_place: str, person_place: str) -> bool:
    """Whether a person who is insured at a place is this clerk's to serve."""
    return person_place.startswith(area(clerk_place))


def may_close(kind: EffectKind, accounts: int, amount_fen: int) -> bool:
    """Whether what a life event has left to do may be closed by one clerk: not while accounts of
    the dead are open, or a row that goes has money."""
    if kind is EffectKind.TO_PAY_OUT:
        return accounts == 0
    return kind is not EffectKind.TO_MERGE or amount_fen == 0
