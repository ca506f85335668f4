"""Texts that phones send: no control characters (a NUL would not even fit into the database)."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


class NotRight(ValueError):
    """What a form's own check finds wrong with a field, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _plain(value: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise NotRight("不能含有控制字符", "must not hold control characters")
    return value


PlainText = Annotated[str, AfterValidator(_plain)]
"""A text of one line. Bound its length with ``Field(min_length=…, max_length=…)``."""
