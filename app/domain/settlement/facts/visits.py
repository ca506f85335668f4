"""A clinic's visits as bills: their fee lines are settled once, and free again after a cancel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.settlement.bill import Line
from app.domain.settlement.model import Kind, Request, Result, Snapshot
from app.domain.settlement.stored_bill import visit_bill
from app.store.database import Connection

_LINES = """
select visit_id, chrg_bchno, feedetl_sn, med_list_codg, amount_fen, cnt, pric
from fee_line join unnest($1::bigint[], $2::varchar[]) as n (visit_id, chrg_bchno)
    using (visit_id, chrg_bchno)
where settlement_id is null order by visit_id, feedetl_sn
"""


async def lock_visits(connection: Connection, visit_ids: Iterable[int]) -> None:
    """Nobody charges, takes back or cancels while a batch settles: all of them lock the visit."""
    await connection.execute(
        "select 1 from visit where id = any($1::bigint[]) order by id for no key update",
        list(visit_ids),
    )


async def load_visits(
    connection: Connection, requests: Sequence[Request], snapshot: Snapshot
) -> None:
    """Puts the visits' bills into the snapshot; one without open lines is an empty bill."""
    if not requests:
        return
    keys = [(int(r.body["visit"]), r.body["batch"]) for r in requests]
    await lock_visits(connection, {visit for visit, _ in keys})
    lines: dict[tuple[int, str], list[Line]] = {}
    rows = await connection.fetch(_LINES, [v for v, _ in keys], [b for _, b in keys])
    for row in rows:
        lines.setdefault((row["visit_id"], row["chrg_bchno"]), []).append(
            Line(
                row["feedetl_sn"], row["med_list_codg"], row["amount_fen"], row["cnt"], row["pric"]
            )
        )
    for request, key in zip(requests, keys, strict=True):
        snapshot.bills[request.id] = visit_bill(request.body, tuple(lines.get(key, ())))


async def mark_lines(connection: Connection, results: Sequence[Result], snapshot: Snapshot) -> None:
    """Marks lines settled, or free again, as the batch's results say."""
    for result in results:
        row = result.settlement
        if row is None:
            continue
        bill = snapshot.bills.get(result.request.id)
        if bill is not None and bill.visit is not None:
            await connection.execute(
                "update fee_line set settlement_id = $3 "
                "where visit_id = $1 and chrg_bchno = $2 and settlement_id is null",
                *bill.visit, row.id,
            )  # fmt: skip
        elif row.kind is Kind.RESTORED:
            await connection.execute(
                "update fee_line set settlement_id = $3 where visit_id = $1 "
                "and feedetl_sn = any($2::varchar[]) and settlement_id is null",
                row.mdtrt_id, [line["sn"] for line in row.lines], row.id,
            )  # fmt: skip
        elif row.cancels_id is not None:
            await connection.execute(
                "update fee_line set settlement_id = null where settlement_id = $1", row.cancels_id
            )
