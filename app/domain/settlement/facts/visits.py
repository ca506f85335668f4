"""A clinic's visits as bills: their fee lines are settled once, and free again after a cancel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.model import Kind, Result, Snapshot
from app.domain.settlement.orders import PartReturn, VisitBill
from app.domain.trace.values import Scanned
from app.store.database import Connection, Record

_LINES = """
select visit_id, chrg_bchno, feedetl_sn, med_list_codg, amount_fen, cnt, pric, rxno,
    settlement_id
from fee_line join unnest($1::bigint[], $2::varchar[]) as n (visit_id, chrg_bchno)
    using (visit_id, chrg_bchno)
order by visit_id, length(feedetl_sn), feedetl_sn
"""
_FREE_LINES = """
select visit_id, feedetl_sn from fee_line
where visit_id = any($1::bigint[]) and settlement_id is null
"""


async def lock_visits(connection: Connection, visit_ids: Iterable[int]) -> set[int]:
    """Nobody charges, takes back or cancels while a batch settles: all of them lock the visit.

    Gives those that are visits: a purchase has a number of the same kind and none.
    """
    rows = await connection.fetch(
        "select id from visit where id = any($1::bigint[]) order by id for no key update",
        list(visit_ids),
    )
    return {row["id"] for row in rows}


@dataclass(slots=True)
class VisitBills:
    """The visits' bills with their open lines, by request id; without any, it is an empty bill.

    ``settled``: what settled the batches of which no line is open, as far as anything did.
    """

    bills: dict[int, Bill] = field(default_factory=dict)
    settled: dict[tuple[int, str], int] = field(default_factory=dict)


async def visit_bills(connection: Connection, orders: Mapping[int, VisitBill]) -> VisitBills:
    """What visits' bills are to settle, and what has settled them before."""
    keys = [bill.visit for order in orders.values() if (bill := order.bill).visit is not None]
    if not keys:
        return VisitBills()
    await lock_visits(connection, {visit for visit, _ in keys})
    lines: dict[tuple[int, str], list[Line]] = {}
    settled: dict[tuple[int, str], int] = {}
    asked = set(keys)  # each once: two bills may name the same batch
    rows = await connection.fetch(_LINES, [v for v, _ in asked], [b for _, b in asked])
    for row in rows:
        key = row["visit_id"], row["chrg_bchno"]
        if row["settlement_id"] is None:
            lines.setdefault(key, []).append(line_of(row))
        else:
            settled[key] = max(row["settlement_id"], settled.get(key, 0))
    return VisitBills(
        {
            request_id: _with_lines(order.bill, lines.get(key, ()))
            for (request_id, order), key in zip(orders.items(), keys, strict=True)
        },
        {key: found for key, found in settled.items() if key not in lines},
    )


def _with_lines(bill: Bill, lines: Sequence[Line]) -> Bill:
    """The visit's bill with its lines, each with the codes that name it."""
    if not bill.codes:
        return replace(bill, lines=tuple(lines))
    codes: dict[str, list[Scanned]] = {}
    for serial, scanned in bill.codes:
        codes.setdefault(serial, []).append(scanned)
    coded = [replace(line, codes=tuple(codes.get(line.feedetl_sn, ()))) for line in lines]
    return replace(bill, lines=tuple(coded))


def line_of(row: Record) -> Line:
    """A stored line as a bill has it."""
    return Line(
        row["feedetl_sn"],
        row["med_list_codg"],
        row["amount_fen"],
        row["cnt"],
        row["pric"],
        prescribed=row["rxno"] is not None,
        rxno=row["rxno"] or "",
    )


async def free_lines(connection: Connection, visits: Collection[int]) -> dict[int, set[str]]:
    """The unsettled lines' numbers of those numbers that are visits, which are locked."""
    if not visits:
        return {}
    found: dict[int, set[str]] = {one: set() for one in await lock_visits(connection, visits)}
    if found:
        for row in await connection.fetch(_FREE_LINES, list(found)):
            found[row["visit_id"]].add(row["feedetl_sn"])
    return found


async def mark_lines(connection: Connection, halves: Sequence[Result], snapshot: Snapshot) -> None:
    """Marks lines settled, or free again, as the batch's results say, one after the other."""
    for result in halves:
        row = result.settlement
        if row is None:
            continue
        bill = snapshot.bills.get(result.request.id)
        rest = isinstance(result.request.order, PartReturn)
        if bill is not None and bill.visit is not None:
            await connection.execute(
                "update fee_line set settlement_id = $3 "
                "where visit_id = $1 and chrg_bchno = $2 and settlement_id is null",
                *bill.visit,
                row.id,
            )
        elif row.kind is Kind.RESTORED or (rest and row.kind.pays):
            await connection.execute(
                "update fee_line set settlement_id = $3 where visit_id = $1 "
                "and feedetl_sn = any($2::varchar[]) and settlement_id is null",
                row.mdtrt_id,
                [part.line.feedetl_sn for part in row.lines],
                row.id,
            )
        elif row.cancels_id is not None:
            await connection.execute(
                "update fee_line set settlement_id = null where settlement_id = $1", row.cancels_id
            )
