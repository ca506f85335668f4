"""How long tills waited, read from a bounded number of messages spread over a stretch of time.

A stretch is read in parts, of each the newest messages by the primary key (ids grow with time), so
that a week costs no more than an hour. Each message's outcome is looked up by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.kit.ids import first_id_at
from app.store.database import Connection, Record

PARTS, OF_PART = 40, 500
_SHOWN = 50
OF_INSTITUTION, OF_POOL, OF_ALL = 1, 2, 3
"""What a row is of: the bits of what it is not told apart by."""
FEW = 5
"""Of fewer messages than so many little can be said: they stand behind the others."""
PACES = f"""
with part as materialized (
    select r.id, r.fixmedins_code, r.received_at, r.nth
    from unnest($1::bigint[], $2::bigint[]) as s (first, after)
    cross join lateral (
        select id, fixmedins_code, received_at, row_number() over (order by id desc) as nth
        from request where id >= s.first and id < s.after and body_hash is not null
        order by id desc limit {OF_PART}
    ) as r
), waited as materialized (
    select p.fixmedins_code, extract(epoch from
        coalesce((select o.decided_at from outcome o where o.request_id = p.id), $3)
        - p.received_at)::float8 * 1000 as ms,
        (select i.admdvs from institution i where i.fixmedins_code = p.fixmedins_code) as place
    from part p
    where coalesce((select false from question q where q.request_id = p.id limit 1), true)
), paced as (
    select fixmedins_code as code, left(place, 4) as pool, count(*)::int as count,
        grouping(fixmedins_code, left(place, 4)) as of,
        percentile_cont(array[0.5, 0.95]) within group (order by greatest(ms, 0)) as ms
    from waited where $4 = '' or left(place, 2) = $4
    group by grouping sets ((), (fixmedins_code), (left(place, 4)))
), ranked as (
    select *, row_number() over (partition by of
        order by count < {FEW}, ms[2] desc, code, pool) as rank from paced where count > 0
)
select r.of, r.code, r.pool, r.count, r.ms, (select i.fixmedins_name from institution i
        where i.fixmedins_code = r.code) as name,
    (select max(nth) >= {OF_PART} from part) as sampled
from ranked r where r.rank <= {_SHOWN} order by r.rank
"""  # noqa: S608 (numbers of this house)


async def paces(
    connection: Connection, since: datetime, until: datetime, now: datetime, province: str
) -> Sequence[Record]:
    """A row of all, one an institution and one a pool. What isn't decided has waited until now;
    what waits for donors is left out: that is no till's slowness."""
    edges = parts(first_id_at(since), first_id_at(until))
    found: Sequence[Record] = await connection.fetch(PACES, *edges, now, province)
    return found


def parts(first: int, after: int) -> tuple[list[int], list[int]]:
    """Where the parts of a stretch of ids begin, and where they end."""
    edges = [first + (after - first) * n // PARTS for n in range(PARTS + 1)]
    return edges[:-1], edges[1:]
