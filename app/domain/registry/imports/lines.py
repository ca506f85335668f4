"""Reads a CSV file line by line, so that one bad line never spoils the next.

A record is one physical line: a quote that is never closed costs its own line only. The file is
never held in memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LINE_MAX = 16_384
"""Bytes; the longest honest line has a few hundred."""

_BOM = b"\xef\xbb\xbf"


class FileRefused(Exception):
    """The file as a whole can't be used; nothing was loaded. The text is for people."""


class Bad(ValueError):
    """A field or line is wrong: the column ("" for the line) and the reason, without the value."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number (the header is 1), its length in bytes, its fields or what is wrong."""

    number: int
    size: int
    fields: Sequence[str]
    bad: Bad | None = None


class CsvFile:
    """A CSV file with a known header, in any order of columns.

    Raises:
        FileRefused: unreadable, empty, not UTF-8, or another header.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                first = file.readline(LINE_MAX)
        except OSError as error:
            raise FileRefused(f"can't read {path}: {error.strerror}") from error
        self.header_size = len(first)
        self._order = _order(first, columns)
        self._width = len(columns)

    def lines(self) -> Iterator[Line]:
        """Every line after the header that is not blank, its fields in the order of ``columns``."""
        with self.path.open("rb") as file:
            file.seek(self.header_size)
            number = 1
            while raw := file.readline(LINE_MAX):
                number += 1
                size = len(raw)
                if size == LINE_MAX and not raw.endswith(b"\n"):
                    size += _skip_line(file)
                    yield Line(number, size, (), Bad("", f"longer than {LINE_MAX} bytes"))
                elif raw.strip():
                    yield self._line(number, raw)

    def _line(self, number: int, raw: bytes) -> Line:
        try:
            fields = _split(raw)
        except Bad as bad:
            return Line(number, len(raw), (), bad)
        if len(fields) != self._width:
            reason = f"{len(fields)} fields instead of {self._width}"
            return Line(number, len(raw), (), Bad("", reason))
        return Line(number, len(raw), [fields[index].strip() for index in self._order])


def _order(first: bytes, columns: Sequence[str]) -> list[int]:
    """Where each column stands in the file."""
    if not first.strip():
        raise FileRefused("the file is empty: its first line must name the columns")
    try:
        names = [name.strip() for name in _split(first.removeprefix(_BOM))]
    except Bad as bad:
        raise FileRefused(f"the header is {bad.reason}") from bad
    missing = [name for name in columns if name not in names]
    extra = [name for name in names if name not in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults = {"missing": missing, "unknown": extra, "twice": twice}
    told = "; ".join(f"{what}: {', '.join(found)[:200]}" for what, found in faults.items() if found)
    if told:
        raise FileRefused(f"wrong columns ({told}). The header must be: {','.join(columns)}")
    return [names.index(name) for name in columns]


def _split(raw: bytes) -> list[str]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Bad("", "not UTF-8 (in Excel: save as 'CSV UTF-8')") from None
    text = text.rstrip("\r\n")
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise Bad("", "a quote is not closed or stands in the wrong place") from None


def _skip_line(file: BinaryIO) -> int:
    """Reads on to the end of the line; how many bytes that were."""
    skipped = 0
    while raw := file.readline(LINE_MAX):
        skipped += len(raw)
        if raw.endswith(b"\n"):
            break
    return skipped
