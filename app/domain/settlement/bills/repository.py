"""A person's bills, as they lie in the table: the rows of a month and all that has come of them."""

from __future__ import annotations

from datetime import datetime

from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.model import Kind, Settlement
from app.store.database import Database

_BEGUN = """
select s.* from settlement s
where s.person_id = any(rows_of($1)) and s.settled_at >= $2 and s.settled_at < $3 and s.kind = $4
    and not exists (select from settlement c where c.request_id = s.request_id and c.kind = $5)
order by s.id desc limit $6
"""
"""What was bought then. What is left after a part return is settled by the request that gave the
whole back: it belongs to what was bought before."""
_AFTER = """
select s.* from settlement s where s.cancels_id = any($1::bigint[])
union
select s.* from settlement s
join settlement c on c.request_id = s.request_id and c.kind = $2 and c.id <> s.id
where c.id = any($1::bigint[]) and s.kind = $3
"""
_EARLIER = """
select max(settled_at) from settlement
where person_id = any(rows_of($1)) and settled_at < $2 and kind = $3
"""


async def begun(
    database: Database, person_id: int, first: datetime, after: datetime, limit: int
) -> list[Settlement]:
    """What a person bought in a time, newest first, and everything that has come of it since."""
    rows = await database.rows(
        _BEGUN, person_id, first, after, int(Kind.SETTLED), int(Kind.CANCELLED), limit
    )
    found = {row["id"]: settlement_of(row) for row in rows}
    new = list(found)
    while new:
        rows = await database.rows(_AFTER, new, int(Kind.CANCELLED), int(Kind.SETTLED))
        new = [row["id"] for row in rows if row["id"] not in found]
        found |= {row["id"]: settlement_of(row) for row in rows}
    return list(found.values())


async def last_before(database: Database, person_id: int, moment: datetime) -> datetime | None:
    """When a person bought something last, before a moment."""
    found: datetime | None = await database.value(_EARLIER, person_id, moment, int(Kind.SETTLED))
    return found
