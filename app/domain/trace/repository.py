"""What is sold, in the settlement's own transaction; what a code's beginning stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.trace.values import Alert, Bought, Product, Sale, product_of
from app.store.database import Connection, Database

_SOLD = """
select code, settlement_id, feedetl_sn, fixmedins_code, slot, split, units from trace_sale
where code = any($1::varchar[]) and freed_by is null order by code, slot
"""
# What was told (3505) of a settlement that has the code itself is no other sale. It may be told
# days after it was sold: it counts for the end of the day on which it happened.
_BUYERS = """
select person_id, fixmedins_code, split, settlement_id, sold_at from trace_sale
where code = $1 and freed_by is null
union all
select row_that_stays(s.person_id), c.fixmedins_code, c.split, u.settlement_id,
    least(u.told_at, (u.happened_on + 1)::timestamp at time zone 'Asia/Shanghai')
from goods_code c join goods_upload u on u.id = c.upload_id
left join settlement s on s.id = u.settlement_id
where c.code = $1 and c.kind = 5 and c.ended_by is null and not exists (
    select from trace_sale t where t.code = c.code and t.settlement_id = u.settlement_id)
order by sold_at
"""
_PRODUCTS = """
select prefix, med_list_codg, units from trace_product where prefix = any($1::varchar[])
"""
_FREE = """
update trace_sale s set freed_by = n.by, freed_at = $3
from unnest($1::bigint[], $2::bigint[]) as n (settlement_id, by)
where s.settlement_id = n.settlement_id and s.freed_by is null
"""
# Nothing is told apart here: who comes second on a place waits for the first, and then has nothing
# inserted, whatever the reason was for selling it again.
_SELL = """
with alerted as (
    insert into trace_alert (settlement_id, code, fixmedins_code, first_settlement_id,
        first_fixmedins_code, noted_at)
    select a.*, $10 from unnest($11::bigint[], $12::varchar[], $13::varchar[], $14::bigint[],
        $15::varchar[]) as a
)
insert into trace_sale (settlement_id, feedetl_sn, code, fixmedins_code, person_id, slot, split,
    units, freed_by, sold_at, freed_at)
select n.*, $10, case when n.freed_by is null then null else $10 end from unnest($1::bigint[],
    $2::varchar[], $3::varchar[], $4::varchar[], $5::bigint[], $6::smallint[], $7::boolean[],
    $8::text[]::numeric[], $9::bigint[]) as n (settlement_id, feedetl_sn, code, fixmedins_code,
        person_id, slot, split, units, freed_by)
on conflict do nothing
"""


async def sold(connection: Connection, codes: Collection[str]) -> dict[str, tuple[Sale, ...]]:
    """What stands sold of codes."""
    found: dict[str, list[Sale]] = {}
    for row in await connection.fetch(_SOLD, list(codes)):
        found.setdefault(row["code"], []).append(Sale(*row.values()))
    return {code: tuple(sales) for code, sales in found.items()}


async def buyers(database: Database, code: str) -> list[Bought]:
    """The sales of a code that stand, in order."""
    return [Bought(*row.values()) for row in await database.rows(_BUYERS, code)]


async def products(connection: Connection, prefixes: Collection[str]) -> dict[str, Product]:
    """What codes' beginnings stand for; unknown ones are left out."""
    items: dict[str, set[str]] = {}
    units: dict[str, Decimal | None] = {}
    for row in await connection.fetch(_PRODUCTS, list(prefixes)):
        items.setdefault(row["prefix"], set()).add(row["med_list_codg"])
        units[row["prefix"]] = row["units"]
    return {prefix: Product(frozenset(found), units[prefix]) for prefix, found in items.items()}


async def free(connection: Connection, freed: Mapping[int, int], moment: datetime) -> None:
    """Settlements (keys) were undone, each by another (values): their codes are free again."""
    await connection.execute(_FREE, list(freed), list(freed.values()), moment)


async def sell(
    connection: Connection,
    sales: Sequence[tuple[Sale, int, int | None]],
    alerts: Sequence[Alert],
    moment: datetime,
) -> bool:
    """Writes sales, each with whose it is and what has undone it in the same batch; False: another
    batch has taken one of their places."""
    ordered = sorted(sales, key=lambda one: (one[0].code, one[0].slot))
    rows = [one for one, _, _ in ordered]
    status = await connection.execute(
        _SELL,
        [one.settlement_id for one in rows],
        [one.feedetl_sn for one in rows],
        [one.code for one in rows],
        [one.fixmedins_code for one in rows],
        [person for _, person, _ in ordered],
        [one.slot for one in rows],
        [one.split for one in rows],
        [str(one.units) for one in rows],  # the server reads it sooner than the driver writes it
        [freed_by for _, _, freed_by in ordered],
        moment,
        [one.settlement_id for one in alerts],
        [one.code for one in alerts],
        [one.fixmedins_code for one in alerts],
        [one.first_settlement_id for one in alerts],
        [one.first_fixmedins_code for one in alerts],
    )
    return bool(status == f"INSERT 0 {len(rows)}")


def prefixes_of(codes: Collection[str]) -> set[str]:
    """What codes begin with, as far as it says which product they are of."""
    return {product_of(code) for code in codes}
