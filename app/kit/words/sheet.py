"""A table that a family opens in WPS or Excel: one way for all exports.

Times as people write them, sums in yuan, long numbers with all their digits, Chinese with the byte
order mark that spreadsheets need, and no cell that is taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.kit.clock import local
from app.kit.money import yuan_text
from app.kit.words.table import safe_cell

_MARK = "\ufeff"
_TEXT = "\t"
"""Before a number that is to keep its digits: unseen, and what follows are digits only."""


@dataclass(frozen=True, slots=True)
class Yuan:
    """A sum."""

    fen: int


@dataclass(frozen=True, slots=True)
class Digits:
    """A number that nobody adds up: a bill's, a message's."""

    number: int | str


Cell = str | int | date | datetime | Yuan | Digits | None


def cell_text(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, Yuan):
        return yuan_text(cell.fen)
    return str(cell.number if isinstance(cell, Digits) else cell)


def as_sheet(rows: Iterable[Sequence[Cell]]) -> str:
    """The table as the text of a file."""
    text = io.StringIO()
    text.write(_MARK)
    csv.writer(text).writerows([_in_file(cell) for cell in row] for row in rows)
    return text.getvalue()


def _in_file(cell: Cell) -> str:
    text = cell_text(cell)
    if isinstance(cell, Digits) and text.isdigit():
        return _TEXT + text
    return safe_cell(text) if isinstance(cell, (str, Digits)) else text
