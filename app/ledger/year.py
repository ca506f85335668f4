"""What the account's own year moves: credits, what is taken back, interest, the close, pay-outs.

Each transfer belongs to a row that says why (``account_posting``). One portion is one transaction:
``take_turn`` first, so that no two portions of whatever run are under way at once, then the
accounts, locked in ascending order of id as by every settlement, so that tills wait for a portion
at the most. Whoever moves money here calls ``Balances.renew`` after the commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.kit.ids import IdMaker
from app.kit.value import value
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, LedgerError, Transfer, credit, debit
from app.ledger.repository import account_of, write
from app.store.database import Connection

_TURN = 0x51594541  # "QYEA"
_LOCK = """
select id, kind, person_id, balance_fen, version, false as closed, successor_id
from account where closed_at is null
    and (person_id = any($1::bigint[]) and kind = 1 or person_id = any($2::bigint[]) and kind = 2)
order by id for no key update
"""
_POST = """
insert into account_posting (transfer_id, row_id) select * from unnest($1::bigint[], $2::bigint[])
"""

_LACKING = """
select person_id from account a
where person_id = any($1::bigint[]) and kind = 1 and closed_at is null and not exists (
    select from account c where c.person_id = a.person_id and c.kind = 2 and c.closed_at is null)
order by person_id
"""
_OPEN = """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
select i, 2, p, 0, 0, $3 from unnest($1::bigint[], $2::bigint[]) as n (i, p)
on conflict (person_id, kind) where person_id is not null and closed_at is null do nothing
"""


@value
class Move:
    """One movement for a row; a side that is a flow is named by its id."""

    row_id: int
    kind: TransferKind
    debit: Account | int
    credit: Account | int
    amount_fen: int


async def take_turn(connection: Connection) -> None:
    """Waits until nobody else is at work on accounts' years; ours until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", _TURN)


async def lock_accounts(
    connection: Connection, current_of: Collection[int], carried_of: Collection[int]
) -> dict[tuple[int, AccountKind], Account]:
    """People's open accounts by owner and kind, locked in ascending order of id."""
    rows = await connection.fetch(_LOCK, list(current_of), list(carried_of))
    found = [account_of(row) for row in rows]
    return {(account.person_id, account.kind): account for account in found}


async def open_carried(
    connection: Connection, person_ids: Collection[int], now: datetime, ids: IdMaker
) -> list[int]:
    """Opens the carried-over part of who has a personal account without one; gives who they are."""
    lacking = [row["person_id"] for row in await connection.fetch(_LACKING, list(person_ids))]
    if lacking:
        await connection.execute(_OPEN, [ids.next() for _ in lacking], lacking, now)
    return lacking


async def book(
    connection: Connection, moves: Sequence[Move], now: datetime, ids: IdMaker
) -> list[Transfer]:
    """Makes the transfers of moves, in their order, between accounts that the caller has locked.

    Raises:
        LedgerError: an amount is not positive or more than there is; an account is closed or was
            changed since it was read.
    """
    before: dict[int, tuple[Account, int]] = {}
    for move in moves:
        for side in (move.debit, move.credit):
            if isinstance(side, Account):
                if side.closed:
                    raise LedgerError("a closed account moves no money")
                before.setdefault(side.id, (side, side.version))
    transfers = [_transfer(move, ids.next(), now) for move in moves]
    await write(connection, transfers, list(before.values()))
    if transfers:
        await connection.execute(_POST, [t.id for t in transfers], [move.row_id for move in moves])
    return transfers


def _transfer(move: Move, transfer_id: int, now: datetime) -> Transfer:
    taken: tuple[int | None, int | None] = (None, None)
    given: tuple[int | None, int | None] = (None, None)
    if isinstance(move.debit, Account):
        taken = debit(move.debit, move.amount_fen)
    if isinstance(move.credit, Account):
        given = credit(move.credit, move.amount_fen)
    return Transfer(
        id=transfer_id,
        kind=move.kind,
        settlement_id=None,
        grant_id=None,
        reverses_id=None,
        debit_account=_id(move.debit),
        credit_account=_id(move.credit),
        amount_fen=move.amount_fen,
        debit_version=taken[0],
        debit_after_fen=taken[1],
        credit_version=given[0],
        credit_after_fen=given[1],
        created_at=now,
    )


def _id(side: Account | int) -> int:
    return side.id if isinstance(side, Account) else side
