"""The shared tables in a database of their own: neither has the other's tables, so a statement that
goes to the wrong one fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from typing import TypeAlias

import pytest

from app import compose
from app.compose import Services
from app.domain.registry import repository as registry
from app.store.cells.places import PLACES, Place
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database
from tests.servers import new_database, owner

Part: TypeAlias = Callable[[Shared, Database, Connection], AbstractAsyncContextManager[Connection]]
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
        shared = Shared(await Database.open(url, pool_max=4, models=False))

        @asynccontextmanager
        async def at(*_: object, **__: object) -> AsyncIterator[Shared]:
            yield shared

        monkeypatch.setattr(compose, "shared_at", at)
        try:
            yield
        finally:
            await shared.close()


@contextmanager
def breaking_off(
    monkeypatch: pytest.MonkeyPatch, module: object, part: Part = shared_part
) -> Iterator[list[Connection]]:
    """A process that dies in ``module`` when the half in ``part`` is committed and the other isn't;
    gives the connections on which that was."""
    committed: list[Connection] = []

    @asynccontextmanager
    async def breaks_off(
        shared: Shared, database: Database, connection: Connection
    ) -> AsyncIterator[Connection]:
        async with part(shared, database, connection) as other:
            yield other
        committed.append(other)
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(module, part.__name__, breaks_off)
        yield committed


@contextmanager
def activation_breaking_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that dies when it opens somebody's code."""

    async def breaks_off(
        _connection: Connection, _person: int, _now: datetime, _login: int | None = None
    ) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(registry, "activate", breaks_off)
        yield


async def _without(url: str, tables: Iterable[str]) -> None:
    async with owner(url) as connection:
        await connection.execute(f"drop table {', '.join(sorted(tables))} cascade")
