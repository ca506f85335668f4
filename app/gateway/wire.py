"""JSON of the tills' wire: amounts are numbers that keep their decimals (``12.10``)."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from app.kit.money import yuan_text

# A private-use character marks texts that are to become bare numbers. Input never holds it: the
# envelope refuses control and private-use characters.
_MARK = "\ue000"
_MARKED = re.compile(f'"{_MARK}(-?[0-9]+(?:\\.[0-9]+)?)"')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]")


def money(fen: int) -> str:
    """Fen as a JSON number of yuan with two places."""
    return f"{_MARK}{yuan_text(fen)}"


def number(value: Decimal | str, places: int) -> str:
    """A JSON number with a fixed count of places."""
    return f"{_MARK}{Decimal(value):.{places}f}"


def dumps(value: Any) -> str:
    """The answer's JSON text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(r"\1", text)


def canonical(value: Any) -> bytes:
    """One byte string for equal JSON values, however they were spaced or ordered."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def is_clean(text: str) -> bool:
    """Whether a text holds no control, surrogate or private-use character."""
    return _FORBIDDEN.search(text) is None
