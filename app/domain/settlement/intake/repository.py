"""Requests, the queue and outcomes in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.settlement import orders
from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.model import (
    UNSAID,
    Kind,
    MessageKey,
    Outcome,
    Request,
    SentBy,
    Settlement,
    Stands,
    State,
    Undone,
)
from app.kit.value import value
from app.ledger.repository import in_rows, rows_of
from app.store.database import Connection, Database, Record

_LANES = 0x51494E
_ACCEPTED = {
    "id": "bigint",
    "fixmedins_code": "varchar",
    "msgid": "varchar",
    "infno": "varchar",
    "lane": "smallint",
    "body_hash": "bytea",
    "body": "jsonb",
    "opter": "varchar",
    "dev_no": "varchar",
    "sign_no": "varchar",
}


def _accept_sql(count: int | None) -> str:
    """The first parameter is the moment; ``count`` as in ``ledger.rows_of``."""
    names = ", ".join(_ACCEPTED)
    return f"""
with stored as (
    insert into request ({names}, received_at)
    select {names}, $1 from {rows_of(_ACCEPTED.values(), 2, count)} as n ({names})
    on conflict (fixmedins_code, msgid) do nothing returning id, lane
), queued as (
    insert into waiting (request_id, lane) select id, lane from stored
)
select id from stored
"""  # noqa: S608


_ACCEPT, _ACCEPT_ONE = _accept_sql(None), _accept_sql(1)
# The lane is held by an advisory lock until the transaction ends; who doesn't get it gets nothing.
_CLAIM = f"""
with lane as materialized (
    select pg_try_advisory_xact_lock({_LANES}, $1) as mine
), claimed as (
    delete from waiting where request_id in (
        select request_id from waiting where lane = $1 and (select mine from lane)
        order by request_id limit $2 for update skip locked)
    returning request_id, asked
)
select r.id, r.fixmedins_code, r.msgid, r.infno, r.lane, r.body, r.received_at, c.asked, l.mine
from lane l left join (request r join claimed c on c.request_id = r.id) on true order by r.id
"""  # noqa: S608
_CLAIM_THESE = """
with claimed as (
    delete from waiting where request_id = any($1::bigint[]) returning request_id, asked
)
select r.id, r.fixmedins_code, r.msgid, r.infno, r.lane, r.body, r.received_at, c.asked
from request r join claimed c on c.request_id = r.id order by r.id
"""
# What stands at the end of a chain: settlement, its cancel, the cancel's undoing …, and where the
# request that gave back made another one stand instead (2103A, its reversal), that one. The chain
# itself says which is the last, not the ids: two workers' differ when their clocks were set back.
_STANDING = """
with recursive chain as (
    select id as first, id, kind, request_id, mdtrt_id, medfee_sumamt_fen, settled_at,
        false as instead, 0 as place
    from settlement where id = any($1::bigint[])
    union all
    select chain.first, n.id, n.kind, n.request_id, n.mdtrt_id, n.medfee_sumamt_fen, n.settled_at,
        chain.instead or n.cancels_id is distinct from chain.id, chain.place + 1
    from chain cross join lateral (
        select s.* from settlement s where s.cancels_id = chain.id
        union all
        select s.* from settlement s where s.request_id = chain.request_id and s.kind in (1, 4)
            and chain.kind in (2, 3)
            and not exists (select from settlement c where c.cancels_id = chain.id)
    ) n
)
select distinct on (first) first, kind, settled_at, id, mdtrt_id, medfee_sumamt_fen, instead
from chain order by first, place desc
"""
_OUTCOMES = """
select o.request_id, o.state, o.settlement_id, o.reason, o.detail
from unnest($1::bigint[]) as n (id) cross join lateral (
    select * from outcome where request_id = n.id offset 0
) as o
"""

# What a worker is just deciding is left to it: its row is locked by its claim. Outcomes are never
# changed, and one that is decided meanwhile would break on the key.
_VOID = """
with late as (
    delete from waiting where request_id in (
        select request_id from waiting where request_id = any($1::bigint[]) for update skip locked)
    returning request_id
)
insert into outcome (request_id, state, reason, detail, decided_at)
select request_id, $2, $3, '{"params": {}}', $4 from late returning request_id
"""
# A worker that has done nothing for a while in the middle of its transaction has been stopped: the
# one that holds the request's lane, or one for whose locks that one waits. It can't commit any more
# once its connection is ended, so what it held is free again.
_END_STALLED = f"""
with recursive lane as (
    select pid, objid from pg_locks where locktype = 'advisory' and classid = {_LANES}
        and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database())
), waits as (
    select lane.pid from lane join request r on r.lane = lane.objid::int where r.id = $1
    union
    select unnest(pg_blocking_pids(waits.pid)) from waits
)
select pg_terminate_backend(a.pid) from pg_stat_activity a join waits using (pid)
where a.state = 'idle in transaction' and a.pid in (select pid from lane)
    and a.state_change < clock_timestamp() - make_interval(secs => $2)
