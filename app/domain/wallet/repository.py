"""Which wallets have been opened, in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.domain.wallet.values import Wallet
from app.ledger.kinds import AccountKind
from app.store.database import Connection, Database

_OPENED = """
select person_id, opened_by, binding_id, place, opened_at, chosen_place, chosen_for from wallet
where person_id = any($1::bigint[])
"""
# Whose accounts were paid out and closed, or merged into others, has none again.
_OPEN = """
insert into wallet (person_id, opened_by, binding_id, place, opened_at)
select $1, $2, $3, $4, $5 where not exists (select from account_pay_out where person_id = $1)
    and not exists (select from account_merge where person_id = $1)
on conflict (person_id) do nothing returning person_id
"""
_HERE = "select 1 from person where id = $1 for share"
"""Waits for whoever pays the person's accounts out just now."""
_CLOSE = "delete from wallet where person_id = $1"
_CHOOSE = """
with before as (select chosen_place, chosen_for from wallet where person_id = $1),
changed as (
    update wallet set chosen_place = $2, chosen_for = $3, chosen_at = $4
    where person_id = $1 returning person_id
), told as (
    insert into happening (matter, record_id, what, by_id, at)
    select 'wallet', person_id, 'placed', person_id, $5 from changed, before
    where (before.chosen_place, before.chosen_for) is distinct from ($2::varchar, $3::varchar)
)
select person_id from changed
"""
_ANYTHING = """
select exists (
        select from wallet_sent where delivered_at is null and state = 1 and other_id is not null)
    or exists (select from wallet_sent where state = 1 and expires_at <= $1)
    or exists (
        select from wallet_offer
        where state <> 1 and told_at is null and returns_id is null and follow_from <= $1)
"""
_ACCOUNT = """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
values ($1, $2, $3, 0, 0, $4)
on conflict (person_id, kind) where person_id is not null and closed_at is null do nothing
"""


async def anything(database: Database, now: datetime) -> bool:
    """Whether any transfer waits to be carried on: what each step of a sweep looks for, at once."""
    async with database.lookup() as connection:
        return bool(await connection.fetchval(_ANYTHING, now))


async def opened(database: Database, person_ids: Collection[int]) -> dict[int, Wallet]:
    """Wallets by their owners; who has none is left out."""
    rows = await database.rows(_OPENED, list(person_ids))
    return {row["person_id"]: Wallet(**dict(row)) for row in rows}


async def open_wallet(connection: Connection, wallet: Wallet, account_id: int) -> bool:
    """Opens a wallet and its account; False: there was one before, or the person's accounts were
    paid out."""
    await connection.execute(_HERE, wallet.person_id)
    fresh = await connection.fetchval(
        _OPEN, wallet.person_id, wallet.opened_by, wallet.binding_id, wallet.place, wallet.opened_at
    )
    if fresh is not None:
        await connection.execute(
            _ACCOUNT, account_id, int(AccountKind.WALLET), wallet.person_id, wallet.opened_at
        )
    return fresh is not None


async def choose_place(
    database: Database, person_id: int, chosen: str | None, insured_at: str, now: datetime
) -> bool:
    """The owner's place of use; None: that of the insurance. What changes is told. False: there is
    no wallet."""
    found = await database.value(
        _CHOOSE,
        person_id,
        chosen,
        insured_at if chosen else None,
        now if chosen else None,
        now,
    )
    return found is not None


async def close_wallet(connection: Connection, person_id: int) -> None:
    """A person's wallet is no more; its account is closed by whoever pays it out."""
    await connection.execute(_CLOSE, person_id)
