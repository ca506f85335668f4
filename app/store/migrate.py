"""Brings a database to the newest schema. Safe to run from several places at once."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from app.store.models import tortoise_config
from app.store.urls.postgres import credentials
from app.store.versions import POSTGRES_NEEDED, check_database

_LOCK = 0x51494E4A49  # "QINJI": Tortoise's migrator takes no lock of its own


async def migrate(database_url: str, report: Callable[[str], None] = lambda line: None) -> None:
    """Applies what is not yet applied, under an advisory lock; ``report`` gets a line for each.

    Raises:
        ServerTooOld: nothing was changed.
        UrlRefused: the URL can't be understood; nothing was changed.
    """

    def progress(event: str, app: str, name: str) -> None:
        if event == "apply_done":
            report(f"migrated {name}")

    guard = await asyncpg.connect(**credentials(database_url))
    try:
        check_database(guard, POSTGRES_NEEDED)
        await guard.execute("select pg_advisory_lock($1)", _LOCK)
        config = tortoise_config(
            {"engine": "tortoise.backends.asyncpg", "credentials": credentials(database_url)}
        )
        async with TortoiseContext():
            await run_migrations(config=config, progress=progress)
    finally:
        await guard.close()