"""  # noqa: S608
# A message that is known already is answered from what is stored. What waits still may be undone.
_UNDOES_SOMETHING = """
select exists (select from request where fixmedins_code = $1 and msgid = $2)
    or exists (
        select from request r left join outcome o on o.request_id = r.id
        where r.fixmedins_code = $1 and r.msgid = $3 and r.body_hash is not null
            and (o.request_id is null or o.settlement_id is not null and not exists (
                select from settlement c where c.cancels_id = o.settlement_id)))
    or exists (
        select from settlement s where s.id = $4 and s.fixmedins_code = $1
            and not exists (select from settlement c where c.cancels_id = s.id))
"""
_ABOUT = """
select id, infno, body_hash from request
where fixmedins_code = $1 and msgid = $2 and body ->> 'psn_no' = any(numbers_of($3))
"""


@value
class Arrival:
    """A message about to be accepted. Of the hashes of its content the first is noted."""

    request: Request
    hashes: tuple[bytes, ...]
    by: SentBy = UNSAID


@value
class StoredMessage:
    """A message that was there already under the same institution and msgid."""

    request_id: int
    infno: str
    body_hash: bytes | None


@value
class Unread:
    """A request that nobody can decide, for its order can't be read."""

    id: int
    error: orders.UnreadableError


@value
class Taken:
    """What was taken out of the queue."""

    requests: list[Request]
    unread: list[Unread]
    mine: bool = True
    """Whether the lane was free; else another drains it, and nothing was taken."""


@value
class Refund:
    """When a cancel gave the money back, and whether a part of it still waits at the counter."""

    at: datetime
    waits_at_counter: bool


async def refund(database: Database, cancel_id: int) -> Refund:
    """Where the money is that a cancel has given back."""
    row = await database.row(
        "select settled_at, exists (select from counter_task t "
        "where t.settlement_id = s.id and t.done_at is null) as waits "
        "from settlement s where s.id = $1",
        cancel_id,
    )
    assert row is not None, "a cancel is a settlement's row"
    return Refund(row["settled_at"], row["waits"])


async def undoes_something(
    database: Database, fixmedins_code: str, msgid: str, omsgid: str, settlement_id: int
) -> bool:
    """Whether a message that undoes finds something standing, or is known itself."""
    found = await database.value(_UNDOES_SOMETHING, fixmedins_code, msgid, omsgid, settlement_id)
    return bool(found)


async def accept(connection: Connection, arrivals: Sequence[Arrival], moment: datetime) -> set[int]:
    """Stores and queues new messages in one statement; gives the ids of those that were new."""
    requests = [arrival.request for arrival in arrivals]
    columns: list[Sequence[object]] = [
        [r.id for r in requests],
        [r.fixmedins_code for r in requests],
        [r.msgid for r in requests],
        [r.infno for r in requests],
        [r.lane for r in requests],
        [arrival.hashes[0] for arrival in arrivals],
        [orders.stored(r.order) for r in requests],
        [arrival.by.opter for arrival in arrivals],
        [arrival.by.dev_no for arrival in arrivals],
        [arrival.by.sign_no for arrival in arrivals],
    ]
    if len(arrivals) == 1:
        rows = await connection.fetch(_ACCEPT_ONE, moment, *in_rows(columns))
    else:
        rows = await connection.fetch(_ACCEPT, moment, *columns)
    return {row["id"] for row in rows}


