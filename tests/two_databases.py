"""The shared tables in a database of their own: neither has the other's tables, so a statement that
goes to the wrong one fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from app import compose
from app.compose import Services
from app.store.cells.places import PLACES, Place
from app.store.database import Database
from tests.servers import new_database, owner

MOVED = frozenset(table for table, place in PLACES.items() if place is Place.SHARED)
_NAMED = re.compile(rf"\b(?:from|into|update|join)\s+(?:{'|'.join(sorted(MOVED))})\b")


def where(services: Services, sql: str) -> Database:
    """The database in which a test's statement finds what it names."""
    return services.shared if _NAMED.search(sql) else services.database


@asynccontextmanager
async def shared_apart(
    migrated: str, template: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Whoever makes services of ``migrated`` in here has the shared tables in another one."""
    in_cells = {one for one, place in PLACES.items() if place in (Place.CELL, Place.REFERENCE)}
    async with new_database(migrated, "shared", template) as url:
        await _without(url, in_cells)
        await _without(migrated, MOVED)
        shared = await Database.open(url, pool_max=4, models=False)
        monkeypatch.setattr(compose, "Shared", lambda _database: shared)
        try:
            yield
        finally:
            await shared.close()


async def _without(url: str, tables: Iterable[str]) -> None:
    async with owner(url) as connection:
        await connection.execute(f"drop table {', '.join(sorted(tables))} cascade")
