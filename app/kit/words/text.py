"""Texts that phones send: no control characters (a NUL would not even fit into the database)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from app.kit.words.names import written
from app.kit.words.normal import is_text


class NotRight(ValueError):
    """What a form's own check finds wrong with a field, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _plain(value: str) -> str:
    if not is_text(value):
        raise NotRight("不能含有控制字符", "must not hold control characters")
    return value


def _written(value: str) -> str:
    found = written(value)
    if value and not found:
        raise NotRight("不能为空白", "must not be blank")
    return _plain(found)


PlainText = Annotated[str, AfterValidator(_plain)]
"""A text of one line. Bound its length with ``Field(min_length=…, max_length=…)``."""
WrittenText = Annotated[str, AfterValidator(_written)]
"""A person's name or number as somebody wrote it: blanks of any kind and what nobody sees, as a
copied text brings it, are no fault."""
