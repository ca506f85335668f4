"""Reads the national tables (``transactions.txt``, ``dictionaries.txt``); checks values by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FORMS = {"d": "%Y-%m-%d", "t": "%Y-%m-%d %H:%M:%S"}


@dataclass(frozen=True)
class Line:
    """One field as the national text prints it."""

    name: str
    zh: str
    type: str
    required: bool

    @property
    def coded(self) -> bool:
        """Whether its values are from a dictionary."""
        return self.type[0] == "c" and self.type[-1] == "d"

    @property
    def longest(self) -> int:
        """Characters of a text."""
        return int(self.type.strip("cd"))

    @property
    def printed(self) -> str:
        """Its type as our tables write it."""
        return {"d": "date", "t": "time"}.get(self.type, self.type.rstrip("d"))

    def sample(self) -> str:
        """A value that is as long as it may be, where it is a text."""
        if self.type in _FORMS:
            return "2026-11-21 11:00:00"[: 10 if self.type == "d" else 19]
        if self.type[0] == "n" or self.coded:
            return "1"
        return "x" * self.longest


@dataclass
class Table:
    """One node: its shape is ``one``, ``list`` or ``rows`` (of a file)."""

    name: str
    shape: str
    lines: list[Line] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {line.name for line in self.lines}


@dataclass
class National:
    """One transaction."""

    infno: str
    zh: str
    given: list[Table] = field(default_factory=list)
    told: list[Table] = field(default_factory=list)


def transactions() -> dict[str, National]:
    """All that the file has, by number."""
    found: dict[str, National] = {}
    blocks: dict[str, list[str]] = {}
    block: list[str] | None = None
    for line in _text("transactions.txt"):
        if line.startswith("%"):
            block = blocks.setdefault(line[1:], [])
        elif line.startswith("@"):
            infno, _, zh = line[1:].partition(" ")
            one, block = found.setdefault(infno, National(infno, zh)), None
        elif block is not None:
            block.append(line)
        elif line.startswith("<= "):
            one.told = found[line[3:]].told
        elif line[0] in "<>":
            name, _, shape = line[2:].partition(" ")
            tables = one.given if line[0] == ">" else one.told
            tables.append(Table(name, shape))
        else:
            lines = blocks[line[2:]] if line.startswith("= ") else [line]
            tables[-1].lines.extend(_line(each) for each in lines)
    return found


def dictionaries() -> dict[str, tuple[bool, frozenset[str]]]:
    """By field: whether all of its codes are known, and the codes, without leading zeros."""
    found = {}
    for line in _text("dictionaries.txt"):
        name, _, scope, values = line.split("|", 3)
        codes = re.findall(r"(?:^| )(\d+)(?= |$)", values)
        found[name] = (scope == "all", frozenset(code.lstrip("0") or "0" for code in codes))
    return found


def faults(line: Line, value: Any) -> Iterator[str]:
    """What is wrong with a value of an answer."""
    if value in ("", None):
        if line.required or value is None:
            yield "empty"
    elif line.type in _FORMS:
        try:
            datetime.strptime(value, _FORMS[line.type])  # noqa: DTZ007 (the wire has no zones)
        except (TypeError, ValueError):
            yield f"no {line.printed}: {value}"
    elif line.type == "bool":
        if not isinstance(value, bool):
            yield f"neither true nor false: {value!r}"
    elif line.type[0] == "n":
        yield from _number(line.type[1:], value)
    elif not isinstance(value, str):
        yield f"no text: {value!r}"
    elif line.type != "text" and len(value) > line.longest:
        yield f"longer than {line.longest}: {value}"
    elif line.coded and line.name in DICTIONARIES:
        whole, codes = DICTIONARIES[line.name]
        if whole and (value.lstrip("0") or "0") not in codes:
            yield f"in no dictionary: {value}"


def _number(size: str, value: Any) -> Iterator[str]:
    digits, _, places = size.partition(",")
    try:
        number = Decimal(value)
    except (TypeError, ValueError, InvalidOperation):
        yield f"no number: {value!r}"
        return
    if number != round(number, int(places or 0)):
        yield f"too many places: {value}"
    if abs(number) >= Decimal(10) ** (int(digits) - int(places or 0)):
        yield f"too many digits: {value}"


def _line(text: str) -> Line:
    name, zh, type_, required = text.split(" ")
    return Line(name, zh, type_, required == "Y")


def _text(name: str) -> list[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


DICTIONARIES = dictionaries()
