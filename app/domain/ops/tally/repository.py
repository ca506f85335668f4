"""The counts in the database: what is counted, read in order of id, and sums of a span."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domain.ops.tally.values import Counted, Slot, Sum
from app.store.database import Connection, Record
from app.store.feed import Source, unseen

NAME = "tally"
SETTLED = f"""
select s.id, 1 as state, s.kind, s.fixmedins_code, s.mdtrtarea_admvs, s.insuplc_admdvs,
    s.medfee_sumamt_fen, s.cash_pay_fen, s.trace -> 'reasons' as reasons,
    s.kind = 1 and exists (select from settlement c
        where c.request_id = s.request_id and c.kind = 2) as rest
from settlement s where {unseen(NAME, "s.id")} order by s.id limit $3
"""  # noqa: S608 (names of this house)
NOT_DONE = f"""
select r.id, r.fixmedins_code, o.state, o.reason from request r
join outcome o on o.request_id = r.id
where {unseen(NAME, "r.id")} and o.state <> 1 order by r.id limit $3
"""  # noqa: S608
SOURCE = Source((SETTLED, NOT_DONE), remembered=True)
_ADD = """
insert into ops_tally as t (slot, kind, place, reason, count, fen)
select * from unnest($1::timestamptz[], $2::smallint[], $3::varchar[], $4::varchar[], $5::int[],
    $6::bigint[])
on conflict (kind, slot, place, reason)
do update set count = t.count + excluded.count, fen = t.fen + excluded.fen
"""
POINTS = """
select slot, kind, sum(count)::int as count, sum(fen)::bigint as fen from ops_tally
where kind = any($1::smallint[]) and slot >= $2 and slot < $3 and ($4 = '' or left(place, 2) = $4)
group by 1, 2
"""
REASONS = """
select reason, sum(count)::int as count from ops_tally
where kind = 3 and slot >= $1 and slot < $2 and ($3 = '' or left(place, 2) = $3)
group by 1 order by 2 desc, 1 limit 30
"""
UNPAID = """
select reason, place, sum(count)::int as count, sum(fen)::bigint as fen from ops_tally
where kind = 6 and slot >= $1 and slot < $2 and ($3 = '' or left(place, 2) = $3)
group by 1, 2 order by 3 desc, 1, 2
"""
BOUNDS = """
select (select min(slot) from ops_tally where kind = 1) as first,
    (select read_to from feed where name = $1) as read_to
"""
_FORGET = "delete from ops_tally where slot < $1"


async def add(connection: Connection, sums: Mapping[Slot, Sum]) -> None:
    """Adds to the counts; in one order, so that two who add don't wait for each other in turn."""
    keys = sorted(sums)
    await connection.execute(
        _ADD,
        [one.begins for one in keys],
        [int(one.kind) for one in keys],
        [one.place for one in keys],
        [one.reason for one in keys],
        [sums[one].count for one in keys],
        [sums[one].fen for one in keys],
    )


async def points(
    connection: Connection,
    kinds: Iterable[Counted],
    since: datetime,
    until: datetime,
    province: str,
) -> Sequence[Record]:
    """Counts by ten minutes and kind."""
    wanted = [int(kind) for kind in kinds]
    found: Sequence[Record] = await connection.fetch(POINTS, wanted, since, until, province)
    return found


async def reasons(
    connection: Connection, since: datetime, until: datetime, province: str
) -> list[tuple[str, int]]:
    """Why messages were refused, the commonest first."""
    rows = await connection.fetch(REASONS, since, until, province)
    return [(row["reason"], row["count"]) for row in rows]


async def unpaid(
    connection: Connection, since: datetime, until: datetime, province: str
) -> Sequence[Record]:
    """Unpaid aid by reason and pool; without a reason: by bills."""
    found: Sequence[Record] = await connection.fetch(UNPAID, since, until, province)
    return found


async def bounds(connection: Connection) -> tuple[datetime | None, int | None]:
    """The first ten minutes that were counted, and up to which id all is."""
    row = await connection.fetchrow(BOUNDS, NAME)
    return row["first"], row["read_to"]


async def forget(connection: Connection, before: datetime) -> None:
    """Drops what nobody compares with any more."""
    await connection.execute(_FORGET, before)
