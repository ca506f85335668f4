"""Reads the settlements that a batch's cancels, part returns and reversals name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.settlement import lines, trace
from app.domain.settlement.facts.visits import free_lines
from app.domain.settlement.model import (
    COLUMNS,
    Kind,
    MessageKey,
    NamedMessage,
    Original,
    Request,
    Settlement,
    State,
)
from app.domain.settlement.orders import RETURN_PART, Cancel, PartReturn, Reversal
from app.kit.clock import local_date
from app.ledger.away.since import months_since
from app.ledger.kinds import TransferKind
from app.ledger.models import Transfer
from app.store.database import Connection, Record

_NAMED = """
select r.id, r.fixmedins_code, r.msgid, r.infno, r.body ->> 'psn_no' as psn_no, o.state,
    o.settlement_id, case when r.infno = $3 then (
        select c.id from settlement c where c.request_id = r.id and c.kind = 2) end as whole_cancel
from request r
join unnest($1::varchar[], $2::varchar[]) as n (fixmedins_code, msgid) using (fixmedins_code, msgid)
left join outcome o on o.request_id = r.id
"""
_SETTLEMENTS = """
select s.*, c.id as cancelled_by, r.id as replaced_by, (select away_until()) as away_until
from settlement s left join settlement c on c.cancels_id = s.id
left join settlement r on r.request_id = s.request_id and r.kind in (1, 4) and s.kind in (2, 3)
where s.id = any($1::bigint[])
"""
_TRANSFERS = "select * from transfer where settlement_id = any($1::bigint[]) order by id"


@dataclass(slots=True)
class Originals:
    """What the orders of a batch name, and the accounts that paid it."""

    by_id: dict[int, Original] = field(default_factory=dict)
    named: dict[MessageKey, NamedMessage] = field(default_factory=dict)
    free_lines: dict[int, set[str]] = field(default_factory=dict)
    accounts: set[int] = field(default_factory=set)


async def originals(connection: Connection, requests: Sequence[Request]) -> Originals:
    """The settlements that cancels, part returns and reversals name, with their whole chains."""
    found = Originals()
    wanted: set[int] = set()
    keys: list[MessageKey] = []
    for request in requests:
        match request.order:
            case Cancel(settlement_id=original) | PartReturn(settlement_id=original):
                wanted.add(original)
            case Reversal(omsgid=omsgid):
                keys.append((request.fixmedins_code, omsgid))
            case _:
                pass
    if keys:
        found.named = await _named(connection, keys)
        for message in found.named.values():
            made = message.settlement_id, message.whole_cancel_id
            wanted |= {one for one in made if one is not None}
    await add_chains(connection, wanted, found)
    # Lines that a visit's undone cancel would settle again: only if nobody else has them. What is
    # left of a visit after a part return keeps its lines.
    visits = {o.settlement.mdtrt_id for o in found.by_id.values() if not o.settlement.kind.pays}
    visits |= {r.order.mdtrt_id for r in requests if isinstance(r.order, PartReturn)}
    found.free_lines = await free_lines(connection, visits)
    return found


async def add_chains(connection: Connection, wanted: set[int], found: Originals) -> None:
    """Adds settlements with all that came of them: what undid them, what undid that, what stands
    instead …"""
    wanted = wanted - found.by_id.keys()
    while wanted:
        await _add_settlements(connection, wanted, found)
        wanted = {after for o in found.by_id.values() if (after := o.next) is not None}
        wanted -= found.by_id.keys()


async def _named(
    connection: Connection, keys: Sequence[MessageKey]
) -> dict[MessageKey, NamedMessage]:
    codes, msgids = [code for code, _ in keys], [msgid for _, msgid in keys]
    rows = await connection.fetch(_NAMED, codes, msgids, RETURN_PART)
    return {
        (row["fixmedins_code"], row["msgid"]): NamedMessage(
            row["id"],
            row["infno"],
            row["psn_no"] or "",
            None if row["state"] is None else State(row["state"]),
            row["settlement_id"],
            row["whole_cancel"],
        )
        for row in rows
    }


async def _add_settlements(connection: Connection, ids: Collection[int], found: Originals) -> None:
    paid: dict[int, list[Transfer]] = {}
    for row in await connection.fetch(_TRANSFERS, list(ids)):
        transfer = transfer_of(row)
        paid.setdefault(row["settlement_id"], []).append(transfer)
        found.accounts |= {transfer.debit_account, transfer.credit_account}
    for row in await connection.fetch(_SETTLEMENTS, list(ids)):
        until = row["away_until"]  # read after the transfers: what went meanwhile is told
        found.by_id[row["id"]] = Original(
            settlement_of(row),
            tuple(paid.get(row["id"], ())),
            row["cancelled_by"],
            row["replaced_by"],
            months_since(until) if row["id"] < until else None,
        )


def settlement_of(row: Record) -> Settlement:
    """A settlement from its row."""
    values: dict[str, Any] = {name: row[name] for name in COLUMNS}
    values["kind"] = Kind(values["kind"])
    values["lines"] = lines.read(values["lines"])
    values["trace"] = trace.read(values["trace"])
    if values["counted_on"] is None:  # a row of before it was kept
        values["counted_on"] = local_date(values["settled_at"])
    return Settlement(**values)


def transfer_of(row: Record) -> Transfer:
    """A transfer from its row."""
    values: dict[str, Any] = {name: row[name] for name in Transfer.__dataclass_fields__}
    values["kind"] = TransferKind(values["kind"])
    return Transfer(**values)
