"""Money: integer fen inside, yuan with two places at the gateway and in files (law 1)."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

MAX_FEN = 10**14 - 1
"""The wire's 16,2: 14 digits of yuan would be more, but no bill or balance reaches 10^12 yuan."""

_LONGEST = 32
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_KEPT = 20_000
"""Prices, counts and sums come again and again: so many results of each function are kept."""


class MoneyError(ValueError):
    """The text or number is not an amount of yuan with at most two places."""


@lru_cache(maxsize=_KEPT)
def plain_number(text: str) -> Decimal | None:
    """A number as people write one: ASCII digits, a point between digits if any, a minus if any; at
    most 32 characters. None for anything else.

    Decimal itself would take 1e2, .5, 5., +5, 1_0, full-width digits and NaN.
    """
    if len(text) > _LONGEST or _PLAIN.fullmatch(text) is None:
        return None
    return Decimal(text)


def written_out(value: float) -> str:
    """What JSON made of a literal, as digits: a float's shortest text without an exponent."""
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text


def fen_from_yuan(value: object) -> int:
    """Fen from a wire amount: a JSON number or a string of yuan, at most two places.

    Floats are accepted only as what JSON made of a literal: their shortest text is read, so that
    ``12.10`` is 1210 and ``0.1`` is 10, while ``0.005`` is refused.

    Raises:
        MoneyError: not a number, more than two places, negative zero aside any sign is kept,
            or beyond MAX_FEN.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise MoneyError("not an amount")
    text = written_out(value) if isinstance(value, float) else _as_text(value)
    if len(text) > 24:
        raise MoneyError("too long")
    yuan = plain_number(text)
    if yuan is None:
        raise MoneyError("not an amount")
    if abs(yuan) > MAX_FEN:  # before multiplying, which an amount like 1e999999 can't bear
        raise MoneyError("too large")
    fen = yuan * 100
    if abs(fen) > MAX_FEN:
        raise MoneyError("too large")
    whole = fen.to_integral_value()
    if whole != fen:
        raise MoneyError("more than two places")
    return int(whole)


def _as_text(value: int | str | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value).strip()


def yuan_text(fen: int) -> str:
    """``-1205`` → ``-12.05``: yuan with two places, no grouping."""
    if fen < 0:
        return f"-{yuan_text(-fen)}"
    return f"{fen // 100}.{fen % 100:02d}"


@lru_cache(maxsize=_KEPT)
def share_of(fen: int, ratio: Decimal) -> int:
    """A share of an amount, rounded half up to the fen."""
    return int((Decimal(fen) * ratio).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share_down(fen: int, ratio: Decimal) -> int:
    """A share of an amount, rounded down to the fen: what a limit lets through."""
    return int((Decimal(fen) * ratio).quantize(Decimal(1), rounding=ROUND_DOWN))


@lru_cache(maxsize=_KEPT)
def fen_of_product(price: Decimal, count: Decimal) -> int:
    """Price (yuan, six places) times count (four places), rounded half up to the fen."""
    return int((price * count * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
