"""The insurance catalogue into the database: set by set, since it is long.

A line with a day says what an item is worth from that day on; one without, from now on. Where an
item has days of its own already, "now" is one more of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.registry.imports.book.chunk import Written, begin
from app.domain.registry.imports.rows import ItemRow
from app.kit.clock import local_date
from app.store.database import Connection

_STAGED = ("line", "code", "name", "list_type", "lv", "prop", "price", "licence", "goods", "begins",
           "dated")  # fmt: skip
# A line without a day, of an item that has days: it says something new, or nothing.
_FROM_TODAY = """
update import_item n set dated = true, begins = case
    when (t.chrgitm_lv, t.selfpay_prop, t.pric_uplmt_amt) is distinct from (n.lv, n.prop, n.price)
        and not exists (select from import_item o
            where o.run = pg_current_xact_id() and o.code = n.code and o.begins = $1)
    then $1 end
from (
    select distinct on (med_list_codg) * from catalogue_term
    where begins_on <= $1 and med_list_codg in (
        select code from import_item where run = pg_current_xact_id() and not dated)
    order by med_list_codg, begins_on desc) t
where n.run = pg_current_xact_id() and not n.dated and t.med_list_codg = n.code
"""
_CHANGE = """
with one as (
    select distinct on (code) * from import_item where run = pg_current_xact_id()
    order by code, dated, line desc
), new as (
    select n.code, n.name, n.list_type, n.licence,
        case when n.goods is null then c.goods else nullif(n.goods, '') end as goods,
        case when n.dated then c.chrgitm_lv else n.lv end as lv,
        case when n.dated then c.selfpay_prop else n.prop end as prop,
        case when n.dated then c.pric_uplmt_amt else n.price end as price
    from one n join catalogue_item c on c.med_list_codg = n.code
), done as (
    update catalogue_item c set name = n.name, list_type = n.list_type, licence = n.licence,
        goods = n.goods, chrgitm_lv = n.lv, selfpay_prop = n.prop, pric_uplmt_amt = n.price,
        updated_at = $1
    from new n where c.med_list_codg = n.code
        and (c.name, c.list_type, c.licence, c.goods, c.chrgitm_lv, c.selfpay_prop,
            c.pric_uplmt_amt)
        is distinct from (n.name, n.list_type, n.licence, n.goods, n.lv, n.prop, n.price)
    returning n.code
)
update import_item s set changed = true from done d
where s.run = pg_current_xact_id() and d.code = s.code
"""
# Before its first day an item is in no list, so it is paid by the patient.
_ADD = """
with one as (
    select distinct on (code) * from import_item where run = pg_current_xact_id()
    order by code, dated, line desc
), done as (
    insert into catalogue_item (med_list_codg, name, list_type, chrgitm_lv, selfpay_prop,
        pric_uplmt_amt, licence, updated_at, goods)
    select code, name, list_type, case when dated then '03' else lv end,
        case when dated then 1 else prop end, case when not dated then price end, licence, $1,
        nullif(goods, '')
    from one on conflict (med_list_codg) do nothing returning med_list_codg
)
update import_item s set added = true from done d
where s.run = pg_current_xact_id() and d.med_list_codg = s.code
"""
_TERMS = """
with done as (
    insert into catalogue_term as t (med_list_codg, begins_on, chrgitm_lv, selfpay_prop,
        pric_uplmt_amt, updated_at)
    select code, begins, lv, prop, price, $1 from import_item
    where run = pg_current_xact_id() and begins is not null
    on conflict (med_list_codg, begins_on) do update set chrgitm_lv = excluded.chrgitm_lv,
        selfpay_prop = excluded.selfpay_prop, pric_uplmt_amt = excluded.pric_uplmt_amt,
        updated_at = excluded.updated_at
    where (t.chrgitm_lv, t.selfpay_prop, t.pric_uplmt_amt)
        is distinct from (excluded.chrgitm_lv, excluded.selfpay_prop, excluded.pric_uplmt_amt)
    returning med_list_codg, begins_on
), told as (
    update catalogue_item c set updated_at = $1
    where c.med_list_codg in (select med_list_codg from done) and c.updated_at <> $1
)
update import_item s set changed = true from done d
where s.run = pg_current_xact_id() and d.med_list_codg = s.code and d.begins_on = s.begins
"""
_COUNTS = """
select count(*) filter (where added)::int, count(*) filter (where changed and not added)::int
from import_item where run = pg_current_xact_id()
"""
# Only what this transaction has staged: more is never seen, and by this it is found.
_DONE = "delete from import_item where run = pg_current_xact_id()"


async def write_items(
    connection: Connection, rows: Sequence[tuple[int, ItemRow]], now: datetime
) -> Written:
    """Writes catalogue items (line, row)."""
    await begin(connection)
    records = [
        (
            line,
            row.med_list_codg,
            row.name,
            row.list_type,
            row.chrgitm_lv,
            row.selfpay_prop,
            row.pric_uplmt_amt,
            row.licence,
            row.goods,
            row.begins_on,
            row.begins_on is not None,
        )
        for line, row in rows
    ]
    await connection.copy_records_to_table("import_item", records=records, columns=_STAGED)
    await connection.execute(_FROM_TODAY, local_date(now))
    for statement in (_CHANGE, _ADD, _TERMS):
        await connection.execute(statement, now)
    added, changed = await connection.fetchrow(_COUNTS)
    await connection.execute(_DONE)
    return Written(added, changed, len(rows) - added - changed)
