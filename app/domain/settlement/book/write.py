"""Writes a batch's results: set-based, in the batch's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import asyncpg
import orjson

from app.domain.prescription.book import dispensing
from app.domain.prescription.values import Dispensed
from app.domain.settlement import lines, trace
from app.domain.settlement.facts.visits import mark_lines
from app.domain.settlement.model import (
    BatchRace,
    BoxRace,
    MessageKey,
    Request,
    Result,
    Settlement,
    Snapshot,
    State,
    Written,
)
from app.domain.settlement.orders import Reversal
from app.domain.settlement.rules.boxes.codes import has_codes
from app.domain.trace import repository as boxes
from app.domain.trace.values import Alert, Sale
from app.kit.ids import IdMaker
from app.kit.value import value
from app.ledger import repository as ledger
from app.ledger.models import Account
from app.store.database import Connection

_TYPES = {
    "int": "bigint", "int | None": "bigint", "str": "varchar", "Kind": "smallint",
    "datetime": "timestamptz", "date": "date", "Decimal": "numeric",
    "tuple[LineSplit, ...]": "jsonb", "Trace": "jsonb",
}  # fmt: skip
_COLUMNS = {column.name: _TYPES[str(column.type)] for column in fields(Settlement)}
_OUTCOME_TYPES = ("bigint", "smallint", "bigint", "varchar", "jsonb")
ONE_BILL = 4, 6
"""As many transfers and accounts as one bill may have to be written by its values; nearly any has
fewer."""


@lru_cache
def write_sql(transfers: int | None, accounts: int | None, *, sells: bool) -> str:
    """One statement, so one round trip, for all that every batch writes; whole boxes are sold in
    the same. With numbers of transfers and accounts it writes one bill; without, any number."""
    one = None if transfers is None else 1
    transfers_at = len(_COLUMNS) + 1
    outcomes_at = transfers_at + len(ledger.TRANSFER_COLUMNS) * (transfers or 1)
    moment_at = outcomes_at + len(_OUTCOME_TYPES)
    accounts_at = moment_at + 1
    boxes_at = accounts_at + ledger.ACCOUNT_COLUMNS * (accounts or 1)
    sold = f", sold as ({boxes.insert_plain(boxes_at, moment_at)})" if sells else ""
    return f"""
with settled as (
    insert into settlement ({", ".join(_COLUMNS)})
    select * from {ledger.rows_of(_COLUMNS.values(), 1, one)} as n
), moved as (
    {ledger.insert_transfers(transfers_at, transfers)}
), decided as (
    insert into outcome (request_id, state, settlement_id, reason, detail, decided_at)
    select r, s, i, c, d, ${moment_at} from {ledger.rows_of(_OUTCOME_TYPES, outcomes_at, one)}
        as n (r, s, i, c, d)
){sold}
{ledger.update_accounts(accounts_at, accounts)}
"""  # noqa: S608


_LAY_TOMBSTONES = """
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select i, f, m, t, l, null, b, $7 from unnest($1::bigint[], $2::varchar[], $3::varchar[],
    $4::varchar[], $5::smallint[], $6::jsonb[]) as n (i, f, m, t, l, b)
