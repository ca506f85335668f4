"""What is dispensed, in the settlement's own transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.prescription.values import Dispensed, Opinion, Prescribed, Share, State
from app.store.database import Connection, Record

# Whoever dispenses, withdraws or sells for cash holds the prescription's row, in order of ids.
_HEADS = """
select id, hi_rxno, person_id, med_type, state, ends_at from prescription
where hi_rxno = any($1::varchar[]) order by id
"""
_ITEMS = """
select prescription_id, med_list_codg, prescribed, dispensed from prescription_item
where prescription_id = any($1::bigint[])
"""
# What a pharmacy's last check said counts.
_PLACES = """
select distinct on (prescription_id, fixmedins_code) prescription_id, fixmedins_code, opinion
from prescription_access where prescription_id = any($1::bigint[]) and fetched_at is not null
order by prescription_id, fixmedins_code, checked_at desc nulls last
"""
_SELL = """
insert into prescription_sale (settlement_id, feedetl_sn, prescription_id, med_list_codg,
    fixmedins_code, cnt, freed_by, sold_at, freed_at)
select n.*, $8::timestamptz, case when n.freed_by is not null then $8::timestamptz end
from unnest($1::bigint[],
    $2::varchar[], $3::bigint[], $4::varchar[], $5::varchar[], $6::numeric[], $7::bigint[])
    as n (settlement_id, feedetl_sn, prescription_id, med_list_codg, fixmedins_code, cnt, freed_by)
"""
_FREE = """
update prescription_sale s set freed_by = n.by, freed_at = $3
from unnest($1::bigint[], $2::bigint[]) as n (settlement_id, by)
where s.settlement_id = n.settlement_id and s.freed_by is null
"""
_COUNT = """
update prescription_item i set dispensed = i.dispensed + n.much
from unnest($1::bigint[], $2::varchar[], $3::numeric[]) as n (prescription_id, item, much)
where i.prescription_id = n.prescription_id and i.med_list_codg = n.item
"""
# What was told of a sale goes with it: nobody has to take it back.
_UNTELL = """
update prescription_told set withdrawn_at = $2
where settlement_id = any($1::bigint[]) and withdrawn_at is null
"""


async def prescribed(
    connection: Connection, numbers: Collection[str], *, lock: bool
) -> dict[str, Prescribed]:
    """Prescriptions by their numbers; unknown ones are left out."""
    if not numbers:
        return {}
    heads = await connection.fetch(_HEADS + " for no key update" if lock else _HEADS, list(numbers))
    return {one.hi_rxno: one for one in await filled(connection, heads)}


async def filled(connection: Connection, heads: Sequence[Record]) -> list[Prescribed]:
    """Prescriptions of their rows, with what is counted and who has fetched them."""
    ids = [row["id"] for row in heads]
    items: dict[int, dict[str, Share]] = {one: {} for one in ids}
    for row in await connection.fetch(_ITEMS, ids):
        items[row["prescription_id"]][row["med_list_codg"]] = Share(
            row["prescribed"], row["dispensed"]
        )
    places = await connection.fetch(_PLACES, ids)
    return [
        Prescribed(
            row["id"],
            row["hi_rxno"],
            row["person_id"],
            row["med_type"],
            State(row["state"]),
            row["ends_at"],
            items[row["id"]],
            _at(row["id"], places, (None, *Opinion)),
            _at(row["id"], places, (Opinion.PASSED,)),
        )
        for row in heads
    ]


def _at(
    prescription_id: int, places: Sequence[Record], said: Collection[int | None]
) -> frozenset[str]:
    return frozenset(
        row["fixmedins_code"]
        for row in places
        if row["prescription_id"] == prescription_id and row["opinion"] in said
    )


async def move(
    connection: Connection,
    sales: Sequence[Dispensed],
    freed: Mapping[int, int],
    change: Mapping[tuple[int, str], Decimal],
    moment: datetime,
) -> None:
    """Writes what settlements dispense, what is given back of settlements of before (by which), and
    by how much that changes each item."""
    if sales:
        await connection.execute(
            _SELL,
            [one.settlement_id for one in sales],
            [one.feedetl_sn for one in sales],
            [one.prescription_id for one in sales],
            [one.med_list_codg for one in sales],
            [one.fixmedins_code for one in sales],
            [one.count for one in sales],
            [one.freed_by for one in sales],
            moment,
        )
    if freed:
        await connection.execute(_FREE, list(freed), list(freed.values()), moment)
        await connection.execute(_UNTELL, list(freed), moment)
    moved = [(*key, much) for key, much in sorted(change.items()) if much]
    if moved:
        await connection.execute(
            _COUNT,
            [one for one, _, _ in moved],
            [item for _, item, _ in moved],
            [much for _, _, much in moved],
        )
