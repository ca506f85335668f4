"""A database of its own for every test, in which one looks at all rows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.store.database import Database
from tests.own_database import migrated, template

__all__ = ["database", "migrated", "template"]


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated, pool_max=6)
    try:
        yield opened
    finally:
        await opened.close()
