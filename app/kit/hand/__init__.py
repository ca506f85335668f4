"""A clock in the hand: what a file says, for all processes of a test or of the demo at once, so
that midnights, months and years are played on the whole running system. ``QINJI_CLOCK`` names the
file; app/settings refuses it to a real installation; ``qinji clock`` sets it and lets it run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.kit.clock import SystemClock, machine

SPEED_MAX = 3600
_FROM = timedelta(milliseconds=50)


def take(file: Path | None) -> None:
    """From here on this process goes by the clock of a file; None: by the machine's."""
    SystemClock.in_hand = HandClock(file) if file else None


def taken() -> HandClock | None:
    """The clock in the hand of this process, if it was given one."""
    hand = SystemClock.in_hand
    return hand if isinstance(hand, HandClock) else None


@dataclass(frozen=True, slots=True)
class Pace:
    """From a moment of the machine's clock on: what the clock shows then, and how fast it goes."""

    since: datetime
    shows: datetime
    speed: int

    def at(self, moment: datetime) -> datetime:
        """What it shows at a moment of the machine's clock."""
        return self.shows + (moment - self.since) * self.speed


class HandClock:
    """A clock that a file sets, for all processes at once: ``{"paces": [{since, shows, speed}]}``.

    A new pace begins a moment after it was written, and the one before stands in the file until
    then: so all processes change in the same moment, and none sees time go back.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, int] | None = None
        self._paces: list[Pace] = []

    def now(self) -> datetime:
        moment = machine()
        return self._pace(moment).at(moment)

    @property
    def speed(self) -> int:
        """How many of its seconds pass in one; 0: it stands."""
        return self._pace(machine()).speed

    def set(self, shows: datetime, speed: int = 1) -> None:
        """From now on it shows this, and goes so many times as fast."""
        self._write(lambda since: Pace(since, shows.astimezone(UTC), speed))

    def advance(self, by: timedelta) -> None:
        """It goes on by so much, in one step."""
        self._write(lambda since: self._last(since, by, self.speed))

    def run(self, speed: int) -> None:
        """It goes on from where it stands, so many times as fast."""
        self._write(lambda since: self._last(since, timedelta(), speed))

    def _last(self, since: datetime, by: timedelta, speed: int) -> Pace:
        return Pace(since, self._pace(since).at(since) + by, speed)

    def _pace(self, moment: datetime) -> Pace:
        found = self._file.stat()
        if self._read != (found.st_ino, found.st_mtime_ns):
            told = json.loads(self._file.read_text(encoding="utf-8"))["paces"]
            moments = [
                (datetime.fromisoformat(one["since"]), datetime.fromisoformat(one["shows"]))
                for one in told
            ]
            self._paces = [
                Pace(*two, int(one["speed"])) for two, one in zip(moments, told, strict=True)
            ]
            self._read = found.st_ino, found.st_mtime_ns
        begun = [one for one in self._paces if one.since <= moment]
        return begun[-1] if begun else self._paces[0]

    def _write(self, made: Callable[[datetime], Pace]) -> None:
        since = machine()
        paces = []
        if self._file.exists():
            since, paces = since + _FROM, [self._pace(since)]
        new = made(since)
        if not 0 <= new.speed <= SPEED_MAX:
            raise ValueError(f"the speed is 0 to {SPEED_MAX}")
        told = [
            {"since": one.since.isoformat(), "shows": one.shows.isoformat(), "speed": one.speed}
            for one in [*paces, new]
        ]
        fresh = self._file.with_name(f"{self._file.name}.new")
        fresh.write_text(json.dumps({"paces": told}), encoding="utf-8")
        fresh.replace(self._file)
        if len(told) > 1:
            time.sleep(_FROM.total_seconds())  # whoever looks next sees it
