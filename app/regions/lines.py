"""On which line of a TOML file each key stands. ``tomllib`` reads values but forgets places."""

from __future__ import annotations

import re
import tomllib

Path_ = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_BARE = r"[A-Za-z0-9_-]+"
_KEY = re.compile(rf"""^\s*((?:{_BARE}|"[^"]*"|'[^']*')(?:\s*\.\s*{_BARE})*)\s*=""")
NESTED = "brackets nest far too deep"
_ERROR_LINE = re.compile(r"at line (\d+)")


class Lines:
    """The line of every table and key of one file, counted from 1.

    A path is what leads to a value: ``("rules", 2, "aid", "max_out")``, the number being the
    position in an array of tables. A key inside an inline table has the line of that table.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path_, int] = {}
        self._counts: dict[str, int] = {}
        self._scan(text.splitlines())

    def of(self, *path: str | int) -> int:
        """The line of a path, or of the nearest thing around it; 1 if there is none."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _scan(self, lines: list[str]) -> None:
        table: Path_ = ()
        number = 0
        while number < len(lines):
            line = lines[number]
            if header := _HEADER.match(line):
                table = self._open(header.group(2), array=header.group(1) == "[[")
                self._lines.setdefault(table[:1], number + 1)
                self._lines.setdefault(table, number + 1)
            elif key := _KEY.match(line):
                self._lines.setdefault((*table, *_parts(key.group(1))), number + 1)
                number = _end_of_value(lines, number)
            number += 1

    def _open(self, name: str, *, array: bool) -> Path_:
        parts = _parts(name)
        if array:
            self._counts[parts[0]] = self._counts.get(parts[0], -1) + 1
        if parts[0] in self._counts:
            return (parts[0], self._counts[parts[0]], *parts[1:])
        return tuple(parts)


def line_of_error(error: tomllib.TOMLDecodeError) -> int:
    """The line that ``tomllib`` complains about; 1 if it names none (the end of the file)."""
    found = _ERROR_LINE.search(str(error))
    return int(found.group(1)) if found else 1


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _end_of_value(lines: list[str], first: int) -> int:
    """The last line of a value that may run over several (an array, a table, a long string)."""
    for last in range(first, len(lines)):
        try:
            tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return first
