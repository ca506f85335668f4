"""Receipts: a settlement's rows with their way up to the day's root, and the proof of them.

The proof needs the receipt and the root (published, or kept by whoever got it), no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ledger.proof import merkle
from app.ledger.proof.closing import blocks_of
from app.ledger.proof.seals import (
    BEFORE,
    NOTHING,
    SETTLEMENT,
    SETTLEMENT_TEXT,
    TRANSFER,
    TRANSFER_TEXT,
    Day,
    TextError,
    day_hash,
    day_of,
    fields_of,
    leaf,
)
from app.store.database import Connection, Database, Record

FORMAT = "qinji-receipt-1"

_ROWS = f"""
select s.id, {SETTLEMENT_TEXT} as text, x.day, x.hash, null::bytea as debit_hash,
    null::bytea as credit_hash
from settlement s left join seal x on x.id = s.id where s.id = $1
union all
select t.id, {TRANSFER_TEXT}, x.day, x.hash, d.hash, c.hash
from transfer t left join seal x on x.id = t.id {BEFORE} where t.settlement_id = $1
order by id
"""  # noqa: S608


_ROOT = """
select d.day, d.root from seal x join day_root d on d.day = x.day
where x.id = $1 and d.root is not null
"""


class ReceiptError(Exception):
    """A receipt can't be made or doesn't prove anything; the text says why."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves."""

    day: date
    settlement: dict[str, Any]
    transfers: list[dict[str, Any]]


_NO_RECEIPT = (
    KeyError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError, RecursionError
)  # fmt: skip
_AWAY = "its month is away: prove it from the archive (qinji ledger prove --archive)"
_OPEN = "its day is not closed yet: a receipt can be made after midnight in China"


async def make(database: Database, settlement_id: int) -> dict[str, object]:
    """The receipt of a settlement.

    Raises:
        ReceiptError: there is no such settlement, or its day is not closed yet.
    """
    async with database.connection() as connection:
        rows = await connection.fetch(_ROWS, settlement_id)
        if not rows:
            raise ReceiptError(f"there is no settlement {settlement_id}")
        if settlement_id < await connection.fetchval("select away_until()"):
            raise ReceiptError(_AWAY)
        days = {row["day"] for row in rows}
        if len(days) != 1 or None in days:
            raise ReceiptError(_OPEN)
        day = await connection.fetchrow("select * from day_root where day = $1", days.pop())
        if day is None or day["root"] is None:
            raise ReceiptError(_OPEN)
        closed = day_of(day)
        return receipt_of(
            settlement_id, closed, [await _entry(connection, row, closed) for row in rows]
        )


def receipt_of(settlement_id: int, day: Day, entries: list[dict[str, object]]) -> dict[str, object]:
    """A receipt of its rows, as ``entry_of`` made them."""
    return {
        "format": FORMAT,
        "setl_id": str(settlement_id),
        "day": day.day.isoformat(),
        "root": day.root.hex(),
        "merkle": day.merkle.hex(),
        "leaves": day.leaves,
        "previous": (day.previous or NOTHING).hex(),
        "rows": entries,
    }


def entry_of(
    text: str,
    before: tuple[bytes | None, bytes | None],
    place: int,
    leaves: list[bytes],
    block: int,
    day: Day,
) -> dict[str, object]:
    """A row of a receipt: the ``place``-th of a block's leaves, and its way up to the day's tree.
    ``before``: the hashes of the transfers before it, by debit and by credit."""
    steps = merkle.path(leaves, place) + merkle.path(day.roots, block)
    debit, credit = before
    return {
        "text": text,
        "before_debit": (debit or NOTHING).hex(),
        "before_credit": (credit or NOTHING).hex(),
        "path": [[side, hash_.hex()] for side, hash_ in steps],
    }


async def root_of(database: Database, settlement_id: int) -> tuple[date, bytes] | None:
    """The day under whose root a settlement is sealed, and the root; None: not closed yet."""
    row = await database.row(_ROOT, settlement_id)
    return (row["day"], row["root"]) if row else None


async def _entry(connection: Connection, row: Record, day: Day) -> dict[str, object]:
    number = day.block_of(row["id"])
    first, last = day.ids_of(number)
    leaves = [
        hash_ async for _, block in blocks_of(connection, day.day, first, last) for hash_ in block
    ]
    if row["hash"] not in leaves:
        raise ReceiptError("the seals of its day were changed: run `qinji ledger verify`")
    before = row["debit_hash"], row["credit_hash"]
    return entry_of(row["text"], before, leaves.index(row["hash"]), leaves, number, day)


def prove(receipt: Any, root: bytes) -> Proven:
    """What a receipt proves against a day's root.

    Raises:
        ReceiptError: it proves nothing: changed, of another day, or no receipt at all.
    """
    try:
        return _prove(receipt, root)
    except _NO_RECEIPT as error:
        if isinstance(error, TextError):
            raise ReceiptError(str(error)) from error
        raise ReceiptError("this is not a receipt, or it is damaged") from error


def _prove(receipt: dict[str, Any], root: bytes) -> Proven:
    if receipt["format"] != FORMAT:
        raise ReceiptError("this is not a receipt, or of a later version")
    day, top = date.fromisoformat(receipt["day"]), bytes.fromhex(receipt["merkle"])
    previous = bytes.fromhex(receipt["previous"])
    if day_hash(previous, day, int(receipt["leaves"]), top) != root:
        raise ReceiptError("the receipt belongs to another root")
    settlements: list[dict[str, Any]] = []
    transfers: list[dict[str, Any]] = []
    for row in receipt["rows"]:
        kind, fields = fields_of(row["text"])
        before = bytes.fromhex(row["before_debit"]), bytes.fromhex(row["before_credit"])
        steps: list[merkle.Step] = [(side, bytes.fromhex(text)) for side, text in row["path"]]
        if merkle.climb(leaf(row["text"], *before), steps) != top:
            raise ReceiptError(f"row {fields['id']} was changed: it is not under the day's root")
        {SETTLEMENT: settlements, TRANSFER: transfers}[kind].append(fields)
    if len(settlements) != 1 or str(settlements[0]["id"]) != receipt["setl_id"]:
        raise ReceiptError("the receipt doesn't hold the settlement it names")
    return Proven(day, settlements[0], _own(settlements[0], transfers))


def _own(settlement: dict[str, Any], transfers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The transfers, if they are this settlement's, each once, and all of them."""
    if any(transfer["settlement_id"] != settlement["id"] for transfer in transfers):
        raise ReceiptError("the receipt holds another settlement's transfers")
    if len({transfer["id"] for transfer in transfers}) != len(transfers):
        raise ReceiptError("the receipt holds a transfer twice")
    names = ("own_pay_fen", "wallet_pay_fen", "mulaid_pay_fen", "fund_pay_fen")
    paid = sum(settlement[name] for name in names)
    if sum(transfer["amount_fen"] for transfer in transfers) != abs(paid):
        raise ReceiptError("the receipt's transfers don't add up to its figures")
    return transfers
