"""Texts of one line, and texts in tables."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from app.kit.words.normal import capitals
from app.kit.words.table import safe_cell, width
from app.kit.words.text import PlainText

PLAIN = TypeAdapter(PlainText)


@pytest.mark.parametrize("text", ["", "王芳", "a b", "é", "🙂", "·"])
def test_a_plain_text_is_taken_as_it_is(text: str) -> None:
    assert PLAIN.validate_python(text) == text


@pytest.mark.parametrize(
    "character", ["\0", "\n", "\t", "\x1b", "\x7f", "\u200b", "\u202e", "\ue000"]
)
def test_a_control_character_is_refused(character: str) -> None:
    with pytest.raises(ValidationError, match="control characters"):
        PLAIN.validate_python(f"a{character}b")


def test_a_chinese_character_takes_two_columns() -> None:
    texts = ("abc", "王芳", "￥1", "e\u0301", "")
    assert [width(text) for text in texts] == [3, 4, 3, 1, 0]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "12.00", "王芳", "a=b"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


@pytest.mark.parametrize(
    ("text", "large"), [("", ""), ("ab1x", "AB1X"), ("é", "É"), ("ßaß", "ßAß"), ("ŉ", "ŉ")]
)
def test_capitals_are_as_long_as_the_text(text: str, large: str) -> None:
    assert capitals(text) == large and len(large) == len(text)
