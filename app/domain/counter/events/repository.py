"""What life events have left to do, in the database."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection, Database, Record

# What life events have left to do, once for each person; what was paid out or merged since is done.
_EVENTS = """
select f.id, f.kind, f.person_id, f.ref_id as other_id, f.made_at, p.insuplc_admdvs as place
from life_event_effect f join person p on p.id = f.person_id
where f.kind in ('to_pay_out', 'to_merge', 'contradicts')
    and not exists (select from counter_act a where a.ref = f.id and a.kind = 'event_close')
    and (f.kind = 'contradicts' or not exists (
        select from life_event_effect b where b.person_id = f.person_id and b.kind = f.kind
            and b.ref_id is not distinct from f.ref_id and b.id < f.id))
    and (f.kind <> 'to_pay_out'
        or not exists (select from account_pay_out o where o.person_id = f.person_id))
    and (f.kind <> 'to_merge'
        or not exists (select from account_merge m where m.person_id = f.person_id))
"""
_HAVE = """
select person_id, count(*) as open, sum(balance_fen)::bigint as fen from account
where person_id = any($1::bigint[]) and closed_at is null group by person_id
"""


async def event_tasks(database: Database, limit: int, area: str) -> list[Record]:
    """What life events have left to do for people insured in an area, the oldest first."""
    where = "and p.insuplc_admdvs like $2 || '%' order by f.id limit $1"
    return await database.rows(_EVENTS + where, limit, area)


async def event_task(connection: Connection, effect_id: int) -> Record | None:
    """One of them; the person is locked, so that nobody else closes it meanwhile."""
    await connection.execute(
        "select from person where id = (select person_id from life_event_effect where id = $1)"
        " for no key update",
        effect_id,
    )
    return await connection.fetchrow(f"{_EVENTS} and f.id = $1", effect_id)


async def accounts_left(
    database: Database, person_ids: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """How many open accounts people have, and with how much in them; who has none is left out."""
    rows = await database.rows(_HAVE, list(person_ids)) if person_ids else []
    return {row["person_id"]: (row["open"], row["fen"]) for row in rows}
