"""Rows of goods as they are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from app.domain.trace.uploads.values import Kind, Upload
from app.store.database import Connection, Database, Record

_ADD = """
insert into goods_upload (id, fixmedins_code, kind, key, content, fixmedins_bchno,
    fixmedins_hilist_id, med_list_codg, happened_on, insured, settlement_id, mdtrt_sn, details,
    told_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (fixmedins_code, kind, key) where deleted_at is null do nothing returning id
"""
_ADD_CODES = """
insert into goods_code (upload_id, code, fixmedins_code, kind, split)
select $1, c, $2, $3, $4 from unnest($5::varchar[]) as n (c)
on conflict do nothing returning code
"""
_RETURN = """
update goods_code set ended_by = $1
where fixmedins_code = $2 and kind = 5 and code = any($3::varchar[]) and ended_by is null
"""
_DELETE = """
with gone as (
    update goods_upload set deleted_at = $4
    where fixmedins_code = $1 and fixmedins_bchno = $2 and kind = any($3::smallint[])
        and deleted_at is null returning id
), codes as (
    update goods_code c set ended_by = gone.id from gone where c.upload_id = gone.id
), back as (
    update goods_code c set ended_by = null from gone where c.ended_by = gone.id
        and c.upload_id <> gone.id
)
select count(*) from gone
"""
_CODES = """
select u.*, c.code, c.split from goods_code c join goods_upload u on u.id = c.upload_id
where c.fixmedins_code = $1 and c.kind = any($2::smallint[]) and u.deleted_at is null
    and (c.kind <> 5 or c.ended_by is null)
    and ($3 = '' or u.fixmedins_hilist_id = $3) and ($4 = '' or u.fixmedins_bchno = $4)
    and ($5 = '' or u.med_list_codg = $5) and ($6 = '' or c.code = $6)
    and ($7 = '' or u.mdtrt_sn = $7) and ($8 = '' or u.details ->> 'psn_no' = any(numbers_of($8)))
    and u.happened_on between $9 and $10
order by u.id, c.code limit $11
"""


_ROWS = """
select * from goods_upload u
where fixmedins_code = $1 and kind = any($2::smallint[]) and deleted_at is null
    and ($3 = '' or fixmedins_hilist_id = $3) and ($4 = '' or fixmedins_bchno = $4)
    and ($5 = '' or med_list_codg = $5) and details @> ($6::jsonb - 'psn_no')
    and ($6 ->> 'psn_no' is null or details ->> 'psn_no' = any(numbers_of($6 ->> 'psn_no')))
    and (cardinality($7::varchar[]) = 0 or id::varchar = all($7::varchar[]))
    and happened_on between $8 and $9
order by id limit $10
"""

# A settlement's boxes are told (3505) in time, or the settlement is undone; what is told of insured
# people has a settlement that has the code and stands, where that has codes at all.
_NOT_TOLD = """
select 'settled, not told' as what, s.code, s.fixmedins_code, s.settlement_id, s.sold_at as at
from trace_sale s
where s.sold_at >= $1 and s.sold_at < $2 and s.freed_by is null and not exists (
    select from goods_code c where c.code = s.code and c.fixmedins_code = s.fixmedins_code
        and c.kind = 5 and c.ended_by is null)
order by s.fixmedins_code, s.sold_at
"""
_NOT_SETTLED = """
select 'told, not settled' as what, c.code, c.fixmedins_code, u.settlement_id, u.told_at as at
from goods_upload u join goods_code c on c.upload_id = u.id and c.ended_by is null
where u.kind = 5 and u.told_at >= $1 and u.told_at < $2 and u.insured and u.deleted_at is null
    and (exists (select from settlement x where x.cancels_id = u.settlement_id)
        or (exists (select from settlement s where s.id = u.settlement_id
                and jsonb_path_exists(s.lines, '$[*].trac'))
            and not exists (select from trace_sale t where t.settlement_id = u.settlement_id
                and t.code = c.code and t.freed_by is null)))
order by c.fixmedins_code, u.told_at
"""
_TWICE = """
select 'sold twice' as what, a.code, a.fixmedins_code, a.settlement_id, a.noted_at as at
from trace_alert a where a.noted_at >= $1 and a.noted_at < $2
union all
select 'sold twice', c.code, c.fixmedins_code, u.settlement_id, u.told_at
from goods_upload u join goods_code c on c.upload_id = u.id and c.ended_by is null
where u.kind = 5 and u.told_at >= $1 and u.told_at < $2 and not c.split and (
    exists (select from goods_code o where o.code = c.code and o.kind = 5 and o.ended_by is null
        and o.upload_id <> c.upload_id)
    or exists (select from trace_sale t where t.code = c.code and t.freed_by is null
        and t.settlement_id is distinct from u.settlement_id))
order by fixmedins_code, at
"""
NIGHTLY = (_NOT_TOLD, _NOT_SETTLED, _TWICE)


async def nightly(database: Database, since: datetime, until: datetime) -> list[Record]:
    """What doesn't fit together of what was sold and told from a moment to another."""
    found: list[Record] = []
    for query in NIGHTLY:
        found += await database.rows(query, since, until)
    return found


async def add(
    connection: Connection, id_: int, fixmedins_code: str, row: Upload, moment: datetime
) -> bool:
    """Keeps a row; False: one with its key is there, also one that another is just keeping."""
    added = await connection.fetchval(
        _ADD,
        id_,
        fixmedins_code,
        int(row.kind),
        row.key,
        row.content,
        row.fixmedins_bchno,
        row.fixmedins_hilist_id,
        row.med_list_codg,
        row.happened_on,
        row.insured,
        row.settlement_id,
        row.mdtrt_sn,
        dict(row.details),
        moment,
    )
    return added is not None


async def add_codes(
    connection: Connection, id_: int, fixmedins_code: str, row: Upload
) -> list[str]:
    """Keeps a row's codes; gives those that this institution has told to be sold before."""
    told = await connection.fetch(
        _ADD_CODES, id_, fixmedins_code, int(row.kind), row.split, list(row.codes)
    )
    there = {one["code"] for one in told}
    return [code for code in row.codes if code not in there]


async def content(connection: Connection, fixmedins_code: str, row: Upload) -> int | None:
    """What the row that has the key says."""
    found = await connection.fetchval(
        "select content from goods_upload where fixmedins_code = $1 and kind = $2 and key = $3"
        " and deleted_at is null",
        fixmedins_code,
        int(row.kind),
        row.key,
    )
    return None if found is None else int(found)


async def give_back(
    connection: Connection, id_: int, fixmedins_code: str, codes: Sequence[str]
) -> None:
    """What was told to be sold has come back."""
    await connection.execute(_RETURN, id_, fixmedins_code, list(codes))


async def is_settlement(connection: Connection, settlement_id: int, fixmedins_code: str) -> bool:
    """Whether an institution has made a settlement."""
    return bool(
        await connection.fetchval(
            "select exists (select from settlement where id = $1 and fixmedins_code = $2)",
            settlement_id,
            fixmedins_code,
        )
    )


async def delete(
    database: Database,
    fixmedins_code: str,
    bchno: str,
    kinds: Sequence[Kind],
    moment: datetime,
) -> int:
    """Takes back what was told of a batch; gives how many rows."""
    async with database.transaction() as connection:
        numbers = [int(kind) for kind in kinds]
        gone = await connection.fetchval(_DELETE, fixmedins_code, bchno, numbers, moment)
        return int(gone)


async def codes(
    database: Database,
    fixmedins_code: str,
    kinds: Sequence[Kind],
    filters: Sequence[str],
    days: tuple[date, date],
    most: int,
) -> Sequence[Record]:
    """Codes as they were told, each with its row. Filters, empty where none is wanted: the item by
    the institution's code, batch, national code, trace code, visit, person."""
    numbers = [int(kind) for kind in kinds]
    return await database.rows(_CODES, fixmedins_code, numbers, *filters, *days, most)


async def rows(
    database: Database,
    fixmedins_code: str,
    kinds: Sequence[Kind],
    filters: Sequence[str],
    said: Mapping[str, str],
    ids: Collection[str],
    days: tuple[date, date],
    most: int,
) -> Sequence[Record]:
    """Rows as they were told. Filters as of ``codes``, the first three; ``said``: what must stand
    in a row; ``ids``: which it must be."""
    numbers = [int(kind) for kind in kinds]
    asked = (fixmedins_code, numbers, *filters, dict(said), list(ids), *days, most)
    return await database.rows(_ROWS, *asked)
