"""The nation's lists: each import that changes something makes a version, and nothing else does."""

from __future__ import annotations

import io
import zipfile
from dataclasses import astuple
from pathlib import Path

import pytest

from app.domain.catalogue.importing import import_list
from app.domain.catalogue.lists import LISTS, TAB
from app.domain.catalogue.service import Catalogue, Difference
from app.domain.registry.imports.importer import Refused, Watch
from app.domain.registry.imports.lines import FileRefused
from app.kit.clock import SettableClock
from app.store.database import Database
from tests.domain.catalogue.made import file, row


async def content(catalogue: Catalogue, infno: str, since: int) -> list[list[str]]:
    """What a till gets that holds a version, cell by cell."""
    found = await catalogue.newer(infno, since)
    raw = b"".join([piece async for piece in catalogue.packed(found)])
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        [name] = packed.namelist()
        text = packed.read(name).decode()
    rows = [line.split(TAB) for line in text.splitlines()]
    assert len(rows) == found.rows and name == f"{found.name}.txt"
    return rows


@pytest.mark.parametrize("infno", sorted(LISTS))
async def test_a_till_gets_what_has_changed_since_its_version(
    database: Database, clock: SettableClock, tmp_path: Path, infno: str
) -> None:
    catalogue, list_ = Catalogue(database, clock), LISTS[infno]
    assert await catalogue.newer(infno, 0) == Difference(infno, 0, 0, 0)
    assert await content(catalogue, infno, 0) == []
    lines = [row(infno, number) for number in range(5)]
    report = await import_list(database, clock, infno, file(tmp_path, lines))
    assert astuple(report) == (5, 0, 0, 0)
    rows = await content(catalogue, infno, 0)
    assert {cells[list_.version] for cells in rows} == {"1"}, "its version is ours"
    assert [cells[0] for cells in rows] == [f"T{number:010d}" for number in range(5)]
    assert len(rows[0]) == len(list_.columns)
    again = await import_list(database, clock, infno, file(tmp_path, lines))
    assert astuple(again) == (0, 0, 5, 0)
    assert (await catalogue.newer(infno, 1)).rows == 0
    lines[2] = row(infno, 2, "改了名")
    some = await import_list(database, clock, infno, file(tmp_path, [lines[2], row(infno, 9)]))
    assert astuple(some) == (1, 1, 0, 0)
    assert {cells[list_.rid] for cells in await content(catalogue, infno, 1)} == {"R2", "R9"}
    assert len(await content(catalogue, infno, 0)) == 6
    assert len(await content(catalogue, infno, 2)) == 0


async def test_what_a_whole_file_has_not_is_withdrawn(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    catalogue = Catalogue(database, clock)
    for infno in ("1301", "1305", "1306", "1320"):  # the flag before and behind the version
        lines = [row(infno, number) for number in range(3)]
        await import_list(database, clock, infno, file(tmp_path, lines), whole=True)
        report = await import_list(database, clock, infno, file(tmp_path, lines[:2]), whole=True)
        assert astuple(report) == (0, 1, 2, 0)
        [gone] = await content(catalogue, infno, 1)
        list_ = LISTS[infno]
        assert gone[list_.rid] == "R2" and gone[list_.valid] == "0"
        same = gone.copy()
        same[list_.valid], same[list_.version] = "1", "V-of-the-nation"
        assert TAB.join(same) == lines[2], "all else stands as it was"
        back = await import_list(database, clock, infno, file(tmp_path, lines), whole=True)
        assert astuple(back) == (0, 1, 2, 0)


async def test_a_line_that_is_wrong_is_told_and_the_others_are_loaded(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    right = row("1302", 1)
    wrongs = [
        "three\tcells\tonly",
        row("1302", 2).replace("R2", "null"),
        row("1302", 3, valid="yes"),
        row("1302", 4).replace("T", "", 1).replace("0000000004", ""),
        row("1302", 5, "药\x07"),
        right,
    ]
    told: list[Refused] = []
    path = file(tmp_path, [right, *wrongs, row("1302", 7)])
    report = await import_list(database, clock, "1302", path, Watch(refused=told.append))
    assert astuple(report) == (2, 0, 0, 6)
    assert [one.line for one in told] == [2, 3, 4, 5, 6, 7]
    assert told[-1].reason == "the same as in line 1"
    with pytest.raises(FileRefused):
        await import_list(database, clock, "1302", path, whole=True)
    assert await database.value("select count(*) from catalogue_version") == 1


async def test_a_zip_is_read_and_what_is_none_of_both_refused(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("x.txt", row("1307", 1))
    assert astuple(await import_list(database, clock, "1307", path)) == (1, 0, 0, 0)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("y.txt", row("1307", 2))
    with pytest.raises(FileRefused):
        await import_list(database, clock, "1307", path)
    bad = tmp_path / "latin.txt"
    bad.write_bytes(row("1307", 3, "阿莫西林").encode("gb18030"))
    with pytest.raises(FileRefused):
        await import_list(database, clock, "1307", bad)


async def test_who_loads_while_a_list_changes_gets_the_rest_with_the_next_version(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    catalogue = Catalogue(database, clock)
    lines = [row("1301", number) for number in range(3)]
    await import_list(database, clock, "1301", file(tmp_path, lines))
    offered = await catalogue.newer("1301", 0)
    await import_list(database, clock, "1301", file(tmp_path, [row("1301", 1, "新")]))
    raw = b"".join([piece async for piece in catalogue.packed(offered)])
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        first = packed.read(packed.namelist()[0]).decode().splitlines()
    later = await content(catalogue, "1301", offered.until)
    rids = [line.split(TAB)[LISTS["1301"].rid] for line in first]
    assert sorted([*rids, *(cells[LISTS["1301"].rid] for cells in later)]) == ["R0", "R1", "R2"]