async def stored_messages(
    connection: Connection, keys: Sequence[MessageKey]
) -> dict[MessageKey, StoredMessage]:
    """Stored messages by (institution, msgid)."""
    rows = await connection.fetch(
        "select id, fixmedins_code, msgid, infno, body_hash from request "
        "join unnest($1::varchar[], $2::varchar[]) as n (fixmedins_code, msgid) "
        "using (fixmedins_code, msgid)",
        [code for code, _ in keys],
        [msgid for _, msgid in keys],
    )
    return {
        (row["fixmedins_code"], row["msgid"]): StoredMessage(
            row["id"], row["infno"], row["body_hash"]
        )
        for row in rows
    }


async def msgid_of(database: Database, request_id: int) -> str:
    """The number under which its sender knows a request."""
    return str(await database.value("select msgid from request where id = $1", request_id))


async def message_about(
    database: Database, fixmedins_code: str, msgid: str, psn_no: str
) -> StoredMessage | None:
    """What an institution has sent about a person under a msgid, by whichever of the person's
    numbers."""
    row = await database.row(_ABOUT, fixmedins_code, msgid, psn_no)
    return None if row is None else StoredMessage(row["id"], row["infno"], row["body_hash"])


async def try_lane(connection: Connection, lane: int) -> bool:
    """Takes a lane for this transaction; False when another worker drains it."""
    return bool(await connection.fetchval("select pg_try_advisory_xact_lock($1, $2)", _LANES, lane))


async def claim(connection: Connection, lane: int, limit: int) -> Taken:
    """Takes what waits in a lane, oldest first, out of the queue (until rollback).

    Nothing when another drains the lane: then it isn't ``mine``.
    """
    rows = await connection.fetch(_CLAIM, lane, limit)  # one in any case
    found = _taken([row for row in rows if row["id"] is not None])
    return replace(found, mine=rows[0]["mine"])


async def claim_these(connection: Connection, ids: Collection[int]) -> Taken:
    """Takes these requests out of the queue, those that still wait."""
    return _taken(await connection.fetch(_CLAIM_THESE, list(ids)))


async def set_aside(connection: Connection, request_id: int, error: str, moment: datetime) -> None:
    """Ends a request that broke its batch, with the error's name for the engineer."""
    await connection.execute(
        "insert into outcome (request_id, state, reason, detail, decided_at) "
        "values ($1, $2, 'SET_ASIDE', $3, $4)",
        request_id,
        int(State.SET_ASIDE),
        {"params": {}, "error": error},
        moment,
    )


async def void(
    connection: Connection, request_ids: Collection[int], reason: str, moment: datetime
) -> set[int]:
    """Takes requests out of the queue and voids them, in one breath: those that wait and that no
    worker is just deciding. Gives their ids."""
    rows = await connection.fetch(_VOID, list(request_ids), int(State.VOID), reason, moment)
    return {row["request_id"] for row in rows}


async def end_stalled(connection: Connection, request_id: int, stalled_s: float) -> bool:
    """Ends the transactions of workers that have stood still in them for so long, and on whom a
    request waits; whether there was one."""
    return bool(await connection.fetch(_END_STALLED, request_id, stalled_s))


async def lanes_waiting(database: Database) -> list[int]:
    """Lanes in which something waits for a worker; what is below zero waits for a donor."""
    rows = await database.rows("select distinct lane from waiting where lane >= 0")
    return [row["lane"] for row in rows]


