"""The personal account follows its owner to another province (SOURCES F3.4).

Money never crosses a province inside one settlement, so the account there is a new one: the old is
closed, its balance moves by a transfer, and what still comes back to it goes to its successor.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.kit.ids import IdMaker
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, Transfer, credit, debit
from app.ledger.repository import accounts_of, write
from app.store.database import Connection


async def relocate(
    connection: Connection, person_ids: Collection[int], ids: IdMaker, now: datetime
) -> int:
    """Gives people new accounts in place of their open ones; gives how many were moved.

    The caller's transaction holds; the old accounts are locked in it.
    """
    if not person_ids:
        return 0
    old = [a for a in await accounts_of(connection, person_ids, lock=True) if not a.closed]
    # What was set aside for relatives and is left goes back to its owner's own money.
    own = {a.person_id for a in old if a.kind is AccountKind.CURRENT}
    back = [a for a in old if a.kind is AccountKind.FAMILY and a.person_id in own]
    old = [a for a in old if a not in back]
    new = [Account(ids.next(), a.kind, a.person_id, 0, 0) for a in old]
    current = {b.person_id: b for b in new if b.kind is AccountKind.CURRENT}
    pairs = list(zip([*old, *back], [*new, *(current[a.person_id] for a in back)], strict=True))
    closed = [a.id for a, _ in pairs]
    await connection.execute(
        "update account set closed_at = $2 where id = any($1::bigint[])", closed, now
    )
    await connection.executemany(
        "insert into account (id, kind, person_id, balance_fen, version, opened_at) "
        "values ($1, $2, $3, 0, 0, $4)",
        [(a.id, int(a.kind), a.person_id, now) for a in new],
    )
    await connection.executemany(
        "update account set successor_id = $2 where id = $1",
        [(a.id, b.id) for a, b in pairs],
    )
    before = [(a, a.version) for a in (*old, *back, *new)]
    moved = [_move(a, b, ids.next(), now) for a, b in pairs if a.balance_fen]
    await write(connection, moved, [(a, version) for a, version in before if a.version != version])
    return len(pairs)


def _move(old: Account, new: Account, transfer_id: int, now: datetime) -> Transfer:
    amount = old.balance_fen
    debit_version, debit_after = debit(old, amount)
    credit_version, credit_after = credit(new, amount)
    return Transfer(
        id=transfer_id,
        kind=TransferKind.MOVE,
        settlement_id=None,
        grant_id=None,
        reverses_id=None,
        debit_account=old.id,
        credit_account=new.id,
        amount_fen=amount,
        debit_version=debit_version,
        debit_after_fen=debit_after,
        credit_version=credit_version,
        credit_after_fen=credit_after,
        created_at=now,
    )
