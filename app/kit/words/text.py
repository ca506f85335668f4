"""Texts that phones send: no control characters (a NUL would not even fit into the database)."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def _plain(value: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise ValueError("must not hold control characters")
    return value


PlainText = Annotated[str, AfterValidator(_plain)]
"""A text of one line. Bound its length with ``Field(min_length=…, max_length=…)``."""
