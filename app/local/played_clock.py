"""The clock in the hand of ``qinji up``: kept in ``<home>/clock.json``, and only ever goes forward.

What lies in the database was written by it, so a home that has had one goes on with it, until
``--fresh`` empties both: ids, seals and deadlines would else lie ahead of the time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from app.kit.clock import SHANGHAI, local, machine
from app.kit.hand import SPEED_MAX, HandClock

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LAST_YEAR = 2099


class ClockError(ValueError):
    """What was said of the clock can't be done; the text is for people."""


def file_of(home: Path) -> Path:
    """Where the clock of a home folder is kept."""
    return home / "clock.json"


def start(home: Path, told: str | None) -> Path | None:
    """Lets the clock of a home run: as ``up --clock`` was told, else on from where it stood. None:
    there is none here, the machine's clock counts.

    Raises:
        ClockError: it can't be understood, or would go back.
    """
    file = file_of(home)
    if told is None:
        if file.exists():
            HandClock(file).run(1)
        return file if file.exists() else None
    moment, speed = read(told)
    home.mkdir(parents=True, exist_ok=True)
    hand = HandClock(file)
    if file.exists():
        forward_to(hand, moment or hand.now(), speed)
    else:
        hand.set(moment or machine(), speed)
    return file


def stop(home: Path) -> None:
    """It stands while nothing runs."""
    if file_of(home).exists():
        HandClock(file_of(home)).run(0)


def read(told: str) -> tuple[datetime | None, int]:
    """``2026-12-31T23:58 x60``, either part alone, too: the moment, None for now, and the speed."""
    moment, speed = None, 1
    for word in told.split():
        if re.fullmatch(r"x\d{1,4}", word):
            speed = int(word[1:])
        else:
            moment = moment_of(word)
    if speed > SPEED_MAX:
        raise ClockError(f"x{SPEED_MAX} is the fastest. 最快为 x{SPEED_MAX}。")
    return moment, speed


def moment_of(text: str) -> datetime:
    """A moment as it is typed; without an offset it is one in China."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year > _LAST_YEAR:
        raise ClockError(
            f"'{text}' is no moment like 2026-12-31T23:58. 时刻应如 2026-12-31T23:58。"
        )
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def span_of(text: str) -> timedelta:
    """A span as it is typed: ``90s``, ``10m``, ``8h``, ``3d``, ``1d12h``."""
    parts = _SPAN.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ClockError(f"'{text}' is no span like 90s, 10m, 8h, 3d. 时长应如 90s、10m、8h、3d。")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def forward_to(hand: HandClock, moment: datetime, speed: int) -> None:
    """It goes on to a moment.

    Raises:
        ClockError: it has shown that already.
    """
    now = hand.now()
    if moment < now:
        shown = local(now).isoformat(timespec="seconds")
        raise ClockError(
            f"The clock shows {shown} and goes forward only: what lies in the database was written"
            " by it (./deploy/up --fresh empties it). 时钟只能向前拨；如需从头开始，请用 --fresh。"
        )
    hand.set(moment, speed)
