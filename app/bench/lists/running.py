"""``qinji bench lists``: one of the nation's lists of so many rows, taken in, loaded by a till
whole, and the next day's difference, with times and memory."""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from app.bench.servers import servers
from app.domain.catalogue.facts.terms import Asked
from app.domain.catalogue.importing import import_list
from app.domain.catalogue.lists import LISTS, TAB
from app.domain.catalogue.service import Catalogue
from app.domain.registry.imports.importer import import_catalogue
from app.domain.registry.imports.rows import CATALOGUE
from app.kit.clock import SystemClock
from app.local.servers.embedded import EmbeddedError
from app.store.database import Database
from app.store.migrate import migrate

_LIST = "1301"
_PAGE = 1_000
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how many rows, how many bytes were read or sent, how long it took, and the most
    memory that this process has had until then."""

    what: str
    rows: int
    bytes: int
    seconds: float
    peak_mb: int


def run(home: Path | None, rows: int, changed: int, json_file: Path | None) -> None:
    """Measures and prints.

    Raises:
        ClickException: the servers can't be started.
    """
    try:
        with servers(home, redis=False) as place:
            asyncio.run(_migrated(place.database_url, place.owner_url))
            steps = asyncio.run(measured(place.settings.database_url, rows, changed))
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
    for one in steps:
        told = f"{one.rows:>9,} rows {one.bytes / 2**20:>8.1f} MB {one.seconds:>8.2f} s"
        click.echo(f"{one.what:<32} {told}  peak {one.peak_mb} MB")
    if json_file is not None:
        json_file.write_text(json.dumps([asdict(one) for one in steps]) + "\n")


async def _migrated(database_url: str, owner_url: str) -> None:
    await migrate(database_url, owner_url=owner_url)


async def measured(database_url: str, rows: int, changed: int) -> list[Step]:
    """All steps, on a migrated database that has none of the list."""
    database = await Database.open(database_url, pool_max=3, application="qinji-bench")
    try:
        with tempfile.TemporaryDirectory(prefix="qinji-bench-") as folder:
            return [one async for one in _steps(database, Path(folder), rows, changed)]
    finally:
        await database.close()


async def _steps(database: Database, folder: Path, rows: int, changed: int) -> AsyncIterator[Step]:
    clock = SystemClock()
    catalogue = Catalogue(database, clock)
    before = (await catalogue.newer(_LIST, 0)).until
    whole = _written(folder / "whole.txt", (_line(n, "") for n in range(rows)))
    yield await _timed("taken in", rows, whole, import_list(database, clock, _LIST, whole))
    yield await _loaded("first download", catalogue, 0)
    first = (await catalogue.newer(_LIST, 0)).until
    assert first > before
    next_day = (_line(n, "新" if n < changed else "") for n in range(rows))
    whole = _written(folder / "next.txt", next_day)
    took = import_list(database, clock, _LIST, whole, whole=True)
    yield await _timed("next day's whole file taken in", rows, whole, took)
    yield await _loaded("next day's difference", catalogue, first)
    items = _written(folder / "items.csv", _items(rows))
    yield await _timed("insurance catalogue", rows, items, import_catalogue(database, clock, items))
    for page in (1, max(1, rows // _PAGE)):
        begun = time.perf_counter()
        found = await catalogue.spans(Asked(_EVER, page, _PAGE, limited=True))
        yield Step(f"1318, page {page}", len(found), 0, time.perf_counter() - begun, _peak_mb())


async def _timed(what: str, rows: int, file: Path, work: Awaitable[object]) -> Step:
    begun, size = time.perf_counter(), _size(file)
    await work
    return Step(what, rows, size, time.perf_counter() - begun, _peak_mb())


def _size(file: Path) -> int:
    return file.stat().st_size


async def _loaded(what: str, catalogue: Catalogue, since: int) -> Step:
    begun, size = time.perf_counter(), 0
    found = await catalogue.newer(_LIST, since)
    async for piece in catalogue.packed(found):
        size += len(piece)
    return Step(what, found.rows, size, time.perf_counter() - begun, _peak_mb())


def _line(number: int, more: str) -> str:
    """A drug with as much text as one of the nation's has, about 700 characters."""
    list_ = LISTS[_LIST]
    cells = [f"{name[:4]}{number * 7919 % 9973}" for name in list_.columns]
    cells[0], cells[1] = f"XB{number:018d}", f"某药片{number}{more}"
    cells[list_.rid], cells[list_.valid] = f"R{number:012d}", "1"
    return TAB.join(cells)


def _items(rows: int) -> Iterator[str]:
    yield ",".join([*CATALOGUE, "begndate"])
    for n in range(rows):
        begins = "2026-01-01" if n % 10 == 0 else ""
        yield f"XB{n:018d},某药片{n},101,2,0.1,{n % 90 + 1}.50,国药准字{n},{begins}"


def _written(path: Path, lines: Iterator[str]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
