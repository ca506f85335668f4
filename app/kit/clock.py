"""The one clock. Rules think in Asia/Shanghai days, storage in UTC (law 11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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
