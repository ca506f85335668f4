"""A database of its own for each module of these tests."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from app.domain.events.registering import registry_events
from app.domain.registry.imports import importer
from app.domain.registry.imports.importer import Refused, Report, Watch
from app.domain.registry.imports.rows import (
    BASES,
    CARDS,
    CATALOGUE,
    CREDITS,
    INSTITUTIONS,
    PEOPLE,
    PRODUCTS,
    RESIDENTS,
)
from app.kit.clock import SettableClock
from app.kit.sm import Cipher
from app.kit.words.id_numbers import id_number
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared
from app.store.database import Database
from tests.servers import migrate, new_database, owner


@pytest_asyncio.fixture(scope="module")
async def url(database_url: str) -> AsyncIterator[str]:
    async with new_database(database_url, "import") as mine:
        await migrate(mine)
        yield mine


@dataclass
class Office:
    """Loads files into the database and tells what happened."""

    database: Database
    folder: Path
    clock: SettableClock
    cipher: Cipher = field(default_factory=lambda: Cipher(b"d" * 16, b"i" * 16))
    refused: list[Refused] = field(default_factory=list)
    warned: list[Refused] = field(default_factory=list)
    demo: bool = False
    holders: list[int] = field(default_factory=list)
    """Whose accounts the last file of people changed."""

    def file(self, columns: tuple[str, ...], *lines: str) -> Path:
        path = self.folder / f"{secrets.token_hex(4)}.csv"
        path.write_text("\n".join([",".join(columns), *lines, ""]), encoding="utf-8")
        return path

    async def people(self, *lines: str) -> Report:
        return await self.load_people(self.file(PEOPLE, *lines))

    async def load_people(self, path: Path, *, lenient: bool = False) -> Report:
        return await importer.import_people(
            self.database,
            self.cipher,
            self.clock,
            path,
            self._watch(),
            on_change=registry_events(self.database, Shared(self.database), Rulebook.load()),
            lenient=lenient,
            renew=self._renew,
        )

    async def institutions(self, *lines: str, may: tuple[str, ...] = ()) -> Report:
        path = self.file((*INSTITUTIONS, *may), *lines)
        return await importer.import_institutions(
            self.database, self.cipher, self.clock, path, self._watch(), demo=self.demo
        )

    async def catalogue(self, *lines: str, may: tuple[str, ...] = ()) -> Report:
        path = self.file((*CATALOGUE, *may), *lines)
        return await importer.import_catalogue(self.database, self.clock, path, self._watch())

    async def products(self, *lines: str, may: tuple[str, ...] = ()) -> Report:
        path = self.file((*PRODUCTS, *may), *lines)
        return await importer.import_products(self.database, self.clock, path, self._watch())

    async def bases(self, *lines: str) -> Report:
        path = self.file(BASES, *lines)
        return await importer.import_bases(
            self.database, self.clock, path, self._watch(), source="B1"
        )

    async def credits(self, *lines: str) -> Report:
        path = self.file(CREDITS, *lines)
        return await importer.import_credits(
            self.database, self.clock, path, self._watch(), source="B2"
        )

    async def residents(self, *lines: str) -> Report:
        path = self.file(RESIDENTS, *lines)
        return await importer.import_residents(self.database, self.clock, path, self._watch())

    async def cards(self, *lines: str) -> Report:
        path = self.file(CARDS, *lines)
        return await importer.import_cards(
            self.database, self.cipher, self.clock, path, self._watch()
        )

    async def _renew(self, person_ids: Collection[int]) -> None:
        self.holders += person_ids

    def _watch(self) -> Watch:
        self.refused.clear()
        self.warned.clear()
        self.holders.clear()
        return Watch(refused=self.refused.append, warned=self.warned.append)


@pytest_asyncio.fixture(scope="module")
async def database(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url, pool_max=4)
    try:
        yield opened
    finally:
        await opened.close()


@pytest_asyncio.fixture
async def office(url: str, database: Database, tmp_path: Path) -> Office:
    async with owner(url) as connection:
        parts = await connection.fetch("select part from months_of('transfer')")
        emptied = [(part, "transfer") for part in ("transfer", *(row["part"] for row in parts))]
        for table, kept in [*emptied, ("card_change", "card_change")]:
            await connection.execute(f"alter table {table} disable trigger {kept}_no_truncate")
        await connection.execute(
            "truncate transfer, account, person, institution, catalogue_item cascade"
        )
    return Office(database, tmp_path, SettableClock(datetime(2026, 3, 1, 4, tzinfo=UTC)))


def numbered(number: int) -> str:
    """The so-manieth ID number of a woman born on 18 June 1983."""
    return id_number(f"1399{number // 499:02d}", date(1983, 6, 18), 2 * (number % 499) + 2)


@pytest.fixture
def person() -> Callable[..., str]:
    """A line of the people file; any column may be given."""

    def line(number: int = 1, **given: str) -> str:
        values = {
            "psn_no": f"P{number}",
            "psn_name": "李敏",
            "psn_cert_type": "01",
            "certno": numbered(number),
            "gend": "2",
            "brdy": "1983-06-18",
            "insutype": "310",
            "psn_type": "11",
            "psn_insu_stas": "1",
            "insuplc_admdvs": "130600",
            "has_account": "1",
            "balance_current": "12.00",
            "balance_carried": "0.50",
        } | given
        return ",".join(values[column] for column in PEOPLE)

    return line
