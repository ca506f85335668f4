"""A table as a family opens it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from app.kit.words.sheet import Cell, Digits, Yuan, as_sheet, cell_text

LONG = 384422123456789012


def in_file(cell: Cell) -> str:
    text = as_sheet([["x", cell]])
    assert text.startswith("\ufeffx,")  # Chinese is not garbled
    [[_, found]] = csv.reader(io.StringIO(text))
    return found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (datetime(2026, 11, 26, 19, 18, 52, 274_000, UTC), "2026-11-27 03:18"),
        (date(2026, 11, 27), "2026-11-27"),
        (Yuan(-420), "-4.20"),
        (7, "7"),
        (None, ""),
        ("血糖试纸", "血糖试纸"),
        ("=1+1", "'=1+1"),
    ],
)
def test_a_cell_as_people_write_it(cell: Cell, text: str) -> None:
    assert in_file(cell) == text


def test_a_long_number_keeps_its_digits_and_shows_no_mark() -> None:
    assert in_file(Digits(LONG)) == f"\t{LONG}"
    assert cell_text(Digits(LONG)) == str(LONG)


@pytest.mark.parametrize("text", ["=1+1", "@A1", "-1+1"])
def test_what_is_no_number_is_no_formula_either(text: str) -> None:
    assert in_file(Digits(text)) == f"'{text}"
