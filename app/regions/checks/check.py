"""Looks for everything that is wrong with region packs, and says in which file on which line.

First each file alone (form, dates, sources), then, if all files can be read, every region on every
day on which its rules change, as a whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.regions.checks.combinations import clashes
from app.regions.errors import PackError
from app.regions.form import all_keys, did_you_mean, faults, sections
from app.regions.lines import NESTED, Lines, line_of_error
from app.regions.loader import NATION, Rulebook, changes
from app.regions.pack import BLOCK_KEYS, Entry, Pack, is_day, read_pack
from app.regions.sources import fault as citation_fault

FIRST_DAY = date(2021, 4, 1)
"""From this day the nation's rules are complete (the outpatient reform, SOURCES N1)."""

CERTAINTIES = ("A", "A/B", "B", "B/C", "C", "D")
_FILE = re.compile(r"^(\d{2}|\d{4})-[a-z]+$")
_CODE = re.compile(r"^(\d{2}|\d{4})$")
_REGION_KEYS = ("code", "name", "one_pool")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def check(folder: Path) -> list[Problem]:
    """All problems of a folder's packs, by file and line."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        return [Problem(str(folder), 1, "there is no pack (*.toml) in this folder")]
    found: list[Problem] = []
    packs: list[Pack] = []
    for path in files:
        problems = _File(path).problems()
        found += problems
        if not problems:
            packs.append(read_pack(path))
    for pack in packs:
        found += _course_of_time(pack)
    found += _codes(files)
    if not found:
        found += _as_a_whole(packs)
    return sorted(set(found))


@dataclass
class _File:
    """One file by itself."""

    path: Path
    _found: list[Problem] = field(default_factory=list)
    _lines: Lines = field(default_factory=lambda: Lines(""))

    def problems(self) -> list[Problem]:
        try:
            text = self.path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            return [Problem(self.path.name, line_of_error(error), f"no TOML: {error}")]
        except RecursionError:
            return [Problem(self.path.name, 1, f"no TOML: {NESTED}")]
        except (OSError, UnicodeDecodeError) as error:
            return [Problem(self.path.name, 1, f"can't be read: {error}")]
        self._lines = Lines(text)
        for key in data:
            if key not in ("region", "rules"):
                self._add(f"unknown {key!r}{did_you_mean(key, ('region', 'rules'))}", key)
        self._region(data.get("region"))
        blocks = data.get("rules", [])
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            self._add("rules stand in [[rules]] blocks, with double brackets", "rules")
            return self._found
        for number, block in enumerate(blocks):
            self._block(block, number)
        return self._found

    def _add(self, sentence: str, *where: str | int) -> None:
        self._found.append(Problem(self.path.name, self._lines.of(*where), sentence))

    def _region(self, region: Any) -> None:
        if not isinstance(region, dict):
            self._add("there is no [region] with code and name")
            return
        for key in region:
            if key not in _REGION_KEYS:
                self._add(f"unknown {key!r}{did_you_mean(key, _REGION_KEYS)}", "region", key)
        code, name = region.get("code"), region.get("name")
        if not isinstance(name, str) or not name.strip():
            self._add("[region] lacks a name", "region", "name")
        if not isinstance(code, str) or not _CODE.match(code):
            self._add('code must be two or four digits in quotes, such as "44"', "region", "code")
        elif self.path.stem.partition("-")[0] != code:
            self._add(f"code {code!r} doesn't match the file's name", "region", "code")
        elif not _FILE.match(self.path.stem):
            self._add("a pack's file is named <code>-<pinyin>.toml", "region", "code")
        one_pool = region.get("one_pool", False)
        if not isinstance(one_pool, bool) or (one_pool and len(str(code)) != 2):
            self._add("one_pool is true or false, for a province only", "region", "one_pool")

    def _block(self, block: dict[str, Any], number: int) -> None:
        self._dates(block, number)
        source, certainty = block.get("source"), block.get("certainty")
        if not isinstance(source, str) or not source.strip():
            self._add("the block lacks a source", "rules", number, "source")
        elif wrong := citation_fault(source):
            self._add(f"the source {wrong}", "rules", number, "source")
        if certainty not in CERTAINTIES:
            said = "lacks its certainty" if certainty is None else f"has certainty {certainty!r}"
            allowed = ", ".join(CERTAINTIES)
            self._add(f"the block {said}; it is one of {allowed}", "rules", number, "certainty")
        if not isinstance(block.get("sample", False), bool):
            self._add("sample is true or false", "rules", number, "sample")
        tables = {key: value for key, value in block.items() if key not in BLOCK_KEYS}
        if not any(tables.values()):
            self._add("the block sets nothing", "rules", number)
        for section, values in tables.items():
            self._section(section, values, number)

    def _dates(self, block: dict[str, Any], number: int) -> None:
        if "from" not in block:
            self._add("the block lacks 'from'", "rules", number)
        days = {key: block[key] for key in ("from", "until") if key in block}
        wrong = [key for key, value in days.items() if not is_day(value)]
        for key in wrong:
            sentence = f"{key!r} is not a day, such as 2024-12-09 without quotes"
            self._add(sentence, "rules", number, key)
        if len(days) == 2 and not wrong and days["until"] < days["from"]:
            sentence = f"until {days['until']} is before from {days['from']}"
            self._add(sentence, "rules", number, "until")

    def _section(self, section: str, values: Any, number: int) -> None:
        known = sections()
        if section not in known:
            near = did_you_mean(section, (*known, *BLOCK_KEYS))
            what = "section" if isinstance(values, dict) else "key"
            self._add(f"unknown {what} {section!r}{near}", "rules", number, section)
        elif not isinstance(values, dict):
            self._add(f"{section!r} is a table: [rules.{section}]", "rules", number, section)
        else:
            for key, value in values.items():
                place = ("rules", number, section, key)
                names = known[section].model_fields
                if key not in names:
                    self._add(f"unknown key {section}.{key}{did_you_mean(key, names)}", *place)
                    continue
                for fault in faults(section, key, value):
                    self._add(f"{section}.{key} {fault}", *place)


def _course_of_time(pack: Pack) -> Iterator[Problem]:
    """Overlaps and gaps of each parameter of one pack; the nation's must never end."""
    by_key: dict[str, list[Entry]] = {}
    for entry in sorted(pack.entries, key=lambda entry: (entry.begins, entry.line)):
        by_key.setdefault(entry.key, []).append(entry)
    for key, entries in by_key.items():
        before = entries[0]
        for after in entries[1:]:
            if before.ends is None or before.ends >= after.begins:
                sentence = f"{key} is set on line {before.line} too for {after.begins}"
                yield Problem(pack.file, after.line, sentence)
            elif before.ends + _DAY < after.begins:
                sentence = (
                    f"{key} is set until {before.ends} (line {before.line}) and again from "
                    f"{after.begins}: nothing between"
                )
                yield Problem(pack.file, after.line, sentence)
            if _last_day(before) < _last_day(after):
                before = after
    if pack.code == NATION:
        yield from _nation(pack, by_key)


