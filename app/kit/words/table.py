"""Tables for people: on a terminal, where a Chinese character takes two columns, and in a
spreadsheet, which takes some texts for formulas."""

from __future__ import annotations

import unicodedata

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def width(text: str) -> int:
    """Columns on a terminal; a Chinese character has two."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def safe_cell(cell: str) -> str:
    """The cell, marked as text where a spreadsheet would take it for a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
