"""Loads the settlements that a batch's cancels and reversals name, and lays tombstones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from app.domain.settlement.facts.visits import lock_visits
from app.domain.settlement.infno import REVERSE, UNDOING
from app.domain.settlement.model import Kind, Original, Request, Settlement, Snapshot, State
from app.ledger.kinds import TransferKind
from app.ledger.models import Transfer
from app.store.database import Connection, Record

_NAMED = """
select r.id, r.fixmedins_code, r.msgid, r.infno, r.body ->> 'psn_no' as psn_no, o.state,
    o.settlement_id
from request r
join unnest($1::varchar[], $2::varchar[]) as n (fixmedins_code, msgid) using (fixmedins_code, msgid)
left join outcome o on o.request_id = r.id
"""
_SETTLEMENTS = """
select s.*, c.id as cancelled_by
from settlement s left join settlement c on c.cancels_id = s.id where s.id = any($1::bigint[])
"""
_TRANSFERS = "select * from transfer where settlement_id = any($1::bigint[]) order by id"


async def load_originals(
    connection: Connection, requests: Sequence[Request], snapshot: Snapshot
) -> set[int]:
    """Puts originals into the snapshot; gives the ids of the accounts that paid them."""
    wanted = {int(r.body["setl_id"]) for r in requests if r.infno in UNDOING}
    reversals = [r for r in requests if r.infno == REVERSE]
    if reversals:
        keys = [(r.fixmedins_code, r.body["omsgid"]) for r in reversals]
        wanted |= await _load_named(connection, keys, snapshot)
    accounts: set[int] = set()
    while wanted:  # a chain: what was undone, what undid it, and what undid that
        accounts |= await _load_settlements(connection, wanted, snapshot)
        seen = snapshot.originals
        wanted = {o.cancelled_by for o in seen.values() if o.cancelled_by} - seen.keys()
    await _load_free_lines(connection, snapshot)
    return accounts


async def _load_named(
    connection: Connection, keys: Sequence[tuple[str, str]], snapshot: Snapshot
) -> set[int]:
    """What the reversals name; gives the ids of settlements among it."""
    rows = await connection.fetch(_NAMED, [code for code, _ in keys], [m for _, m in keys])
    for row in rows:
        key = (row["fixmedins_code"], row["msgid"])
        state = None if row["state"] is None else State(row["state"])
        snapshot.named[key] = (row["infno"], row["psn_no"] or "", state, row["settlement_id"])
        snapshot.named_ids[key] = row["id"]
    return {row["settlement_id"] for row in rows if row["settlement_id"] is not None}


async def _load_settlements(
    connection: Connection, ids: Collection[int], snapshot: Snapshot
) -> set[int]:
    paid: dict[int, list[Transfer]] = {}
    for row in await connection.fetch(_TRANSFERS, list(ids)):
        paid.setdefault(row["settlement_id"], []).append(transfer_of(row))
    for row in await connection.fetch(_SETTLEMENTS, list(ids)):
        snapshot.originals[row["id"]] = Original(
            settlement_of(row), tuple(paid.get(row["id"], ())), row["cancelled_by"]
        )
    both = [(t.debit_account, t.credit_account) for found in paid.values() for t in found]
    return {account for pair in both for account in pair}


async def _load_free_lines(connection: Connection, snapshot: Snapshot) -> None:
    """Lines that a visit's undone cancel would settle again: only if nobody else has them."""
    visits = {
        original.settlement.mdtrt_id
        for original in snapshot.originals.values()
        if not original.settlement.kind.pays
    }
    if not visits:
        return
    await lock_visits(connection, visits)
    rows = await connection.fetch(
        "select visit_id, feedetl_sn from fee_line "
        "where visit_id = any($1::bigint[]) and settlement_id is null",
        list(visits),
    )
    for row in rows:
        snapshot.free_lines.setdefault(row["visit_id"], set()).add(row["feedetl_sn"])


def settlement_of(row: Record) -> Settlement:
    """A settlement from its row."""
    values: dict[str, Any] = {name: row[name] for name in Settlement.__dataclass_fields__}
    values["kind"] = Kind(values["kind"])
    return Settlement(**values)


def transfer_of(row: Record) -> Transfer:
    """A transfer from its row."""
    values: dict[str, Any] = {name: row[name] for name in Transfer.__dataclass_fields__}
    values["kind"] = TransferKind(values["kind"])
    return Transfer(**values)
