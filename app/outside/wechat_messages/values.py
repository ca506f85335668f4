"""Values of a subscribe message in the form of their fields' types. WeChat refuses a whole message
for one value that is too long or empty (47003). Pure."""

from __future__ import annotations

import re
from datetime import datetime

from app.kit.clock import local
from app.kit.money import yuan_text

LONGEST = {
    "thing": 20, "name": 10, "phrase": 5, "symbol": 5, "car_number": 8, "phone_number": 17,
    "letter": 32, "number": 32, "character_string": 32,
}  # fmt: skip
"""By type, in letters."""
_DIGITS_MAX = 10
_LEFT_OUT = re.compile(r"[\s\x00-\x1f\x7f]+")


def amount(fen: int) -> str:
    """``amount``: a sign of currency and at most ten digits."""
    text = yuan_text(fen)
    whole, _, _ = text.partition(".")
    if len(whole.lstrip("-")) + 2 > _DIGITS_MAX:
        text = whole
    return f"¥{text}"


def time(at: datetime) -> str:
    """``time``: day and minute, in China."""
    there = local(at)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def fitted(field: str, text: str) -> str:
    """A value as its field takes it. ``field``: its type with a number, as ``thing1``."""
    kind = field.rstrip("0123456789")
    clean = _LEFT_OUT.sub(" ", text).strip() or "-"
    longest = LONGEST.get(kind)
    if longest is None or len(clean) <= longest:
        return clean
    return clean[: longest - 1] + "…" if kind == "thing" else clean[:longest]
