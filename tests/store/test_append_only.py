"""What has been booked, decided, sealed or audited is changed by no statement (law 2)."""

from __future__ import annotations

import asyncpg
import pytest

from tests.phone_world import migrated

__all__ = ["migrated"]
KEPT = (
    "transfer", "settlement", "outcome", "hold", "seal", "ops_sign_in", "ops_look", "audit_seal",
)  # fmt: skip


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("deed", ["update {0} set {1} = {1}", "delete from {0}"])
async def test_no_row_of_it_is_changed(migrated: str, table: str, deed: str) -> None:
    connection = await asyncpg.connect(migrated)
    try:
        column = await connection.fetchval(
            "select attname::text from pg_attribute"
            " where attrelid = $1::text::regclass and attnum > 0 order by attnum limit 1",
            table,
        )
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await connection.execute(deed.format(table, column))
    finally:
        await connection.close()
