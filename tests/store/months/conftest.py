"""A migrated database of its own, and rows of the books as plain as can be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.kit.ids import first_id_at
from tests.own_database import database, migrated, template
from tests.phone_world import config
from tests.till_world import town

__all__ = ["config", "database", "migrated", "template", "town"]
LONG_AGO = datetime(2025, 1, 5, tzinfo=UTC)
FAR = datetime(2049, 1, 5, tzinfo=UTC)
_TRANSFER = """
insert into transfer (id, kind, reverses_id, debit_account, credit_account, amount_fen, created_at)
values ($1, 1, $2, 1, 2, 5, $3)
"""


async def transfer(connection: Any, at: datetime, number: int = 0, of: int | None = None) -> int:
    """Books a transfer of a moment; gives its id."""
    id_ = first_id_at(at) + number
    await connection.execute(_TRANSFER, id_, of, at)
    return id_
