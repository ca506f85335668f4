"""Answers: which rules hold at this place on this day.

A pool inherits from its province, a province from the nation; the most local block in force wins,
parameter by parameter. The rules at a place change only on certain days, so its time is cut into
stretches, and each stretch is resolved once, when it is first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from app.regions.errors import PackError
from app.regions.pack import Entry, Pack, read_pack
from app.regions.rules import Rules

__all__ = ["PACKS", "Entry", "InForce", "Pack", "Rulebook", "changes", "read_pack"]

PACKS = Path(__file__).parent / "packs"
NATION = "00"


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules at a place on a day, and where each parameter comes from.

    ``version`` names every pack that has a say and the day since which its part has stood, such as
    ``00@2024-12-09+13@2024-10-01``: two sets of rules of one rulebook never share it.
    """

    rules: Rules
    entries: dict[str, Entry]
    version: str
    _origins: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def origin(self, key: str) -> str:
        """The pack that sets a parameter and the day since which: ``13-hebei@2024-10-01``. Empty:
        nobody sets it. Written once, since every step of every decision names one."""
        found = self._origins.get(key)
        if found is None:
            entry = self.entries.get(key)
            found = f"{entry.pack.removesuffix('.toml')}@{entry.begins}" if entry else ""
            self._origins[key] = found
        return found

    def source(self, key: str) -> str:
        """``pack: source`` of one parameter, for explanations."""
        entry = self.entries[key]
        return f"{entry.pack}: {entry.source}"


@lru_cache(maxsize=256)
def _pack_at(path: Path, changed: int) -> Pack:
    """A pack as it stands in its file since ``changed``: a process reads it once."""
    return read_pack(path)


class Rulebook:
    """All packs together."""

    def __init__(self, packs: list[Pack]) -> None:
        self.packs = {pack.code: pack for pack in packs}
        if NATION not in self.packs:
            raise PackError("there is no pack for the nation (code 00)")
        if len(self.packs) < len(packs):
            raise PackError("two packs have the same code")
        self._courses: dict[tuple[str, ...], _Course] = {}
        self._course_of: dict[str, _Course] = {}
        self._one_pool = frozenset(pack.code for pack in packs if pack.one_pool)
        self._by_name = frozenset(
            pack.code
            for pack in packs
            for entry in pack.entries
            if entry.key == "aid.tie_break" and entry.value == "name"
        )

    @classmethod
    def load(cls, folder: Path = PACKS) -> Rulebook:
        """Reads every pack of a folder.

        Raises:
            PackError: a file is not a pack, or two have the same code.
        """
        paths = sorted(folder.glob("*.toml"))
        return cls([_pack_at(path, path.stat().st_mtime_ns) for path in paths])

    def at(self, place: str, day: date) -> InForce:
        """The rules for a person insured at ``place`` (six digits) on a day in China.

        Raises:
            PackError: no complete set of rules was in force that day, or a parameter is unknown
                or has a value it can't have.
        """
        course = self._course_of.get(place[:4])
        if course is None:
            course = self._find_course(place)
        return course.on(day)

    def chain(self, place: str) -> tuple[Pack, ...]:
        """The packs that have a say at a place, the nation first."""
        codes = dict.fromkeys((NATION, place[:2], place[:4]))
        return tuple(self.packs[code] for code in codes if code in self.packs)

    def pool_of(self, place: str) -> str:
        """The pool (统筹区) of a place: its first four digits, or its whole municipality."""
        return f"{place[:2]}00" if place[:2] in self._one_pool else place[:4]

    def ever_orders_by_name(self, place: str) -> bool:
        """Whether donors of a place may have to be ordered by name, on any day."""
        return not self._by_name.isdisjoint((NATION, place[:2], place[:4]))

    def region_name(self, place: str) -> str:
        """The name of the most local region that has a pack."""
        return self.chain(place)[-1].name

    def _find_course(self, place: str) -> _Course:
        packs = self.chain(place)
        codes = tuple(pack.code for pack in packs)
        course = self._courses.get(codes)
        if course is None:
            course = self._courses[codes] = _Course(packs)
        self._course_of[place[:4]] = course
        return course


class _Course:
    """The rules of one chain of packs through time."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self._packs = packs
        self._changes = {pack.code: changes(pack.entries) for pack in packs}
        self._starts = sorted({day for days in self._changes.values() for day in days})
        self._resolved: list[InForce | None] = [None] * len(self._starts)

    def on(self, day: date) -> InForce:
        stretch = bisect_right(self._starts, day) - 1
        if stretch < 0:
            raise PackError(f"{self._names()}: there were no rules yet on {day}")
        found = self._resolved[stretch]
        if found is None:
            found = self._resolved[stretch] = self._resolve(self._starts[stretch])
        return found

    def _resolve(self, day: date) -> InForce:
        chosen: dict[str, Entry] = {}
        for pack in self._packs:
            for entry in sorted(pack.entries, key=lambda entry: entry.begins):
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
            raise PackError(f"{self._names()} on {day}: {where}: {first['msg']}") from None
        return InForce(rules, chosen, self._version(day))

    def _version(self, day: date) -> str:
        parts = []
        for pack in self._packs:
            stretch = bisect_right(self._changes[pack.code], day) - 1
            if stretch >= 0:
                parts.append(f"{pack.code}@{self._changes[pack.code][stretch]}")
        return "+".join(parts)

    def _names(self) -> str:
        return "+".join(pack.code for pack in self._packs)


def changes(entries: Iterable[Entry]) -> list[date]:
    """The days on which something begins, or no longer holds, in order."""
    days = set()
    for entry in entries:
        days.add(entry.begins)
        if entry.ends is not None and entry.ends < date.max:
            days.add(entry.ends + timedelta(days=1))
    return sorted(days)