def _nation(pack: Pack, by_key: dict[str, list[Entry]]) -> Iterator[Problem]:
    for key in all_keys():
        entries = by_key.get(key)
        if not entries:
            yield Problem(pack.file, 1, f"{key} is missing: the nation sets every parameter")
            continue
        if entries[0].begins > FIRST_DAY:
            sentence = f"{key} begins on {entries[0].begins}; the nation's rules on {FIRST_DAY}"
            yield Problem(pack.file, entries[0].line, sentence)
        last = max(entries, key=_last_day)
        if last.ends is not None:
            sentence = f"{key} ends on {last.ends}: the nation's rules have no last day"
            yield Problem(pack.file, last.line, sentence)


def _last_day(entry: Entry) -> date:
    return entry.ends or date.max


def _codes(files: list[Path]) -> Iterator[Problem]:
    """Two files of one region. A file's name begins with its code, which is checked elsewhere."""
    first: dict[str, str] = {}
    for path in files:
        code = path.stem.partition("-")[0]
        if code in first:
            yield Problem(path.name, 1, f"region {code!r} has a pack already: {first[code]}")
        first.setdefault(code, path.name)
    if NATION not in first:
        yield Problem(f"{NATION}-*.toml", 1, f"there is no pack for the nation (code {NATION})")


def _as_a_whole(packs: list[Pack]) -> Iterator[Problem]:
    """Every region's rules on every day on which they change; each problem once, its first day."""
    book = Rulebook(packs)
    since: dict[tuple[str, int, str], date] = {}
    for pack in packs:
        place = pack.code.ljust(6, "0")
        days = {day for one in book.chain(place) for day in changes(one.entries)}
        for day in sorted(day for day in {FIRST_DAY, *days} if day >= FIRST_DAY):
            for problem in _on_a_day(book, pack, place, day):
                since[problem] = min(day, since.get(problem, day))
    for (file, line, sentence), day in since.items():
        yield Problem(file, line, f"{sentence} (from {day})")


def _on_a_day(book: Rulebook, pack: Pack, place: str, day: date) -> Iterator[tuple[str, int, str]]:
    try:
        in_force = book.at(place, day)
    except PackError as error:
        yield pack.file, 1, str(error)
        return
    for clash in clashes(in_force.rules):
        blamed = max((in_force.entries[key] for key in clash.keys), key=_locality)
        yield blamed.pack, blamed.line, clash.sentence


def _locality(entry: Entry) -> int:
    """Packs are told apart by the digits of their file's name: the nation's is the least local."""
    code = entry.pack.partition("-")[0]
    return 0 if code == NATION else len(code)
