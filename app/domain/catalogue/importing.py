"""Takes in a file of the nation's lists: a TXT of tabs as tills get it, or a ZIP with one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.domain.catalogue import repository
from app.domain.catalogue.lists import CELL_MAX, EMPTY, LISTS, TAB, NationalList
from app.domain.registry.imports.importer import Refused, Report, Watch
from app.domain.registry.imports.lines import FileRefused
from app.kit.clock import Clock
from app.store.database import Database

_LINE_MAX = 64 * 1024
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_RID = re.compile(r"[!-~]{1,40}\Z")


async def import_list(
    database: Database,
    clock: Clock,
    infno: str,
    path: Path,
    watch: Watch | None = None,
    *,
    whole: bool = False,
) -> Report:
    """Loads rows of one list, in one transaction: who asks meanwhile gets all of the new version or
    nothing of it. With ``whole`` the file has all that holds, and what isn't in it is withdrawn.

    Raises:
        FileRefused: it is no such file, or a line of a whole one is wrong; nothing was loaded.
    """
    list_, report, told = LISTS[infno], Report(), watch or Watch()

    def refuse(line: int, column: str, why: str) -> None:
        report.refused += 1
        told.refused(Refused(line, column, why))

    with _opened(path) as text:
        rows = _rows(list_, text, refuse, told)
        async with database.transaction() as connection:
            counts, twice = await repository.import_rows(
                connection, list_, rows, path.name[:64], clock.now(), whole=whole
            )
            for line, first in twice:
                refuse(line, list_.columns[list_.rid], f"the same as in line {first}")
            if whole and report.refused:
                raise FileRefused(
                    "nothing was loaded: a line that is wrong would be taken for one that is gone"
                )
    added, changed, withdrawn, all_ = counts
    report.loaded, report.changed = added, changed + withdrawn
    report.unchanged = all_ - added - changed
    return report


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOWrapper]:
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as raw:
                yield _text(raw)
            return
        with zipfile.ZipFile(path) as packed:
            names = [one for one in packed.infolist() if not one.is_dir()]
            if len(names) != 1:
                raise FileRefused(f"the zip holds {len(names)} files instead of one")
            with packed.open(names[0]) as raw:
                yield _text(raw)
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise FileRefused(f"can't read {path.name}: {error}") from error


def _text(raw: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding="utf-8-sig", newline="\n")


def _rows(
    list_: NationalList,
    text: io.TextIOWrapper,
    refuse: Callable[[int, str, str], None],
    watch: Watch,
) -> Iterator[tuple[int, str, str, str]]:
    """Each right line: its number, what the row is called, what stands before and after the
    version."""
    number = 0
    while line := text.readline(_LINE_MAX):
        number += 1
        whole = line.endswith("\n") or len(line) < _LINE_MAX
        while not whole:
            whole = (text.readline(_LINE_MAX) or "\n").endswith("\n")
            line = ""
        if not line.strip():
            continue
        cells = [cell.strip() or EMPTY for cell in line.rstrip("\r\n").split(TAB)]
        wrong = _wrong(list_, cells)
        if wrong is not None:
            refuse(number, *wrong)
            continue
        at = list_.version
        head, tail = TAB.join([*cells[:at], ""]), TAB.join(["", *cells[at + 1 :]])
        yield number, cells[list_.rid], head, tail
        if number % 10_000 == 0:
            watch.progress(0, 10_000)


def _wrong(list_: NationalList, cells: list[str]) -> tuple[str, str] | None:
    if len(cells) != len(list_.columns):
        return "", f"{len(cells)} columns instead of {len(list_.columns)}"
    if cells[0] == EMPTY or len(cells[0]) > 50:
        return list_.columns[0], "empty, or longer than 50 characters"
    if not _RID.match(cells[list_.rid]) or cells[list_.rid] == EMPTY:
        return list_.columns[list_.rid], "must be 1 to 40 letters, digits and signs"
    if cells[list_.valid] not in ("0", "1"):
        return list_.columns[list_.valid], "must be 0 or 1"
    for name, cell in zip(list_.columns, cells, strict=True):
        if len(cell) > CELL_MAX or _UNPRINTABLE.search(cell):
            return name, "too long, or holds what can't be printed"
    return None
