"""Premiums at a glance, as values."""

from __future__ import annotations

from datetime import datetime

from app.domain.premium.models import Order, State
from app.domain.premium.rules.waits import Deadline, Overdue
from app.kit.value import value


@value
class Standing:
    """Orders of a place's pool in a state. ``oldest``: since when the first of them is in it;
    ``short``: planned ones for which the accounts hold too little."""

    pool: str
    region: str
    state: State
    count: int
    fen: int
    short: int
    oldest: datetime


@value
class Stuck:
    """An order that waits for too long: for what, and since when."""

    order: Order
    what: Overdue
    since: datetime


@value
class Overview:
    """All premiums at a glance. What is over counts if it was ordered since ``ended_since``."""

    standing: list[Standing]
    stuck: list[Stuck]
    deadlines: list[Deadline]
    ended_since: datetime | None
