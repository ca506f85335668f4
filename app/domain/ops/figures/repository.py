"""What the live figures read: bounded ranges by id or index, in one short read-only transaction.

The tables of the settlement path get no index for this: ids grow with time (app/kit/ids.py), so a
stretch of time is a range of the primary key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.domain.ops.figures.rules.slices import BUCKETS, LN_MAX, SLICE_S, Row
from app.kit.ids import first_id_at, moment_of
from app.store.database import Connection, Record

ROWS_MAX = 20_000
"""So many requests of an older stretch are read at once at the most."""
_QUEUE_MAX = 100_000
_LIST_MAX = 50
_FIRST_SLICE = int(moment_of(0).timestamp()) // SLICE_S

SLICES = f"""
with part as materialized (
    select id, infno, received_at from request where id >= $1 and id < $2 order by id desc limit $3
), ended as (
    select p.id, p.infno, coalesce(o.state, 0) as state, coalesce(o.reason, '') as reason,
        greatest(1, extract(epoch from o.decided_at - p.received_at)::float8 * 1000) as ms
    from part p left join outcome o
        on o.request_id = p.id and o.request_id >= (select min(id) from part) and o.request_id < $2
)
select (id >> 22) / {SLICE_S * 1000} as slice, state, infno, reason,
    case when state = 0 then 0 else width_bucket(ln(ms), 0, {LN_MAX}, {BUCKETS}) end as bucket,
    count(*)::int as count
from ended group by 1, 2, 3, 4, 5
"""  # noqa: S608 (numbers of this house)
QUEUE = f"""
select (select request_id from waiting order by request_id limit 1) as oldest,
    (select count(*) from (select from waiting limit {_QUEUE_MAX + 1}) as w) as length
"""  # noqa: S608
TASKS = """
select count(*)::int as count, coalesce(sum(amount_fen), 0)::bigint as fen,
    min(created_at) as oldest
from (select amount_fen, created_at from counter_task where done_at is null
    order by created_at limit 1000) as t
"""
SET_ASIDE = f"""
select r.fixmedins_code, r.msgid, r.infno, o.decided_at, o.detail ->> 'error' as error
from (select * from outcome where state = 4 and decided_at >= $1
    order by decided_at desc limit {_LIST_MAX}) as o
join request r on r.id = o.request_id order by o.decided_at desc
"""  # noqa: S608
SET_ASIDE_COUNT = f"""
select count(*)::int from (select from outcome where state = 4 and decided_at >= $1
    limit {_QUEUE_MAX}) as o
"""  # noqa: S608
TOMBSTONES = """
select count(*)::int from (select from request where body_hash is null and received_at >= $1
    limit 1001) as t
"""
SEALING = """
select (select read_to from feed where name = 'seal') as sealed_to,
    (select max(id) from settlement) as newest, c.day, encode(c.root, 'hex') as root, c.leaves
from (select) as one
left join (select day, root, leaves from day_root where closed_at is not null
    order by day desc limit 1) as c on true
"""
VERIFIED = """
select begun_at, ended_at, counts, findings from verification order by id desc limit 1
"""
FIRST_BILL = "select min(id) as id from settlement"
STATEMENTS = """
select d.day, (select count(*) from institution_statement s where s.day = d.day)::int as made,
    (select count(*) from institution_statement s
        where s.day = d.day and s.one_sided <> '[]'::jsonb)::int as institutions
from (select day from institution_statement order by day desc limit 1) as d
"""
ONE_SIDED = f"""
select s.fixmedins_code, item ->> 'kind' as kind, item ->> 'msgid' as msgid,
    item ->> 'setl_id' as setl_id, item ->> 'at' as at,
    (item ->> 'amount_fen')::bigint as amount_fen
from (select fixmedins_code, one_sided from institution_statement
    where day = $1 and one_sided <> '[]'::jsonb order by day, fixmedins_code limit {_LIST_MAX}) as s
cross join lateral (select item from jsonb_array_elements(s.one_sided) with ordinality
    as e (item, nth) where nth <= 20) as i
"""  # noqa: S608
ACTIVITY = """
select application_name as name, count(*)::int as connections,
    max(extract(epoch from clock_timestamp() - xact_start))::float8 as longest_s
from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() group by 1
"""
SERVER = """
select current_setting('server_version') as version,
    current_setting('max_connections')::int as connections_max,
    pg_database_size(current_database()) as bytes,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend')
        as connections
"""


def slice_at(moment: datetime) -> int:
    """The slice that a moment falls into."""
    return int(moment.timestamp()) // SLICE_S


def slice_begin(number: int) -> datetime:
    """When a slice begins."""
    return datetime.fromtimestamp(number * SLICE_S, UTC)


async def slices(connection: Connection, first: int, last: int) -> tuple[int, list[Row]]:
    """The requests of slices: from which slice on they were read, and their groups.

    Not more than about ``ROWS_MAX`` are read, the newest first, but never less than one slice.
    """
    rows = await _slices(connection, first, last, ROWS_MAX if last - first > 1 else None)
    if sum(row.count for row in rows) < ROWS_MAX or last - first <= 1:
        return first, rows
    reached = min(row.slice for row in rows) + 1  # that one may be cut off
    if reached <= last:
        return reached, [row for row in rows if row.slice >= reached]
    return last, await _slices(connection, last, last, None)


async def _slices(connection: Connection, first: int, last: int, limit: int | None) -> list[Row]:
    begin, end = (first_id_at(slice_begin(number)) for number in (first, last + 1))
    return [
        Row(
            row["slice"] + _FIRST_SLICE,
            row["state"],
            row["infno"],
            row["reason"],
            row["bucket"],
            row["count"],
        )
        for row in await connection.fetch(SLICES, begin, end, limit)
    ]


async def queue(connection: Connection) -> tuple[int, int | None]:
    """How many requests wait (``_QUEUE_MAX`` + 1: or more), and the oldest of them."""
    row = await connection.fetchrow(QUEUE)
    return row["length"], row["oldest"]


async def one(connection: Connection, sql: str, *values: object) -> dict[str, Any]:
    """The only row of a query, empty if there is none."""
    row = await connection.fetchrow(sql, *values)
    return {} if row is None else dict(row.items())


async def many(connection: Connection, sql: str, *values: object) -> Sequence[Record]:
    """All rows of a query that is bounded by itself."""
    found: Sequence[Record] = await connection.fetch(sql, *values)
    return found


async def one_sided(connection: Connection, day: date) -> Sequence[Record]:
    """What is one-sided in a day's statements: of fifty institutions, twenty items each."""
    return await many(connection, ONE_SIDED, day)
