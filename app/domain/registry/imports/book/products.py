"""What trace codes begin with into the database: the items a box may be sold as, what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.registry.imports.book.chunk import Written, begin
from app.domain.registry.imports.rows import ProductRow
from app.store.database import Connection

# A product's boxes hold the same, whichever item they are sold as.
_WRITE = """
with told as (
    select * from unnest($1::varchar[], $2::varchar[], $3::numeric[]) as n (prefix, item, units)
), held as (
    update trace_product p set units = t.units, updated_at = $4
    from (select distinct on (prefix) prefix, units from told order by prefix, units) t
    where p.prefix = t.prefix and p.units is distinct from t.units
    returning p.prefix, p.med_list_codg
), made as (
    insert into trace_product (prefix, med_list_codg, units, updated_at)
    select prefix, item, units, $4 from told on conflict do nothing
    returning prefix, med_list_codg
)
select (select count(*) from made) as made,
    (select count(*) from held h join told t on (t.prefix, t.item) = (h.prefix, h.med_list_codg))
        as changed
"""
_END = """
with gone as (
    delete from trace_product p using unnest($1::varchar[], $2::varchar[]) as n (prefix, item)
    where (p.prefix, p.med_list_codg) = (n.prefix, n.item) returning 1
)
select count(*) from gone
"""


async def write_products(
    connection: Connection, rows: Sequence[ProductRow], now: datetime
) -> Written:
    """Writes pairs of product and item, and takes away those that are gone."""
    await begin(connection)
    kept, gone = [one for one in rows if not one.gone], [one for one in rows if one.gone]
    told = await connection.fetchrow(
        _WRITE,
        [one.product for one in kept],
        [one.med_list_codg for one in kept],
        [one.units for one in kept],
        now,
    )
    assert told is not None
    ended = await connection.fetchval(
        _END, [one.product for one in gone], [one.med_list_codg for one in gone]
    )
    changed = told["changed"] + ended
    return Written(told["made"], changed, len(rows) - told["made"] - changed)
