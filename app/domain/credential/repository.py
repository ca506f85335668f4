"""Codes shown and codes used, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.kit.value import value
from app.store.database import Database, Record

_INSERT = """
insert into credential (id, holder_id, shower_id, binding_id, relation, business_type, issued_at,
    expires_at)
select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::varchar[],
    $6::varchar[], $7::timestamptz[], $8::timestamptz[])
"""
_USE = """
insert into credential_use (credential_id, fixmedins_code, msgid, opter, decoded_at)
values ($1, $2, $3, $4, $5) on conflict (credential_id) do nothing returning credential_id
"""


@value
class Shown:
    """One code shown."""

    id: int
    holder_id: int
    shower_id: int
    binding_id: int | None
    relation: str
    business_type: str
    issued_at: datetime
    expires_at: datetime


async def insert(database: Database, shown: Sequence[Shown]) -> None:
    """Records codes that are about to be shown."""
    async with database.connection() as connection:
        await connection.execute(
            _INSERT,
            *([getattr(item, name) for item in shown] for name in Shown.__dataclass_fields__),
        )


async def use(
    database: Database, credential_id: int, code: str, msgid: str, opter: str, moment: datetime
) -> bool:
    """Records the one decode of a code; False when it was decoded before."""
    done = await database.value(_USE, credential_id, code, msgid, opter, moment)
    return done is not None


async def get(database: Database, credential_id: int) -> Record | None:
    """A code shown, with its decode if there was one."""
    return await database.row(
        "select c.*, u.fixmedins_code, u.msgid, u.decoded_at from credential c "
        "left join credential_use u on u.credential_id = c.id where c.id = $1",
        credential_id,
    )
