"""What is sold, in the settlement's own transaction; what a code's beginning stands for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
# Found by its codes: a settlement's rows have no index of their own that would be quick enough.
_FREE = """
update trace_sale s set freed_by = n.by, freed_at = $4
from unnest($1::varchar[], $2::bigint[], $3::bigint[]) as n (code, settlement_id, by)
where s.code = n.code and s.settlement_id = n.settlement_id and s.freed_by is null
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


async def free(
    connection: Connection, freed: Collection[tuple[str, int, int]], moment: datetime
) -> None:
    """Codes of settlements are free again: each with its settlement, and what has undone that."""
    codes, settlements, by = zip(*freed, strict=True)
    await connection.execute(_FREE, codes, settlements, by, moment)


BOX_TAKEN = "trace_sale_live"
"""The index that refuses to sell a box once more."""
_PLAIN_TYPES = ("varchar", "bigint", "varchar", "varchar", "bigint")
PLAIN_COLUMNS = len(_PLAIN_TYPES)


def insert_plain(first: int, moment: int) -> str:
    """Sells whole boxes that nobody is known to have sold: the parameters of ``plain_arrays`` are
    those from ``first`` on. A box that stands sold gets the place of that sale, whichever it is, so
    that the index of those that stand (``BOX_TAKEN``) refuses it."""
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_PLAIN_TYPES, first))
    return f"""insert into trace_sale (code, settlement_id, feedetl_sn, fixmedins_code, person_id,
        slot, split, units, sold_at)
    select n.code, n.settlement_id, n.feedetl_sn, n.fixmedins_code, n.person_id,
        coalesce(stands.slot, 1), false, 1, ${moment}
    from unnest({arrays}) as n (code, settlement_id, feedetl_sn, fixmedins_code, person_id)
    left join (
        select code, slot from trace_sale where code = any(${first}::varchar[]) and freed_by is null
    ) as stands using (code)"""  # noqa: S608


def plain_arrays(sales: Sequence[tuple[Sale, int]]) -> list[list[object]]:
    """The parameters of ``insert_plain``: sales, each with whose it is, in the order of codes, so
    that two who sell the same ones never wait for each other."""
    ordered = sorted(sales, key=_code)
    return [
        [one.code for one, _ in ordered],
        [one.settlement_id for one, _ in ordered],
        [one.feedetl_sn for one, _ in ordered],
        [one.fixmedins_code for one, _ in ordered],
        [person for _, person in ordered],
    ]


def _code(sale: tuple[Sale, int]) -> str:
    return sale[0].code


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
