"""Invented files of the nation's lists."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.domain.catalogue.lists import LISTS, TAB


def row(infno: str, number: int, name: str = "药", valid: str = "1") -> str:
    """A line of a list, without its end."""
    list_ = LISTS[infno]
    cells = [f"c{at}" for at in range(len(list_.columns))]
    cells[0], cells[1], cells[list_.rid] = f"T{number:010d}", name, f"R{number}"
    cells[list_.valid], cells[list_.version] = valid, "V-of-the-nation"
    return TAB.join(cells)


def file(folder: Path, lines: Iterable[str], name: str = "list.txt") -> Path:
    """The lines as a file."""
    path = folder / name
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8")
    return path
