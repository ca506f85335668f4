"""Accounts and transfers in the database: set-based, for any number of rows in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.kit.ids import IdMaker
from app.ledger.kinds import AccountKind
from app.ledger.models import Account, LedgerError, Transfer
from app.store.database import Connection, Record

# By ids found before: with the two conditions in one OR, the whole table would be read.
_ACCOUNTS = """
select id, kind, person_id, balance_fen, version, closed_at is not null as closed, successor_id
from account
where id = any(array(
    select id from account where person_id = any($1::bigint[])
    union
    select other.id from account named join account other on other.person_id = named.person_id
    where named.id = any($2::bigint[])))
"""

_INSERT_TRANSFERS = """
insert into transfer (id, kind, settlement_id, grant_id, reverses_id, debit_account, credit_account,
    amount_fen, debit_version, debit_after_fen, credit_version, credit_after_fen, created_at)
select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
    $12::bigint[], $13::timestamptz[])
"""

# The version moves by exactly the number of transfers; anything else means somebody wrote between.
_UPDATE_ACCOUNTS = """
update account set balance_fen = n.balance_fen, version = n.version
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
    as n (id, balance_fen, version, version_before)
where account.id = n.id and account.version = n.version_before
"""


def _account(row: Record) -> Account:
    return Account(
        row["id"], AccountKind(row["kind"]), row["person_id"], row["balance_fen"],
        row["version"], row["closed"], row["successor_id"],
    )  # fmt: skip


async def accounts_of(
    connection: Connection,
    person_ids: Collection[int],
    account_ids: Collection[int] = (),
    *,
    lock: bool,
) -> list[Account]:
    """Accounts of people, and of the owners of accounts named by id; closed ones included.

    With ``lock`` they are locked in ascending order of id until the transaction ends.
    """
    sql = _ACCOUNTS + ("order by id for no key update" if lock else "")
    return [
        _account(row) for row in await connection.fetch(sql, list(person_ids), list(account_ids))
    ]


async def flow_accounts(
    connection: Connection, wanted: Collection[tuple[AccountKind, str]], ids: IdMaker
) -> dict[tuple[AccountKind, str], int]:
    """Ids of flow accounts by kind and code; those that are missing are opened."""
    kinds = [int(kind) for kind, _ in wanted]
    codes = [code for _, code in wanted]
    select = (
        "select id, kind, flow_code from account join unnest($1::smallint[], $2::varchar[]) "
        "as w (kind, flow_code) using (kind, flow_code)"
    )
    rows = await connection.fetch(select, kinds, codes)
    if len(rows) < len(set(wanted)):
        await connection.execute(
            "insert into account (id, kind, flow_code) "
            "select * from unnest($1::bigint[], $2::smallint[], $3::varchar[]) "
            "on conflict (kind, flow_code) where flow_code is not null do nothing",
            [ids.next() for _ in kinds],
            kinds,
            codes,
        )
        rows = await connection.fetch(select, kinds, codes)
    return {(AccountKind(row["kind"]), row["flow_code"]): row["id"] for row in rows}


async def write(
    connection: Connection,
    transfers: Sequence[Transfer],
    changed: Sequence[tuple[Account, int]],
) -> None:
    """Writes transfers and the accounts they changed (each with its version before).

    Raises:
        LedgerError: an account was changed by somebody else meanwhile.
    """
    if transfers:
        await connection.execute(
            _INSERT_TRANSFERS,
            *([getattr(t, name) for t in transfers] for name in Transfer.__dataclass_fields__),
        )
    if changed:
        done = await connection.execute(
            _UPDATE_ACCOUNTS,
            [account.id for account, _ in changed],
            [account.balance_fen for account, _ in changed],
            [account.version for account, _ in changed],
            [before for _, before in changed],
        )
        if int(done.split()[-1]) != len(changed):
            raise LedgerError("an account changed under the batch")
