"""What has been booked, decided, sealed or audited is changed by no statement (law 2)."""

from __future__ import annotations

import asyncpg
import pytest

from app.store.rights.tables import APPEND_ONLY
from tests.phone_world import migrated
from tests.servers import owner

__all__ = ["migrated"]


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
@pytest.mark.parametrize("deed", ["update {0} set {1} = {1}", "delete from {0}"])
async def test_no_row_of_it_is_changed(migrated: str, table: str, deed: str) -> None:
    async with owner(migrated) as connection:
        column = await connection.fetchval(
            "select attname::text from pg_attribute"
            " where attrelid = $1::text::regclass and attnum > 0 order by attnum limit 1",
            table,
        )
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await connection.execute(deed.format(table, column))
