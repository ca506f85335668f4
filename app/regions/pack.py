"""One region's file: its parameters with dates, sources and lines.

A pack is a TOML file: ``[region]`` with ``code`` (``00`` nation, two digits a province, four a
pool), ``name`` and maybe ``one_pool = true`` (the whole province is one 统筹区: the four
municipalities), then ``[[rules]]`` blocks with ``from``, maybe ``until`` (both inclusive days in
China), ``source`` (ids of SOURCES.md, a colon, what they say), ``certainty``, maybe
``sample = true`` (it proves only that such a kind of rule exists), and tables of parameters. A
table inside a parameter (``deductible_fen = {…}``) is one value and is never merged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.regions.errors import PackError
from app.regions.lines import NESTED, Lines, line_of_error

BLOCK_KEYS = ("from", "until", "source", "certainty", "sample")


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter as one block of one pack sets it."""

    key: str
    value: object
    begins: date
    ends: date | None
    source: str
    certainty: str
    sample: bool
    pack: str
    line: int

    def holds_on(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Pack:
    """One region's file."""

    code: str
    name: str
    file: str
    entries: tuple[Entry, ...]
    one_pool: bool = False


def read_pack(path: Path) -> Pack:
    """Reads one pack.

    Raises:
        PackError: the file can't be read as a pack; the sentence begins with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.name}:{line_of_error(error)}: {error}") from None
    except RecursionError:
        raise PackError(f"{path.name}:1: {NESTED}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path.name}:1: {error}") from None
    lines = Lines(text)
    region, blocks = data.get("region"), data.get("rules", [])
    if not isinstance(region, dict) or not isinstance(blocks, list):
        raise PackError(f"{path.name}:1: a pack has one [region] and [[rules]] blocks")
    code, name = region.get("code"), region.get("name")
    if not isinstance(code, str) or not isinstance(name, str):
        raise PackError(f"{path.name}:{lines.of('region')}: [region] lacks a code or a name")
    entries = tuple(
        entry
        for number, block in enumerate(blocks)
        for entry in _entries(block, number, lines, path.name)
    )
    return Pack(code, name, path.name, entries, one_pool=region.get("one_pool") is True)


def is_day(value: object) -> bool:
    """Whether a TOML value is a plain day, without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _entries(block: dict[str, Any], number: int, lines: Lines, file: str) -> Iterator[Entry]:
    place = f"{file}:{lines.of('rules', number)}"
    for needed in ("from", "source", "certainty"):
        if needed not in block:
            raise PackError(f"{place}: the block lacks {needed!r}")
    for day in ("from", "until"):
        if day in block and not is_day(block[day]):
            raise PackError(f"{file}:{lines.of('rules', number, day)}: {day!r} is not a day")
    for section, values in block.items():
        if section in BLOCK_KEYS:
            continue
        line = lines.of("rules", number, section)
        if not isinstance(values, dict):
            raise PackError(f"{file}:{line}: unknown key {section!r} in a [[rules]] block")
        for name, value in values.items():
            yield Entry(
                key=f"{section}.{name}",
                value=value,
                begins=block["from"],
                ends=block.get("until"),
                source=block["source"],
                certainty=block["certainty"],
                sample=bool(block.get("sample", False)),
                pack=file,
                line=lines.of("rules", number, section, name),
            )
