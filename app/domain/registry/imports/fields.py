"""Checks of single fields. Each gives the value or raises Bad with a reason, never the value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from app.domain.registry.imports.lines import Bad
from app.kit.money import MoneyError, fen_from_yuan
from app.kit.words.names import written
from app.kit.words.normal import is_text

_ALNUM = re.compile(r"[0-9A-Za-z]*\Z", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Za-z._-]*\Z", re.ASCII)
_DIGITS = re.compile(r"[0-9]*\Z", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\Z", re.ASCII)
_OLDEST = date(1880, 1, 1)
_FIRST_DAY = date(1950, 1, 1)
_LATEST = date(2199, 12, 31)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


def text(column: str, value: str, longest: int, *, empty: bool = False) -> str:
    """Text of at most ``longest`` characters, with ordinary blanks."""
    value = written(value)
    if not value and not empty:
        raise Bad(column, "empty")
    if len(value) > longest:
        raise Bad(column, f"longer than {longest} characters")
    if not is_text(value):
        raise Bad(column, "holds characters that can't be printed, or for private use")
    return value


def alnum(column: str, value: str, longest: int) -> str:
    """ASCII letters and digits."""
    return _matching(column, value, longest, _ALNUM, "letters and digits")


def token(column: str, value: str, longest: int) -> str:
    """ASCII letters, digits, dot, dash, underscore."""
    return _matching(column, value, longest, _TOKEN, "letters, digits, . - _")


def digits(column: str, value: str, *lengths: int) -> str:
    """Digits, as many as one of ``lengths``."""
    _matching(column, value, max(lengths), _DIGITS, "digits")
    if len(value) not in lengths:
        raise Bad(column, f"must have {' or '.join(map(str, lengths))} digits")
    return value


def code(column: str, value: str, known: frozenset[str]) -> str:
    """One of the known codes."""
    if not value:
        raise Bad(column, "empty")
    if value not in known:
        raise Bad(column, f"unknown code, one of: {', '.join(sorted(known))}")
    return value


def flag(column: str, value: str) -> bool:
    """0 or 1, false or true."""
    if not value:
        raise Bad(column, "empty")
    known = _FLAGS.get(value.lower())
    if known is None:
        raise Bad(column, "must be 0 or 1")
    return known


def yuan(column: str, value: str) -> int:
    """Fen from yuan: not negative, at most two places, no grouping."""
    if not value:
        raise Bad(column, "empty")
    if value.startswith("-"):
        raise Bad(column, "must not be negative")
    if not _NUMBER.match(value):
        raise Bad(column, "not an amount of yuan, such as 12.50")
    try:
        return fen_from_yuan(value)
    except MoneyError as error:
        raise Bad(column, str(error)) from None


def decimal(column: str, value: str, places: int) -> Decimal:
    """A number that is not negative, with at most so many places."""
    if not value:
        raise Bad(column, "empty")
    if not _NUMBER.match(value):
        raise Bad(column, "not a number, or a negative one")
    if len(value.partition(".")[2].rstrip("0")) > places:
        raise Bad(column, f"more than {places} places")
    return Decimal(value)


def born(column: str, value: str, today: date) -> date:
    """A day of birth, yyyy-mm-dd, from 1880 to ``today``."""
    if not value:
        raise Bad(column, "empty")
    if not _DATE.match(value):
        raise Bad(column, "not a date such as 1980-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Bad(column, "there is no such day") from None
    if day > today:
        raise Bad(column, "lies in the future")
    if day < _OLDEST:
        raise Bad(column, "before 1880")
    return day


def day(column: str, value: str, first: date) -> date:
    """A day, yyyy-mm-dd, not before ``first``, and not so far ahead that it is a slip."""
    if not _DATE.match(value):
        raise Bad(column, "not a date such as 2026-01-31")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise Bad(column, "there is no such day") from None
    if not first <= found <= _LATEST:
        raise Bad(column, f"must lie between {first} and {_LATEST}")
    return found


def days(first: str, begins: str, last: str, ends: str) -> tuple[date, date | None]:
    """A day and a last one that doesn't lie before it, or none."""
    if not begins:
        raise Bad(first, "empty")
    begun = day(first, begins, _FIRST_DAY)
    end = day(last, ends, _FIRST_DAY) if ends else None
    if end is not None and end < begun:
        raise Bad(last, f"before {first}")
    return begun, end


def month(column: str, value: str, first: date, last: date | None) -> date:
    """A month, yyyy-mm, as its first day; from that of ``first`` to that of ``last``."""
    if not value:
        raise Bad(column, "empty")
    if not _MONTH.match(value):
        raise Bad(column, "not a month such as 2026-01")
    found = date.fromisoformat(f"{value}-01")
    if found < first:
        raise Bad(column, f"before {first:%Y-%m}")
    if last is not None and found > last:
        raise Bad(column, "lies in the future")
    return found


def _matching(column: str, value: str, longest: int, pattern: re.Pattern[str], allowed: str) -> str:
    if not value:
        raise Bad(column, "empty")
    if len(value) > longest:
        raise Bad(column, f"longer than {longest} characters")
    if not pattern.match(value):
        raise Bad(column, f"only {allowed} are allowed")
    return value
