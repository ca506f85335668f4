"""All rows that belong to one bill's story, found by primary keys and the paths' own indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.settlement.orders import bill_of
from app.kit.clock import local_date
from app.store.database import Connection, Record

_ROUNDS_MAX = 20
"""A bill that was settled, cancelled, restored … more often than this is shown up to here."""

BY_MESSAGE = """
select id from request where fixmedins_code = $1 and msgid = $2
"""
SETTLEMENTS = """
select * from settlement
where id = any($1::bigint[]) or cancels_id = any($1::bigint[]) or request_id = any($2::bigint[])
order by id
"""
REQUESTS = """
select r.id, r.fixmedins_code, r.msgid, r.infno, r.body, r.body ->> 'psn_no' as psn_no,
    r.body_hash is null as tombstone,
    r.received_at, o.state, o.settlement_id, o.reason, o.detail, o.decided_at,
    exists (select from waiting w where w.request_id = r.id) as waits
from request r left join outcome o on o.request_id = r.id
where r.id = any($1::bigint[]) order by r.id
"""
TRANSFERS = """
select t.*, x.hash, x.day from transfer t left join seal x on x.id = t.id
where t.settlement_id = any($1::bigint[]) order by t.id
"""
ACCOUNTS = """
select id, kind, person_id, flow_code, closed_at from account where id = any($1::bigint[])
"""
SEALS = """
select x.id, x.day, x.hash, d.leaves, d.root, d.closed_at
from seal x left join day_root d on d.day = x.day where x.id = any($1::bigint[])
"""
TASKS = """
select transfer_id, settlement_id, amount_fen, created_at, done_at from counter_task
where transfer_id = any($1::bigint[]) order by id
"""
REMARKS = """
select s.day, item ->> 'kind' as kind, item ->> 'msgid' as msgid, item ->> 'setl_id' as setl_id
from institution_statement s cross join lateral jsonb_array_elements(s.one_sided) as e (item)
where s.fixmedins_code = $1 and s.day = any($2::date[])
    and (item ->> 'msgid' = any($3::varchar[]) or item ->> 'setl_id' = any($4::varchar[]))
order by s.day, kind
"""


@dataclass(slots=True)
class Rows:
    """A bill's rows, each list in order of id."""

    requests: list[Record] = field(default_factory=list)
    settlements: list[Record] = field(default_factory=list)
    transfers: list[Record] = field(default_factory=list)
    accounts: dict[int, Record] = field(default_factory=dict)
    seals: dict[int, Record] = field(default_factory=dict)
    away_until: int = 0
    tasks: list[Record] = field(default_factory=list)
    remarks: list[Record] = field(default_factory=list)

    @property
    def person_id(self) -> int | None:
        """Whose bill it is; of a request that was never settled, whom it names."""
        if self.settlements:
            return int(self.settlements[0]["person_id"])
        found = (bill_of(r["infno"], r["body"]) for r in self.requests if not r["tombstone"])
        return next((bill.person_id for bill in found if bill), None)


async def request_of_message(connection: Connection, fixmedins_code: str, msgid: str) -> int | None:
    """The request that an institution sent under a msgid."""
    found: int | None = await connection.fetchval(BY_MESSAGE, fixmedins_code, msgid)
    return found


async def seals(connection: Connection, ids: Sequence[int]) -> list[Record]:
    """The seals of rows, of those that have one."""
    found: list[Record] = await connection.fetch(SEALS, list(ids))
    return found


async def gather(connection: Connection, settlement_id: int | None, request_id: int | None) -> Rows:
    """The story's rows, from a settlement or from a request; empty when it isn't there."""
    rows = Rows()
    rows.settlements = await _chain(connection, settlement_id, request_id)
    ids = {row["request_id"] for row in rows.settlements} | ({request_id} - {None})
    rows.requests = await connection.fetch(REQUESTS, list(ids))
    settled = [row["id"] for row in rows.settlements]
    rows.transfers = await connection.fetch(TRANSFERS, settled)
    rows.away_until = await connection.fetchval("select away_until()")
    sides = {t[side] for t in rows.transfers for side in ("debit_account", "credit_account")}
    rows.accounts = {row["id"]: row for row in await connection.fetch(ACCOUNTS, list(sides))}
    moved = [row["id"] for row in rows.transfers]
    rows.seals = {row["id"]: row for row in await connection.fetch(SEALS, [*settled, *moved])}
    rows.tasks = await connection.fetch(TASKS, moved)
    if rows.requests:
        rows.remarks = await _remarks(connection, rows)
    return rows


async def _chain(
    connection: Connection, settlement_id: int | None, request_id: int | None
) -> list[Record]:
    """A settlement, what it undoes, what undid it, and the other half of a partial refund."""
    ids = set[int]() if settlement_id is None else {settlement_id}
    requests = set[int]() if request_id is None else {request_id}
    found: dict[int, Record] = {}
    for _ in range(_ROUNDS_MAX):
        for row in await connection.fetch(SETTLEMENTS, list(ids), list(requests)):
            found[row["id"]] = row
        undone = {row["cancels_id"] for row in found.values()} - {None}
        more = {*found, *undone}, {row["request_id"] for row in found.values()}
        if more == (ids, requests) or not found:
            break
        ids, requests = more[0], more[1] | requests
    return [found[one] for one in sorted(found)]


async def _remarks(connection: Connection, rows: Rows) -> list[Record]:
    days = {local_date(row["received_at"]) for row in rows.requests}
    days |= {local_date(row["settled_at"]) for row in rows.settlements}
    remarks: list[Record] = await connection.fetch(
        REMARKS,
        rows.requests[0]["fixmedins_code"],
        list(days),
        [row["msgid"] for row in rows.requests],
        [str(row["id"]) for row in rows.settlements],
    )
    return remarks