async def outcomes(connection: Connection, request_ids: Collection[int]) -> dict[int, Outcome]:
    """Outcomes by request id, with their settlements; what still waits is not among them."""
    rows = await connection.fetch(_OUTCOMES, list(request_ids))
    wanted = [row["settlement_id"] for row in rows if row["settlement_id"] is not None]
    settlements: dict[int, Settlement] = {}
    undone: dict[int, Undone] = {}
    if wanted:
        found = await connection.fetch(
            "select * from settlement where id = any($1::bigint[])", wanted
        )
        settlements = {row["id"]: settlement_of(row) for row in found}
        for row in await connection.fetch(_STANDING, wanted):
            last = Kind(row["kind"])
            instead = _stands(row) if row["instead"] else None
            if instead or last.pays is not settlements[row["first"]].kind.pays:
                undone[row["first"]] = Undone(last, row["settled_at"], instead)
    return {
        row["request_id"]: Outcome(
            row["request_id"],
            State(row["state"]),
            row["reason"],
            dict((row["detail"] or {}).get("params", {})),
            settlements.get(row["settlement_id"]),
            undone=undone.get(row["settlement_id"]),
        )
        for row in rows
    }


def _stands(row: Record) -> Stands | None:
    """The last of a chain, if it stands; else all was given back."""
    return (
        Stands(row["id"], row["mdtrt_id"], row["medfee_sumamt_fen"])
        if Kind(row["kind"]).pays
        else None
    )


async def settlement(
    database: Database, settlement_id: int
) -> tuple[Settlement, int | None] | None:
    """A settlement and the id of the one that cancelled it, if any."""
    row = await database.row(
        "select s.*, c.id as cancelled_by from settlement s "
        "left join settlement c on c.cancels_id = s.id where s.id = $1",
        settlement_id,
    )
    return None if row is None else (settlement_of(row), row["cancelled_by"])


async def made_by(database: Database, request_id: int) -> list[tuple[Settlement, int | None]]:
    """The settlements of a request, in order, and what cancelled each."""
    rows = await database.rows(
        "select s.*, c.id as cancelled_by from settlement s "
        "left join settlement c on c.cancels_id = s.id where s.request_id = $1 order by s.id",
        request_id,
    )
    return [(settlement_of(row), row["cancelled_by"]) for row in rows]


async def stands(database: Database, settlement_id: int) -> Stands | None:
    """What stands of a settlement now, under its own or another number; None: nothing does."""
    rows = await database.rows(_STANDING, [settlement_id])
    return _stands(rows[0]) if rows else None


async def agreed_donors(database: Database, grant_ids: Collection[int]) -> set[int]:
    """The donors of grants to which the beneficiary has agreed."""
    rows = await database.rows(
        "select row_that_stays(donor_id) as donor_id from aid_grant"
        " where id = any($1::bigint[]) and agreed_at is not null",
        list(grant_ids),
    )
    return {row["donor_id"] for row in rows}


async def cancel_of_request(database: Database, request_id: int) -> Settlement:
    """The cancel that a part return began with."""
    row = await database.row(
        "select * from settlement where request_id = $1 and kind = $2",
        request_id,
        int(Kind.CANCELLED),
    )
    assert row is not None, "a part return cancels the whole first"
    return settlement_of(row)


async def by_credential(database: Database, credential_id: int) -> list[Settlement]:
    """What a code has paid, in order."""
    rows = await database.rows(
        "select * from settlement where credential_id = $1 order by settled_at, id", credential_id
    )
    return [settlement_of(row) for row in rows]


def _taken(rows: Sequence[Record]) -> Taken:
    taken = Taken([], [])
    for row in rows:
        try:
            taken.requests.append(_request(row))
        except orders.UnreadableError as error:
            taken.unread.append(Unread(row["id"], error))
    return taken


def _request(row: Record) -> Request:
    order = orders.read(row["infno"], row["body"])
    return Request(
        row["id"],
        row["fixmedins_code"],
        row["msgid"],
        row["infno"],
        row["lane"],
        order,
        row["received_at"],
        row["asked"],
    )
