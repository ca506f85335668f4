"""Reads a CSV file line by line, so that one bad line never spoils the next.

A record is one physical line: a quote that is never closed costs its own line only. The file is
never held in memory. Empty rows and columns are nothing; what spreadsheets do to a file on the way
(a mark at its beginning, semicolons or tabs, line ends of every kind) is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.kit.words.encoding import NotUtf8, utf8
from app.kit.words.names import written
from app.kit.words.normal import INVISIBLE, code_form

LINE_MAX = 16_384
"""Bytes; the longest honest line has a few hundred."""

ABSENT = "\0"
"""Stands for a field whose column the file hasn't: no cell can hold it."""

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = (",", ";", "\t")
_NOTHING = b' \t\r\n,;"' + _BOM
_NO_SEPARATORS = str.maketrans(dict.fromkeys(',;"'))
_PLAIN = re.compile("[-0-9A-Za-z_.:,;\\t\u00b7\u4e00-\u9fff]*")
"""A line with nothing in it or around its cells that would have to be looked at."""
_SAVE = "(in Excel or WPS: save as 'CSV UTF-8')"


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
    """A CSV file, or what was sent as one, with a known header, in any order of columns; ``may``:
    columns that may be left out, each for itself: their fields are ``ABSENT``.

    Raises:
        FileRefused: unreadable, empty, not UTF-8, or another header.
    """

    def __init__(self, path: Path | bytes, columns: Sequence[str], may: Sequence[str] = ()) -> None:
        self.path = path
        try:
            self.size = len(path) if isinstance(path, bytes) else path.stat().st_size
            with self._open() as file:
                self._end = _line_end(file.read(LINE_MAX))
                file.seek(0)
                first = self._read_header(self._reader(file))
        except OSError as error:
            raise FileRefused(f"can't read {path!s}: {error.strerror}") from error
        self._separator, names = _header(first)
        there = [name for name in may if name in names]
        _check_columns(names, (*columns, *there))
        self._order = [names.index(one) if one in names else None for one in (*columns, *may)]
        self._width = len(names)
        self._nameless = [place for place, name in enumerate(names) if not name]

    def lines(self) -> Iterator[Line]:
        """Every line after the header that is not empty, its fields in the order of ``columns``."""
        with self._open() as binary:
            file = self._reader(binary)
            number = 0
            while raw := file.readline(LINE_MAX):
                number += 1
                size = len(raw)
                if size == LINE_MAX and not raw.endswith(self._end):
                    size += self._skip_line(file)
                    yield Line(number, size, (), Bad("", f"longer than {LINE_MAX} bytes"))
                elif number > self._header_line and raw.strip(_NOTHING):
                    line = self._line(number, raw)
                    if line.bad or any(one and one is not ABSENT for one in line.fields):
                        yield line

    def _open(self) -> BinaryIO:
        path = self.path
        return io.BytesIO(path) if isinstance(path, bytes) else path.open("rb")

    def _reader(self, file: BinaryIO) -> _Lines:
        return file if self._end == b"\n" else _ByCarriageReturn(file)

    def _read_header(self, file: _Lines) -> bytes:
        """The first line that is not empty."""
        self.header_size = self._header_line = 0
        first = b""
        while _is_nothing(first) and (first := file.readline(LINE_MAX)):
            self.header_size += len(first)
            self._header_line += 1
        return first

    def _line(self, number: int, raw: bytes) -> Line:
        try:
            fields = self._fields(raw)
        except Bad as bad:
            return Line(number, len(raw), (), bad)
        order = self._order
        return Line(number, len(raw), [ABSENT if at is None else fields[at] for at in order])

    def _fields(self, raw: bytes) -> list[str]:
        """The fields of a line, as many as the header has.

        Raises:
            Bad: they are more or fewer, or one has no column.
        """
        fields = _split(raw, self._separator)
        if not any(fields):
            return [""] * self._width
        given = len(fields)
        while len(fields) > self._width and not fields[-1]:
            fields.pop()
        if len(fields) != self._width:
            raise Bad("", f"{given} fields instead of {self._width}")
        if any(fields[place] for place in self._nameless):
            raise Bad("", "a value in a column without a name")
        return fields

    def _skip_line(self, file: _Lines) -> int:
        """Reads on to the end of the line; how many bytes that were."""
        skipped = 0
        while raw := file.readline(LINE_MAX):
            skipped += len(raw)
            if raw.endswith(self._end):
                break
        return skipped


class _Lines(Protocol):
    """What gives lines, ends included, of so many bytes at the most."""

    def readline(self, limit: int, /) -> bytes: ...


class _ByCarriageReturn:
    """Lines that end with a carriage return only, as old programs of the Mac write them."""

    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding="latin-1", newline="\r")

    def readline(self, limit: int, /) -> bytes:
        return self._text.readline(limit).encode("latin-1")


def _is_nothing(raw: bytes) -> bool:
    """Whether a line holds nothing but separators, quotes and blanks."""
    rest = raw.strip(_NOTHING)
    return not rest or not written(rest.decode(errors="replace").translate(_NO_SEPARATORS))


def _line_end(start: bytes) -> bytes:
    return b"\r" if b"\r" in start and b"\n" not in start else b"\n"


def _header(first: bytes) -> tuple[str, list[str]]:
    """What separates columns, and their names; a column at the right without one is nothing."""
    if _is_nothing(first):
        raise FileRefused("the file is empty: its first line must name the columns")
    separator = max(_SEPARATORS, key=lambda one: first.count(one.encode()))
    try:
        names = [code_form(name).lower() for name in _split(first, separator)]
    except Bad as bad:
        raise FileRefused(f"the header is {bad.reason}") from bad
    while names and not names[-1]:
        names.pop()
    return separator, names


def _check_columns(names: Sequence[str], columns: Sequence[str]) -> None:
    named = [name for name in names if name]
    missing = [name for name in columns if name not in named]
    extra = [name for name in named if name not in columns]
    twice = sorted({name for name in named if named.count(name) > 1})
    faults = {"missing": missing, "unknown": extra, "twice": twice}
    told = "; ".join(f"{what}: {', '.join(found)[:200]}" for what, found in faults.items() if found)
    if told:
        raise FileRefused(f"wrong columns ({told}). The header must be: {','.join(columns)}")


def _split(raw: bytes, separator: str) -> list[str]:
    text = _decoded(raw).strip("\r\n\ufeff")
    if _PLAIN.fullmatch(text):  # nearly always
        return text.split(separator)
    if '"' not in text:
        cells = text.split(separator)
    else:
        try:
            cells = next(
                csv.reader([text], delimiter=separator, strict=True, skipinitialspace=True)
            )
        except csv.Error:
            raise Bad("", "a quote is not closed or stands in the wrong place") from None
    return [_cell(cell) for cell in cells]


def _decoded(raw: bytes) -> str:
    try:
        return utf8(raw).decode()
    except NotUtf8 as error:
        guess = f" but {error.guess}, it seems" if error.guess else ""
    except UnicodeDecodeError:
        guess = ""
    raise Bad("", f"not UTF-8{guess} {_SAVE}")


def _cell(cell: str) -> str:
    """A cell without what stands around it: blanks, and what keeps a spreadsheet from taking a
    number's digits for a number."""
    if not (cell.isascii() and cell.isprintable()):
        cell = cell if written(cell) else ""
    cell = cell.strip().strip(INVISIBLE).strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1].strip()
    return cell[1:] if cell.startswith("'") and cell[1:2].isdigit() else cell