on conflict (fixmedins_code, msgid) do nothing returning id
"""


async def write(
    connection: Connection,
    results: Sequence[Result],
    snapshot: Snapshot,
    versions_before: dict[int, int],
    moment: datetime,
    ids: IdMaker,
) -> list[Account]:
    """Writes settlements, transfers, accounts and outcomes; gives the accounts that changed.

    Raises:
        BatchRace: an original arrived while its tombstone was being laid, an account changed, or
            somebody else sold a box.
        BoxRace: a box that was taken for unsold stands sold.
    """
    halves = [half for r in results for half in (r.first_half, r) if half is not None]
    settlements = [half.settlement for half in halves if half.settlement is not None]
    transfers = [transfer for half in halves for transfer in half.transfers]
    changed = [
        account
        for account in snapshot.accounts_by_id.values()
        if account.version != versions_before[account.id]
    ]
    for settlement in settlements:
        check(settlement)
    versions = [(account, versions_before[account.id]) for account in changed]
    codes = _code_moves(halves)
    sold = boxes.plain_arrays(codes.plain) if codes.plain else []
    columns = (
        _settlement_arrays(halves),
        ledger.transfer_arrays(transfers),
        _outcome_arrays(results),
        ledger.account_arrays(versions),
    )
    if (
        len(results) == len(halves) == 1
        and 0 < len(transfers) <= ONE_BILL[0]
        and 0 < len(versions) <= ONE_BILL[1]
    ):
        sql = write_sql(len(transfers), len(versions), sells=bool(sold))
        rows, moves, outcomes, held = (ledger.in_rows(part) for part in columns)
    else:
        sql = write_sql(None, None, sells=bool(sold))
        rows, moves, outcomes, held = (list[object](part) for part in columns)
    try:
        status = await connection.execute(sql, *rows, *moves, *outcomes, moment, *held, *sold)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != boxes.BOX_TAKEN:
            raise
        raise BoxRace from None
    ledger.check_updated(status, versions)
    await mark_lines(connection, halves, snapshot)
    await _move_codes(connection, codes, moment)
    await _dispense(connection, halves, moment)
    tasks = [task for half in halves for task in half.tasks]
    await ledger.make_tasks(connection, tasks, moment, ids)
    await _lay_tombstones(connection, [r for r in results if r.tombstone], moment, ids)
    await _void_waiting(connection, [r.voids for r in results if r.voids is not None], moment)
    return changed


def check(row: Settlement) -> None:
    """Asserts law 3 on a row; the table's CHECKs are the last guard."""
    assert row.medfee_sumamt_fen == (
        row.fulamt_ownpay_fen + row.overlmt_selfpay_fen + row.preselfpay_fen + row.inscp_scp_fen
    )
    assert row.medfee_sumamt_fen == row.fund_pay_fen + row.psn_part_fen
    assert row.psn_part_fen == (
        row.own_pay_fen + row.wallet_pay_fen + row.mulaid_pay_fen + row.cash_pay_fen
    )


