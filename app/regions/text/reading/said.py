"""What each parameter says, as a sentence in both languages: the rows of ``sentences.csv``.

A row holds the sentence for one value: ``yes`` and ``no``, ``unlimited``, a word of a choice, a
number; ``*`` for any other, with ``{v}`` in its place.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.words import Word

_TABLE = Path(__file__).parent / "sentences.csv"


@cache
def said() -> Mapping[str, Mapping[str, Word]]:
    """By parameter and value."""
    found: dict[str, dict[str, Word]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["key"], {})[row["value"]] = Word(row["zh"], row["en"])
    return found
