"""Where something could be read by whoever should not: logs, Redis, PostgreSQL, process titles."""

from __future__ import annotations

import asyncio
import base64
import codecs
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg

from app.store.database import Database
from app.store.urls.postgres import credentials
from app.store.where import Endpoints

_EVERY_S = 0.05
_LOUD = (
    "log_statement = 'all'",
    "log_min_error_statement = 'debug5'",
    "log_error_verbosity = 'default'",
    "log_parameter_max_length = -1",
    "log_parameter_max_length_on_error = -1",
)
"""All that PostgreSQL can say: every statement, every value."""


def written(secret: str) -> list[bytes]:
    """A secret in the ways it could be written down."""
    raw = secret.encode()
    escaped = json.dumps(secret)[1:-1]
    wide = secret.encode("gb18030")
    ways = [secret, escaped, raw.hex(), raw.hex().upper(), quote(secret, safe="")]
    return [*(one.encode() for one in ways), wide, base64.b64encode(raw).rstrip(b"=")]


class Places:
    """What stood where, by place."""

    def __init__(self) -> None:
        self.texts: dict[str, bytes] = {}

    def add(self, place: str, text: str | bytes) -> None:
        raw = text.encode() if isinstance(text, str) else text
        self.texts[place] = self.texts.get(place, b"") + raw + b"\n"

    def with_secret(self, secret: str) -> list[str]:
        ways = written(secret)
        return [place for place, text in self.texts.items() if any(one in text for one in ways)]

    def around(self, place: str, secret: str) -> str:
        """A line in which it stands, the secret blotted out."""
        text = self.texts[place]
        for way in written(secret):
            if (at := text.find(way)) >= 0:
                near = text[max(0, at - 120) : at] + b"<HERE>" + text[at + len(way) :][:60]
                return near.decode(errors="replace").replace("\n", " ")
        return ""


async def loud(found: Endpoints) -> None:
    """Lets PostgreSQL log all it can, against what our settings say."""
    admin = await asyncpg.connect(**credentials(found.database_url) | {"user": "postgres"})
    try:
        for setting in _LOUD:
            await admin.execute(f"alter system set {setting}")
        await admin.execute("select pg_reload_conf()")
    finally:
        await admin.close()


@asynccontextmanager
async def watched(found: Endpoints, places: Places) -> AsyncIterator[None]:
    """Meanwhile every command to Redis, and again and again what processes and sessions show."""
    tasks = [
        asyncio.create_task(_commands(found.redis_url, places)),
        asyncio.create_task(_titles(places)),
        asyncio.create_task(_queries(found, places)),
    ]
    await asyncio.sleep(0.2)
    try:
        yield
        for task in tasks:
            assert not task.done(), task.exception()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _commands(redis_url: str, places: Places) -> None:
    """All that is said to Redis, keys and values alike, the moment it is said."""
    path = redis_url.removeprefix("unix://").partition("?")[0]
    if redis_url.startswith("unix://"):
        reader, writer = await asyncio.open_unix_connection(path, limit=2**24)
    else:
        where = urlsplit(redis_url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=2**24)
    writer.write(b"MONITOR\r\n")
    try:
        while line := await reader.readline():
            if b"[" in line and b"lua]" not in line:
                places.add("Redis", _unescaped(line))
    finally:
        writer.close()


def _unescaped(line: bytes) -> bytes:
    with suppress(ValueError):
        raw, _ = codecs.escape_decode(line)
        assert isinstance(raw, bytes)
        return raw
    return line


async def _titles(places: Places) -> None:
    seen: set[bytes] = set()
    while True:
        seen |= await asyncio.to_thread(_titles_now)
        places.texts["process titles"] = b"\n".join(seen)
        await asyncio.sleep(_EVERY_S)


def _titles_now() -> set[bytes]:
    seen: set[bytes] = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            seen |= {path.read_bytes(), (path.parent / "comm").read_bytes()}
    return seen


async def _queries(found: Endpoints, places: Places) -> None:
    """What ``pg_stat_activity`` shows."""
    admin = await asyncpg.connect(**credentials(found.database_url) | {"user": "postgres"})
    seen: set[str] = set()
    try:
        while True:
            rows = await admin.fetch("select query, application_name from pg_stat_activity")
            seen |= {str(value) for row in rows for value in row.values()}
            places.texts["pg_stat_activity"] = "\n".join(seen).encode()
            await asyncio.sleep(_EVERY_S)
    finally:
        await admin.close()


async def in_the_database(database: Database, places: Places) -> None:
    """Every row of every table."""
    tables = await database.rows("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        for (row,) in await database.rows(f'select t::text from "{table}" t'):
            places.add("the database", row)
