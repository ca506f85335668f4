"""A database of its own for every test: they count versions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.kit.clock import SettableClock
from app.store.database import Database
from tests.own_database import migrated, template

__all__ = ["migrated", "template"]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 21, 4, tzinfo=UTC))


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    opened = await Database.open(migrated, pool_max=3, application="qinji-test")
    try:
        yield opened
    finally:
        await opened.close()
