"""A migrated database of its own for every test, for those that count what is there. Import the
fixtures ``migrated`` and ``template`` from a conftest, and ``database`` where no services are
needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from app.store.database import Database
from tests.servers import migrate, new_database


@pytest.fixture(scope="session")
async def template(database_url: str) -> AsyncIterator[str]:
    """The name of an empty database with the newest schema, which tests copy."""
    async with new_database(database_url, "template") as mine:
        await migrate(mine)
        yield urlsplit(mine).path.strip("/")


@pytest.fixture
async def migrated(database_url: str, template: str) -> AsyncIterator[str]:
    """One test's own copy."""
    async with new_database(database_url, "own", template) as mine:
        yield mine


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    """One test's own copy, opened."""
    database = await Database.open(migrated, pool_max=2)
    yield database
    await database.close()
