"""A database of its own for each test: a what-if looks at all settlements there are."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from app.regions.loader import PACKS
from app.store.database import Database
from app.store.urls.postgres import credentials
from tests.domain.whatif.population import Population
from tests.servers import as_owner, migrate


async def as_administrator(url: str, sql: str) -> None:
    """Runs a statement as the server's administrator where there is one (our own servers), else
    as the account that was given for tests."""
    own = credentials(url)
    try:
        connection = await asyncpg.connect(**own | {"user": "postgres"})
    except (asyncpg.PostgresError, OSError):
        connection = await asyncpg.connect(**own)
    try:
        await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError:
        pytest.skip("the test account may not create databases or roles")
    finally:
        await connection.close()


def _renamed(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
async def template(database_url: str) -> AsyncIterator[str]:
    """The name of a migrated, empty database that others are copied from."""
    name, owner = f"whatif_{secrets.token_hex(4)}", credentials(as_owner(database_url))["user"]
    await as_administrator(database_url, f"create database {name} owner {owner}")
    await migrate(_renamed(database_url, name))
    yield name
    await as_administrator(database_url, f"drop database {name} with (force)")


@pytest.fixture
async def url(database_url: str, template: str) -> AsyncIterator[str]:
    """A fresh database."""
    name, owner = f"{template}_{secrets.token_hex(4)}", credentials(as_owner(database_url))["user"]
    await as_administrator(
        database_url, f"create database {name} template {template} owner {owner}"
    )
    yield _renamed(database_url, name)
    await as_administrator(database_url, f"drop database {name} with (force)")


@pytest.fixture
async def population(url: str) -> AsyncIterator[Population]:
    """People, pharmacies and a drainer on that database."""
    database = await Database.open(url, pool_max=3)
    try:
        population = Population(database, url)
        await population.stock()
        yield population
    finally:
        await database.close()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Hebei's pack, to be changed."""
    copy = tmp_path / "13-hebei.toml"
    copy.write_text((PACKS / "13-hebei.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return copy
