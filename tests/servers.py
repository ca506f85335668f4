"""The test session's own PostgreSQL and Redis. Import these fixtures from a conftest."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from app.local.servers.embedded import Embedded
from app.store import migrate as migration
from app.store.urls.postgres import credentials
from app.store.where import OWNER_ROLE, ROLE, Endpoints


@pytest.fixture(scope="session")
def servers() -> Iterator[Endpoints]:
    """Servers for the whole session; those of QINJI_TEST_DATABASE_URL and …_REDIS_URL if set.

    On Linux they end with this process even when it is killed.
    """
    given = Endpoints(
        os.environ.get("QINJI_TEST_DATABASE_URL", ""), os.environ.get("QINJI_TEST_REDIS_URL", "")
    )
    folder = Path(tempfile.mkdtemp(prefix="qinji-"))
    folder.chmod(0o755)  # as root the servers run under another account
    embedded = Embedded(folder, postgres=not given.database_url, redis=not given.redis_url)
    try:
        own = embedded.start()
        yield Endpoints(given.database_url or own.database_url, given.redis_url or own.redis_url)
    finally:
        embedded.stop()
        embedded.wipe()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(servers: Endpoints) -> str:
    """The URL of the session's PostgreSQL."""
    return servers.database_url


@pytest.fixture(scope="session")
def redis_url(servers: Endpoints) -> str:
    """The URL of the session's Redis."""
    return servers.redis_url


def _embedded(database_url: str) -> bool:
    given = credentials(database_url)
    return str(given["host"]).startswith("/") and given["user"] == ROLE


def maker(database_url: str) -> dict[str, object]:
    """Who may make databases: on the embedded server its superuser, on a given one its user."""
    given = credentials(database_url)
    return (
        {**given, "user": "postgres", "database": "postgres"} if _embedded(database_url) else given
    )


def as_owner(database_url: str) -> str:
    """The same database with the role that owns its tables, for a test that changes the schema or
    what nobody may; a given server has one role for all."""
    if not _embedded(database_url):
        return database_url
    return database_url.replace(f"//{ROLE}@", f"//{OWNER_ROLE}@", 1)


@asynccontextmanager
async def owner(database_url: str) -> AsyncIterator[Any]:
    """A connection of who owns the tables."""
    connection = await asyncpg.connect(**credentials(as_owner(database_url)))
    try:
        yield connection
    finally:
        await connection.close()


_AWAY = """
insert into month_away (part, begins, ends, gone, kept, kept_hash, archive)
values ('transfer_before', 0, $1, 1, 0, '', '')
"""


@asynccontextmanager
async def months_away(database_url: str, until: int) -> AsyncIterator[None]:
    """As if what bills moved before an id lay in archives, as long as this lasts."""
    async with owner(database_url) as connection:
        await connection.execute(_AWAY, until)
        try:
            yield
        finally:
            await connection.execute("delete from month_away")


async def migrate(database_url: str) -> None:
    """Migrates as the owner; the programs under test have the rights of who serves, no others."""
    await migration.migrate(database_url, owner_url=as_owner(database_url))


@asynccontextmanager
async def new_database(
    database_url: str, stem: str, template: str = "template1"
) -> AsyncIterator[str]:
    """The URL of an empty database of its own (or a copy of another), dropped at the end. With
    this URL one serves; ``as_owner`` of it is who made it."""
    name = f"{stem}_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(**maker(database_url))
    me = credentials(as_owner(database_url))["user"] or await admin.fetchval("select current_user")
    await admin.execute(f'create database "{name}" owner "{me}" template "{template}"')
    parts = urlsplit(database_url)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        await admin.execute(f'drop database "{name}" with (force)')
        await admin.close()
