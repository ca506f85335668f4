"""The one clock. Rules think in Asia/Shanghai days, storage in UTC (law 11).

The programs of an installation go by the machine's; in tests and in the demo they may be given one
in the hand instead (hand/). Ids (ids.py) and the database's triggers (store/database.py) follow it,
too: who reads by ids reads by time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


def machine() -> datetime:
    """The machine's clock. It decides nothing; how long something takes may be measured by it."""
    return datetime.now(UTC)


class SystemClock:
    """The clock of this process: the machine's, unless it was given one in the hand."""

    in_hand: ClassVar[Clock | None] = None

    def now(self) -> datetime:
        hand = SystemClock.in_hand
        return machine() if hand is None else hand.now()


class SettableClock:
    """A clock that stands still until it is set or moved (for tests)."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


def local(moment: datetime) -> datetime:
    """The moment on a clock in China."""
    return moment.astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """The day in China on which the moment falls."""
    return local(moment).date()


def midnight(day: date) -> datetime:
    """When a day begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def iso(moment: datetime) -> str:
    """ISO 8601 with the offset of China, to the millisecond: what phones get."""
    return local(moment).isoformat(timespec="milliseconds")


def age_on(born: date, day: date) -> int:
    """Full years of age on a day. A birthday on 29 February counts from 1 March elsewhere."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
