"""Cashiers, and which PINs are none. Pure."""

from __future__ import annotations

from datetime import timedelta

from app.kit.value import value

PIN_DIGITS = 6
FREE_TRIES = 4
"""So many wrong ones in a row cost nothing; from the next on each locks for twice as long."""
_LOCK_S, _LOCK_MAX_S = 30, 15 * 60
_ROW = "01234567890"


@value
class Cashier:
    """Who may sign in at an institution's tills."""

    number: str
    name: str
    ended: bool = False


def is_weak(pin: str, number: str) -> bool:
    """Whether a PIN is one that is guessed first, or is none."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return True
    halves = pin[:2] * 3 == pin or pin[:3] * 2 == pin
    follows = pin in _ROW or pin[::-1] in _ROW
    return halves or follows or (len(number) > 1 and number.lstrip("0") == pin.lstrip("0"))


def locked_for(wrong: int) -> timedelta | None:
    """How long a number is locked after so many wrong PINs in a row; None: it isn't."""
    over = wrong - FREE_TRIES
    if over <= 0:
        return None
    return timedelta(seconds=min(_LOCK_MAX_S, _LOCK_S * 2 ** min(over - 1, 10)))
