"""Whom a clerk serves, and how long things hold at the counter. Pure."""

from __future__ import annotations

from datetime import timedelta

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
