"""A migrated database of its own, and a connection as who serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from app.settings import Settings
from app.store.urls.postgres import credentials
from tests.own_database import migrated, template

__all__ = ["migrated", "template"]
KEY = "11" * 16


@pytest.fixture
async def connection(migrated: str) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(**credentials(migrated))
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def config(migrated: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=migrated,
        redis_url=redis_url.replace("db=0", "db=11"),
        home=tmp_path,
        data_key=SecretStr(KEY),
        index_key=SecretStr(KEY),
    )
