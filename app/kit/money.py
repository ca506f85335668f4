"""Money: integer fen inside, yuan with two places at the gateway and in files (law 1)."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

MAX_FEN = 10**14 - 1
"""The wire's 16,2: 14 digits of yuan would be more, but no bill or balance reaches 10^12 yuan."""

_LONGEST = 32
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
_ZERO = re.compile(r"-[0.]+\Z", re.ASCII)
_NONE = "应为数字，如12.50"
_KEPT = 20_000
"""Prices, counts and sums come again and again: so many results of each function are kept."""


class MoneyError(ValueError):
    """The text or number is no amount of yuan with at most two places; ``zh``: why, in Chinese."""

    def __init__(self, reason: str, zh: str) -> None:
        super().__init__(reason)
        self.zh = zh


def plain_number(text: str) -> Decimal | None:
    """A number in plain notation, at most 32 characters; None for anything else.

    Digits, with a point and digits after it or without, and a minus before what isn't zero. Decimal
    itself would take 1e2, +1, .5, 1_0, blanks, full-width digits and NaN.
    """
    # What is longer is not kept: a few thousand such texts would fill the memory.
    return None if len(text) > _LONGEST else _short_number(text)


@lru_cache(maxsize=_KEPT)
def _short_number(text: str) -> Decimal | None:
    return Decimal(text) if _PLAIN.match(text) and not _ZERO.match(text) else None


def written_out(value: float | Decimal) -> str:
    """The shortest text in plain notation of what JSON made of a literal, or a Decimal's own."""
    text = repr(value) if isinstance(value, float) else str(value)
    if (
        text.lstrip("-")[:1].isdigit()
        and "e" in text.lower()
        and abs(Decimal(text).adjusted()) < _LONGEST
    ):
        return f"{Decimal(text):f}"
    return text


def fen_from_yuan(value: object) -> int:
    """Fen from an amount of yuan in plain notation: the one reader of money (law 1).

    Digits, with a point and one or two digits after it or without; a minus before what isn't zero.
    Floats are accepted only as what JSON made of a literal: their shortest text is read, so that
    ``12.10`` is 1210 and ``0.1`` is 10, while ``0.005`` is refused.

    Raises:
        MoneyError: not a number in plain notation, more than two places, or beyond MAX_FEN.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise MoneyError("not an amount", _NONE)
    if isinstance(value, int) and abs(value) > MAX_FEN:  # str() would refuse thousands of digits
        raise MoneyError("too large", "金额过大")
    text = written_out(value) if isinstance(value, (float, Decimal)) else str(value)
    if len(text) > _LONGEST:
        raise MoneyError("too long", "位数过多")
    if plain_number(text) is None:
        raise MoneyError("not an amount", _NONE)
    whole, _, places = text.partition(".")
    if len(places) > 2:
        raise MoneyError("more than two places", "小数超过2位")
    fen = int(f"{whole}{places:0<2}")
    if abs(fen) > MAX_FEN:
        raise MoneyError("too large", "金额过大")
    return fen


def yuan_text(fen: int) -> str:
    """``-1205`` → ``-12.05``: yuan with two places, no grouping."""
    if fen < 0:
        return f"-{yuan_text(-fen)}"
    return f"{fen // 100}.{fen % 100:02d}"


@lru_cache(maxsize=_KEPT)
def share_of(fen: int, ratio: Decimal) -> int:
    """A share of an amount, rounded half up to the fen."""
    return int((Decimal(fen) * ratio).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def portion_of(fen: int, part: int, whole: int) -> int:
    """What of an amount falls on a part of a whole, rounded half up to the fen."""
    return (2 * fen * part + whole) // (2 * whole)


def share_down(fen: int, ratio: Decimal) -> int:
    """A share of an amount, rounded down to the fen: what a limit lets through."""
    return int((Decimal(fen) * ratio).quantize(Decimal(1), rounding=ROUND_DOWN))


@lru_cache(maxsize=_KEPT)
def fen_of_product(price: Decimal, count: Decimal) -> int:
    """Price (yuan, six places) times count (four places), rounded half up to the fen."""
    return int((price * count * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
