"""Brings a database to the newest schema, and gives who serves its rights. Safe to run from several
places at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from app.store.models import APP, tortoise_config
from app.store.rights.grants import grant
from app.store.urls.postgres import OWNER, credentials, owner_credentials
from app.store.urls.several import found
from app.store.versions import POSTGRES_NEEDED, StartRefused, check_database

_LOCK = 0x51494E4A49  # "QINJI": Tortoise's migrator takes no lock of its own
_STEPS = Path(__file__).parent / "migrations"
_MAY_MIGRATE = """
select coalesce(
    (select pg_has_role(relowner, 'USAGE') from pg_class
        where oid = to_regclass('public.tortoise_migrations')),
    has_schema_privilege('public', 'CREATE'))
"""
_WHERE = "select current_user::text, current_database()::text, pg_postmaster_start_time()"


async def migrate(
    database_url: str,
    report: Callable[[str], None] = lambda line: None,
    *,
    owner_url: str = "",
) -> None:
    """Applies what is not yet applied, under an advisory lock; ``report`` gets a line for each.

    ``owner_url``: with whose role it is done; that of ``database_url``, which serves, gets what it
    needs and no more. Without it one role does both.

    Raises:
        StartRefused: nothing was changed: the server is too old, a URL can't be understood, they
            are of different databases, or there is something to apply and the role may not.
    """

    def progress(event: str, app: str, name: str) -> None:
        if event == "apply_done":
            report(f"migrated {name}")

    given = await found(owner_credentials(owner_url) if owner_url else credentials(database_url))
    guard = await asyncpg.connect(**given)
    try:
        check_database(guard, POSTGRES_NEEDED)
        serving = await _who_serves(guard, database_url) if owner_url else None
        await guard.execute("select pg_advisory_lock($1)", _LOCK)
        if not await _may_migrate(guard):
            return
        config = tortoise_config({"engine": "tortoise.backends.asyncpg", "credentials": given})
        async with TortoiseContext():
            await run_migrations(config=config, progress=progress)
        if serving is not None:
            await grant(guard, serving)
    finally:
        await guard.close()


async def _who_serves(guard: Any, database_url: str) -> str | None:
    """The role of ``database_url``; None: it is the owner's, too."""
    connection = await asyncpg.connect(**await found(credentials(database_url)))
    try:
        serving, *its = await connection.fetchrow(_WHERE)
        owner, *ours = await guard.fetchrow(_WHERE)
    finally:
        await connection.close()
    if its != ours:
        raise StartRefused(
            f"QINJI_DATABASE_URL and {OWNER} are not of the same database 两个地址不是同一数据库"
        )
    return None if serving == owner else str(serving)


async def _may_migrate(guard: Any) -> bool:
    """False: the role may not, and need not, for everything is applied."""
    if await guard.fetchval(_MAY_MIGRATE):
        return True
    applied: set[str] = set()
    if await guard.fetchval("select to_regclass('public.tortoise_migrations') is not null"):
        rows = await guard.fetch("select name from tortoise_migrations where app = $1", APP)
        applied = {row["name"] for row in rows}
    missing = sorted({path.stem for path in _STEPS.glob("[0-9]*.py")} - applied)
    if missing:
        raise StartRefused(
            f"The database wants {missing[0]}, and this role does not own its tables: run `qinji"
            f" migrate` with {OWNER}. 数据库结构需要升级，请用{OWNER}运行 qinji migrate。"
        )
    return False