def _settlement_arrays(halves: Sequence[Result]) -> list[list[Any]]:
    rows: list[Settlement] = []
    texts: list[Written] = []
    for half in halves:
        if half.settlement is not None:
            half.written = written(half.settlement)
            rows.append(half.settlement)
            texts.append(half.written)
    columns = {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
    # asyncpg takes a list inside an array for another dimension, so lists go as JSON texts.
    columns["lines"] = [text.lines for text in texts]
    columns["trace"] = [text.trace for text in texts]
    return list(columns.values())


def written(row: Settlement) -> Written:
    """A settlement's lines and trace as JSON."""
    parts = lines.stored(row.lines), trace.stored(row.trace)
    return Written(*(orjson.dumps(part).decode() for part in parts))


def _outcome_arrays(results: Sequence[Result]) -> list[list[Any]]:
    return [
        [r.request.id for r in results],
        [int(r.state) for r in results],
        [r.settlement.id if r.settlement else None for r in results],
        [r.because.reason.code if r.because else None for r in results],
        [{"params": r.because.params} if r.because else None for r in results],
    ]


@value
class _Moves:
    """What becomes of trace codes: whole boxes that nobody is known to have sold, each with whose
    it is; the others that are sold, each with what has undone it in the same batch; what comes free
    of what was settled before."""

    plain: list[tuple[Sale, int]]
    others: list[tuple[Sale, int, int | None]]
    alerts: list[Alert]
    freed: list[tuple[str, int, int]]


def _code_moves(halves: Sequence[Result]) -> _Moves:
    rows = [half.settlement for half in halves if half.settlement is not None]
    people = {row.id: row.person_id for row in rows}
    undone = {
        row.cancels_id: row
        for row in rows
        if row.cancels_id is not None and not row.kind.pays and has_codes(row)
    }
    moves = _Moves([], [], [alert for half in halves for alert in half.alerts], [])
    for sale in (sale for half in halves for sale in half.sales):
        person, by = people[sale.settlement_id], undone.get(sale.settlement_id)
        if by is not None:
            moves.others.append((sale, person, by.id))
        elif sale.known:
            moves.others.append((sale, person, None))
        else:
            moves.plain.append((sale, person))
    for paid, by in undone.items():
        if paid not in people:
            codes = (one.code for part in by.lines for one in part.line.codes)
            moves.freed.extend((code, paid, by.id) for code in codes)
    return moves


async def _move_codes(connection: Connection, moves: _Moves, moment: datetime) -> None:
    """Frees trace codes of what was undone, and sells those of which something was known before; at
    the most two statements, and none for nearly all bills.

    Raises:
        BatchRace: another batch has sold one of them.
    """
    if moves.freed:
        await boxes.free(connection, moves.freed, moment)
    if moves.others and not await boxes.sell(connection, moves.others, moves.alerts, moment):
        raise BatchRace


async def _dispense(connection: Connection, halves: Sequence[Result], moment: datetime) -> None:
    """Writes what was taken of prescriptions, and what is there again."""
    change: dict[tuple[int, str], Decimal] = {}
    taken: dict[int, list[Dispensed]] = {}
    freed: dict[int, int] = {}
    for half in halves:
        row = half.settlement
        if row is None or not half.dispensed:
            continue
        if row.kind.pays:
            taken[row.id] = half.dispensed
        elif row.cancels_id is not None:
            freed[row.cancels_id] = row.id
        for one in half.dispensed:
            key, sign = (one.prescription_id, one.med_list_codg), 1 if row.kind.pays else -1
            change[key] = change.get(key, Decimal(0)) + sign * one.count
    if not change:
        return
    sales = [
        replace(one, freed_by=freed.get(paid)) for paid, lines in taken.items() for one in lines
    ]
    before = {paid: by for paid, by in freed.items() if paid not in taken}
    await dispensing.move(connection, sales, before, change, moment)


async def _lay_tombstones(
    connection: Connection, reversals: Sequence[Result], moment: datetime, ids: IdMaker
) -> None:
    """Occupies the msgid of a message that has not come, so that it is refused when it does."""
    wanted: dict[MessageKey, tuple[Request, Reversal]] = {}
    for result in reversals:
        request, order = result.request, result.request.order
        assert isinstance(order, Reversal), "only a reversal lays one"
        wanted[(request.fixmedins_code, order.omsgid)] = (request, order)
    if not wanted:
        return
    laid = await connection.fetch(
        _LAY_TOMBSTONES,
        [ids.next() for _ in wanted],
        [code for code, _ in wanted],
        [msgid for _, msgid in wanted],
        [order.oinfno for _, order in wanted.values()],
        [request.lane for request, _ in wanted.values()],
        [{"psn_no": order.psn_no} for _, order in wanted.values()],
        moment,
    )
    if len(laid) != len(wanted):
        raise BatchRace
    await _insert_void(connection, [row["id"] for row in laid], moment)


async def _void_waiting(
    connection: Connection, request_ids: Sequence[int], moment: datetime
) -> None:
    """Takes reversed requests out of the queue before anybody decides them."""
    if not request_ids:
        return
    rows = await connection.fetch(
        "delete from waiting where request_id = any($1::bigint[]) returning request_id",
        list(set(request_ids)),
    )
    if len(rows) != len(set(request_ids)):
        raise BatchRace
    await _insert_void(connection, [row["request_id"] for row in rows], moment)


async def _insert_void(
    connection: Connection, request_ids: Sequence[int], moment: datetime
) -> None:
    await connection.execute(
        "insert into outcome (request_id, state, decided_at) "
        "select r, $2, $3 from unnest($1::bigint[]) as n (r)",
        list(request_ids),
        int(State.VOID),
        moment,
    )
