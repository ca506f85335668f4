"""Bureaus in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.database import Database, Record

_ADD = """
insert into bureau (code, name, places, key_id, secret_sealed, added_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (code) do update set name = excluded.name, places = excluded.places,
    key_id = excluded.key_id, secret_sealed = excluded.secret_sealed, closed_at = null
"""


async def add(
    database: Database,
    code: str,
    name: str,
    places: Sequence[str],
    key_id: str,
    sealed: bytes,
    now: datetime,
) -> None:
    """Registers a bureau; one that is there gets a new key, and is open again."""
    await database.value(_ADD, code, name, list(places), key_id, sealed, now)


async def close(database: Database, code: str, now: datetime) -> bool:
    """Lets a bureau in no more; False: there is none of that code."""
    done = await database.value(
        "update bureau set closed_at = coalesce(closed_at, $2) where code = $1 returning code",
        code,
        now,
    )
    return done is not None


async def by_key(database: Database, key_id: str) -> Record | None:
    """The open bureau that signs with a key."""
    return await database.row(
        "select code, name, places, secret_sealed from bureau"
        " where key_id = $1 and closed_at is null",
        key_id,
    )


async def all_of_them(database: Database) -> list[Record]:
    return await database.rows("select code, name, places, closed_at from bureau order by code")
