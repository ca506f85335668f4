"""Which wallets have been opened, in the database."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.wallet.values import Wallet
from app.ledger.kinds import AccountKind
from app.store.database import Connection, Database

_OPENED = """
select person_id, opened_by, binding_id, place, opened_at from wallet
where person_id = any($1::bigint[])
"""
_OPEN = """
insert into wallet (person_id, opened_by, binding_id, place, opened_at) values ($1, $2, $3, $4, $5)
on conflict (person_id) do nothing returning person_id
"""
_ACCOUNT = """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
values ($1, $2, $3, 0, 0, $4)
on conflict (person_id, kind) where person_id is not null and closed_at is null do nothing
"""


async def opened(database: Database, person_ids: Collection[int]) -> dict[int, Wallet]:
    """Wallets by their owners; who has none is left out."""
    rows = await database.rows(_OPENED, list(person_ids))
    return {row["person_id"]: Wallet(**dict(row)) for row in rows}


async def open_wallet(connection: Connection, wallet: Wallet, account_id: int) -> bool:
    """Opens a wallet and its account; False: there was one before."""
    fresh = await connection.fetchval(
        _OPEN, wallet.person_id, wallet.opened_by, wallet.binding_id, wallet.place, wallet.opened_at
    )
    if fresh is not None:
        await connection.execute(
            _ACCOUNT, account_id, int(AccountKind.WALLET), wallet.person_id, wallet.opened_at
        )
    return fresh is not None
