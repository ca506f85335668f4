"""Children for whom somebody else has signed that their code may be shown."""

from __future__ import annotations

from datetime import date

from app.kit.value import value
from app.store.cells.shared import Shared
from app.store.database import Database

_HOLDERS = """
select distinct holder_id from family_binding
where consent = 'commitment' and state = 'active' and holder_id > $1 order by holder_id limit $2
"""
_PEOPLE = "select id, brdy, insuplc_admdvs from person where id = any($1::bigint[]) order by id"


@value
class Child:
    """One of them."""

    person_id: int
    brdy: date
    place: str


async def children(
    database: Database, shared: Shared, after: int, limit: int
) -> tuple[list[Child], int | None]:
    """The next after an id, and the last id that was looked at; None: there are no more."""
    ids = [row["holder_id"] for row in await shared.rows(_HOLDERS, after, limit)]
    rows = await database.rows(_PEOPLE, ids) if ids else []
    return [Child(*row.values()) for row in rows], ids[-1] if ids else None
