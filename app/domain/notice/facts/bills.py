"""Settlements and what undoes them: told to the patient and to whose accounts gave."""

from __future__ import annotations

from app.domain.notice.rules.bills import Row, told
from app.domain.notice.values import Telling
from app.domain.settlement.model import Kind
from app.domain.settlement.trace import read_legs
from app.store.database import Connection, Record
from app.store.feed import Batch, Source, unseen

NAME = "notice-bills"
# A part return makes two rows of one request: the cancel of the whole, and what is left.
SOURCE = Source(
    (
        f"""
select s.id, s.person_id, s.fixmedins_code, s.medfee_sumamt_fen as fen, s.settled_at,
    s.trace->'legs' as legs, o.id as other_id, o.kind as other_kind,
    o.medfee_sumamt_fen as other_fen, o.trace->'legs' as other_legs
from settlement s left join settlement o on o.request_id = s.request_id and o.id <> s.id
where {unseen(NAME, "s.id")} order by s.id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)
_PAYS = (int(Kind.SETTLED), int(Kind.RESTORED))
_AGREED = "select id from aid_grant where id = any($1::bigint[]) and agreed_at is not null"


async def tellings(batch: Batch) -> list[Telling]:
    """What rows mean for whom; of two that belong together the first one says it."""
    rows = [_row(one) for one in batch.rows if (one["other_id"] or one["id"]) >= one["id"]]
    grants = {leg.grant_id for row in rows for leg in row.legs if leg.grant_id is not None}
    agreed = await _agreed(batch.connection, grants)
    return [one for row in rows for one in told(row, agreed)]


def _row(row: Record) -> Row:
    other_fen = row["other_fen"] or 0
    stands = row["id"] if row["other_kind"] not in _PAYS else row["other_id"]
    return Row(
        row["id"],
        stands,
        row["other_id"] is not None,
        row["person_id"],
        row["fixmedins_code"],
        row["fen"] + other_fen,
        row["settled_at"],
        read_legs(row["legs"]) + read_legs(row["other_legs"] or []),
    )


async def _agreed(connection: Connection, grants: set[int]) -> set[int]:
    return {row["id"] for row in await connection.fetch(_AGREED, list(grants))} if grants else set()
