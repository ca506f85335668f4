"""JSON of the tills' wire: amounts are numbers that keep their decimals (``12.10``)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from app.kit.clock import local
from app.kit.money import yuan_text
from app.kit.words.normal import ASSIGNED
from app.kit.written import with_exponents_as_text

_FORBIDDEN = re.compile(
    f"(?![{''.join(ASSIGNED)}])[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]"
)
_TIME = "%Y-%m-%d %H:%M:%S"
_TIME_LENGTH = 19
Number = orjson.Fragment
"""A number that stands in the JSON text just as it is given."""


@lru_cache(maxsize=50_000)
def money(fen: int) -> Number:
    """Fen as a JSON number of yuan with two places."""
    return Number(yuan_text(fen))


def number(value: Decimal | str, places: int) -> Number:
    """A JSON number with a fixed count of places."""
    text = str(value)
    whole, _, rest = text.partition(".")
    if whole.isdigit() and len(rest) <= places and (rest.isdigit() or not rest):
        return Number(f"{whole}.{rest:0<{places}}")
    return Number(f"{Decimal(text):.{places}f}")


def dumps(value: Any) -> bytes:
    """The answer's JSON text, UTF-8."""
    return orjson.dumps(value)


def loads(raw: bytes) -> Any:
    """A message's JSON value. Whole numbers beyond 64 bits come as floats, ``1e2`` as a text.

    Raises:
        ValueError: it is no JSON, no UTF-8, or nested far too deep.
    """
    try:
        return with_exponents_as_text(raw, orjson.loads(raw))
    except ValueError:
        try:
            return json.loads(raw.decode())  # takes halves of characters, so that the field is told
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def digits(moment: datetime) -> str:
    """``yyyyMMddHHmmssSSS`` on a clock in China."""
    here = local(moment).isoformat(timespec="milliseconds")
    date = f"{here[0:4]}{here[5:7]}{here[8:10]}"
    return f"{date}{here[11:13]}{here[14:16]}{here[17:19]}{here[20:23]}"


def wire_time(moment: datetime) -> str:
    """``yyyy-MM-dd HH:mm:ss`` on a clock in China."""
    return local(moment).isoformat(" ", "seconds")[:19]


def wire_moment(text: str) -> datetime:
    """``yyyy-MM-dd HH:mm:ss`` of the wire, without a time zone.

    Raises:
        ValueError: it is none.
    """
    if len(text) == _TIME_LENGTH and text[10] == " " and text[13] == text[16] == ":":
        return datetime.fromisoformat(text)
    return datetime.strptime(text, _TIME)  # noqa: DTZ007 (shorter forms: 2026-1-5 9:00:00)


def canonical(value: Any) -> bytes:
    """One byte string for equal JSON values, however they were spaced or ordered."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits, or half a character
        return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def is_clean(text: str) -> bool:
    """Whether a text holds no control or surrogate character, and of those for private use only
    the ones that GB18030 means a character by."""
    return text.isprintable() or _FORBIDDEN.search(text) is None
