"""How far a till's times may lie from the centre's clock (law 13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.api.tills.wire.fields import wrong

_FUTURE = timedelta(minutes=10)
_PAST = timedelta(days=366)


def check_time(name: str, moment: datetime, now: datetime) -> None:
    """Refuses a time that lies ahead of the centre's clock, or more than a year back.

    Raises:
        Refusal: INPUT_INVALID, naming the field.
    """
    if moment > now + _FUTURE:
        raise wrong(name, "晚于当前时间")
    if moment < now - _PAST:
        raise wrong(name, "早于一年前")
