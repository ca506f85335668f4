"""What is to be told to people of other cells: kept here until their inbox has taken it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.domain.notice.values import Telling
from app.kit.ids import IdMaker
from app.store.database import Connection, Database

_COLUMNS = ("person_id", "kind", "event_id", "params", "at", "login_id")
_PARK = """
insert into notice_elsewhere (id, person_id, kind, event_id, params, at, login_id)
select * from unnest($1::bigint[], $2::bigint[], $3::varchar[], $4::bigint[], $5::jsonb[],
    $6::timestamptz[], $7::bigint[])
on conflict (person_id, kind, event_id) do nothing
"""
# What waits for a cell that doesn't answer lets the others pass.
_TAKE = """
update notice_elsewhere e set tries = e.tries + 1
from (
    select id from notice_elsewhere order by tries, id limit $1 for update skip locked
) as d where e.id = d.id
returning e.id, e.person_id, e.kind, e.event_id, e.at, e.params, e.login_id
"""


async def park(connection: Connection, tellings: Sequence[Telling], ids: IdMaker) -> None:
    """Keeps them; again is the same telling."""
    if not tellings:
        return
    columns = [[getattr(one, name) for one in tellings] for name in _COLUMNS]
    await connection.execute(_PARK, [ids.next() for _ in tellings], *columns)


async def take(database: Database, limit: int) -> dict[int, Telling]:
    """What waits, by id: those first that were tried least."""
    rows = await database.rows(_TAKE, limit)
    return {row["id"]: Telling(**{name: row[name] for name in _COLUMNS}) for row in rows}


async def drop(database: Database, ids: Collection[int]) -> None:
    """These have been told, or there is nobody to tell."""
    await database.value("delete from notice_elsewhere where id = any($1::bigint[])", list(ids))
