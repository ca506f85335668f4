"""JSON whose numbers are read as they were written: 1e2 stays a text and is no amount (law 1)."""

from __future__ import annotations

import json
import re
from typing import Any

_MAYBE = re.compile(rb"[:,\[]\s*-?[0-9]+(?:\.[0-9]+)?[eE]")
"""A number with an exponent, or a text that looks like one: rare enough to read twice."""


def with_exponents_as_text(raw: bytes, value: Any) -> Any:
    """The value of a JSON text, in which a number with an exponent is the text that was sent.

    A parser makes a double of ``1e2``, which can't be told from ``100.0``. As a text it is refused
    by name wherever an amount, a price or a count is read.

    Args:
        value: what a parser made of ``raw``.
    """
    if _MAYBE.search(raw) is None:
        return value
    try:
        return json.loads(raw, parse_float=_number, parse_int=_whole)
    except (ValueError, RecursionError):
        return value


def _number(text: str) -> float | str:
    return text if "e" in text or "E" in text else float(text)


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= 20 else float(text)
