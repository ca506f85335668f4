"""Each kind of data is kept as long as the table says, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.kit.ids import first_id_at
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.retention import remove_old
from app.store.retention.kinds import KEPT, REMOVED, YEAR
from app.store.rights.tables import APPEND_ONLY, CLOSING
from tests.own_database import database, migrated, template
from tests.servers import new_database

__all__ = ["database", "migrated", "template"]
NOW = datetime(2030, 3, 1, tzinfo=UTC)
_TABLES = """
select relname::text as tablename from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
"""
_CHECKED = "insert into verification (id, begun_at, ended_at, counts, findings)"
_TOLD = "insert into notice (id, person_id, kind, event_id, params, at, told_at)"
_SENT = (
    "insert into notice_message (notice_id, person_id, login_id, kind, template, at, due_at,"
    " until, tries, state, ended_at)"
)
_CARD = (
    "insert into invitation (id, kind, subject_id, issuer_id, made_at, expires_at)"
    " values ($1, 1, 1, 1, $2, $2::timestamptz + interval '1 day')"
)


async def test_every_table_says_how_long_its_rows_stay(database: Database) -> None:
    tables = {row["tablename"] for row in await database.rows(_TABLES)}
    removed = {kind.table for kind in REMOVED}
    assert removed & KEPT.keys() == set()
    assert removed | KEPT.keys() == tables
    assert not removed & (APPEND_ONLY | CLOSING), "what only grows never goes"


@pytest.mark.parametrize("portion", [1, 500])
async def test_what_has_had_its_time_goes_and_nothing_else(
    database: Database, portion: int
) -> None:
    ages = [YEAR / 3, YEAR * 2 / 3, YEAR * 2 + timedelta(days=1), YEAR * 3 + timedelta(days=1)]
    for number, age in enumerate(ages):
        at, id_ = NOW - age, first_id_at(NOW - age)
        await database.value(f"{_CHECKED} values ($1, $2, $2, '{{}}', '[]')", id_, at)
        await database.value(f"{_TOLD} values ($1, 1, 'x', $1, '{{}}', $2, $2)", id_, at)
        await database.value(
            f"{_SENT} values ($1, 1, 1, 'x', 'money', $2, $2, $2, 0, $3, $4)",
            id_,
            at,
            1 if number == 1 else 2,  # it still waits to go out
            None if number == 1 else at,
        )
    removed = await remove_old(database, NOW, portion)
    assert removed == {"verification": 1, "notice": 2, "notice_message": 2}
    for table, left in (("verification", 3), ("notice", 2), ("notice_message", 2)):
        assert await database.value(f"select count(*) from {table}") == left, table
    assert not await remove_old(database, NOW, portion), "once"


async def test_each_table_is_cleared_where_its_rows_are(
    database: Database, migrated: str, template: str
) -> None:
    """Cards beside the shared tables, inboxes in the cell, and what each database has of its own in
    both."""
    id_, at = first_id_at(NOW - 4 * YEAR), NOW - 4 * YEAR
    async with new_database(migrated, "shared", template) as url:
        apart = Shared(await Database.open(url, pool_max=2, models=False))
        for one in (database, apart):
            await one.value(f"{_CHECKED} values ($1, $2, $2, '{{}}', '[]')", id_, at)
            await one.value(f"{_TOLD} values ($1, 1, 'x', $1, '{{}}', $2, $2)", id_, at)
            await one.value(_CARD, id_, at)
        removed = await remove_old(database, NOW, apart=apart)
        assert removed == {"verification": 2, "notice": 1, "invitation": 1}
        left = {
            table: [await one.value(f"select count(*) from {table}") for one in (database, apart)]
            for table in ("notice", "invitation")
        }
        assert left == {"notice": [0, 1], "invitation": [1, 0]}
        await apart.close()
