"""Reads region packs and answers: which rules hold at this place on this day.

A pack is a TOML file: ``[region]`` with ``code`` (``00`` nation, two digits a province, four a
pool) and ``name``, then ``[[rules]]`` blocks with ``from``, maybe ``until`` (both inclusive days in
China), ``source``, ``certainty``, and tables of parameters. A pool inherits from its province, a
province from the nation; the most local block in force wins, parameter by parameter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.regions.errors import PackError
from app.regions.rules import Rules

PACKS = Path(__file__).parent / "packs"
_BLOCK_KEYS = {"from", "until", "source", "certainty", "sample"}


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

    def holds_on(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Pack:
    """One region's file."""

    code: str
    name: str
    file: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules at a place on a day, and where each parameter comes from."""

    rules: Rules
    entries: dict[str, Entry]
    version: str

    def source(self, key: str) -> str:
        """``pack: source`` of one parameter, for explanations."""
        entry = self.entries[key]
        return f"{entry.pack}: {entry.source}"


class Rulebook:
    """All packs together."""

    def __init__(self, packs: list[Pack]) -> None:
        self.packs = {pack.code: pack for pack in packs}
        if "00" not in self.packs:
            raise PackError("there is no pack for the nation (code 00)")
        self._in_force = lru_cache(maxsize=4096)(self._resolve)

    @classmethod
    def load(cls, folder: Path = PACKS) -> Rulebook:
        """Reads every pack of a folder.

        Raises:
            PackError: a file is not a pack, or a parameter is unknown.
        """
        return cls([read_pack(path) for path in sorted(folder.glob("*.toml"))])

    def at(self, place: str, day: date) -> InForce:
        """The rules for a person insured at ``place`` (six digits) on a day.

        Raises:
            PackError: no complete set of rules was in force that day.
        """
        chain = tuple(code for code in ("00", place[:2], place[:4]) if code in self.packs)
        return self._in_force(chain, day)

    def pool_of(self, place: str) -> str:
        """The pool (统筹区) of a place: its first four digits."""
        return place[:4]

    def ever_orders_by_name(self, place: str) -> bool:
        """Whether donors of a place may have to be ordered by name, on any day."""
        chain = ("00", place[:2], place[:4])
        return any(
            entry.key == "aid.tie_break" and entry.value == "name"
            for code in chain
            if code in self.packs
            for entry in self.packs[code].entries
        )

    def region_name(self, place: str) -> str:
        """The name of the most local region that has a pack."""
        for code in (place[:4], place[:2]):
            if code in self.packs:
                return self.packs[code].name
        return self.packs["00"].name

    def _resolve(self, chain: tuple[str, ...], day: date) -> InForce:
        chosen: dict[str, Entry] = {}
        for code in chain:
            for entry in sorted(self.packs[code].entries, key=lambda e: e.begins):
                if entry.holds_on(day):
                    chosen[entry.key] = entry
        tree: dict[str, dict[str, object]] = {}
        for key, entry in chosen.items():
            section, _, name = key.partition(".")
            tree.setdefault(section, {})[name] = None if entry.value == "unlimited" else entry.value
        try:
            rules = Rules.model_validate(tree)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise PackError(f"{'+'.join(chain)} on {day}: {where}: {first['msg']}") from None
        newest = max(entry.begins for entry in chosen.values())
        return InForce(rules, chosen, f"{'+'.join(chain)}@{newest}")


def read_pack(path: Path) -> Pack:
    """Reads one pack.

    Raises:
        PackError: the file can't be read as a pack.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        region = data["region"]
        code, name = str(region["code"]), str(region["name"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PackError(f"{path.name}: {error}") from None
    entries = tuple(
        entry for block in data.get("rules", []) for entry in _entries(block, path.name)
    )
    return Pack(code, name, path.name, entries)


def _entries(block: dict[str, Any], file: str) -> Iterator[Entry]:
    try:
        begins, source, certainty = block["from"], block["source"], block["certainty"]
    except KeyError as error:
        raise PackError(f"{file}: a [[rules]] block lacks {error}") from None
    for section, values in block.items():
        if section in _BLOCK_KEYS:
            continue
        if not isinstance(values, dict):
            raise PackError(f"{file}: unknown key {section!r} in a [[rules]] block")
        for name, value in values.items():
            yield Entry(
                key=f"{section}.{name}",
                value=value,
                begins=begins,
                ends=block.get("until"),
                source=source,
                certainty=certainty,
                sample=bool(block.get("sample", False)),
                pack=file,
            )
