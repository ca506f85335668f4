"""Accounts and transfers in the database: set-based, for any number of rows in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.kit.ids import IdMaker
from app.ledger.kinds import AccountKind
from app.ledger.models import Account, CounterTask, LedgerError, Transfer
from app.store.database import Connection, Database, Record

_ACCOUNTS = """
select id, kind, person_id, balance_fen, version, closed_at is not null as closed, successor_id
from account where person_id = any($1::bigint[])
"""
_ROWS = """
select distinct unnest(rows_of(merged_into)) as id from person
where id = any($1::bigint[]) and coalesce(merged_into, 0) <> 0
"""
_OWNERS = """
select distinct person_id from account where id = any($1::bigint[]) and person_id is not null
"""

_TRANSFER_TYPES = (
    "bigint", "smallint", "bigint", "bigint", "bigint", "bigint", "bigint", "bigint", "bigint",
    "bigint", "bigint", "bigint", "timestamptz",
)  # fmt: skip
TRANSFER_COLUMNS = tuple(Transfer.__dataclass_fields__)
ACCOUNT_COLUMNS = 4


def arrays(types: Collection[str], first: int) -> str:
    """``unnest($first::type[], …)``: one array a column."""
    return f"unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(types, first))})"


def rows_of(types: Collection[str], first: int, count: int | None) -> str:
    """The rows of a statement, whose parameters begin at ``first``. None: any number of rows, one
    array a column. Else just so many, each value a parameter (``in_rows``): an array of one value
    costs both sides several times as much as the value."""
    if count is None:
        return arrays(types, first)
    width = len(types)
    rows = (
        ", ".join(f"${n}::{kind}" for n, kind in enumerate(types, first + at * width))
        for at in range(count)
    )
    return f"(values ({'), ('.join(rows)}))"


def in_rows(columns: Sequence[Sequence[object]]) -> list[object]:
    """Columns as the parameters of a statement for just so many rows."""
    return [value for row in zip(*columns, strict=True) for value in row]


def insert_transfers(first: int, count: int | None = None) -> str:
    """Writes transfers; their columns are the parameters from ``first`` on (``rows_of``)."""
    names, rows = ", ".join(TRANSFER_COLUMNS), rows_of(_TRANSFER_TYPES, first, count)
    return f"insert into transfer ({names}) select * from {rows} as n"  # noqa: S608


def update_accounts(first: int, count: int | None = None) -> str:
    """Writes accounts: id, balance, version, version before, from parameter ``first`` on
    (``rows_of``).

    The version moves by exactly the number of transfers; a row that is not updated was written by
    somebody else in between.
    """
    return (
        "update account set balance_fen = n.balance_fen, version = n.version "  # noqa: S608
        f"from {rows_of(('bigint',) * ACCOUNT_COLUMNS, first, count)} "
        "as n (id, balance_fen, version, version_before) "
        "where account.id = n.id and account.version = n.version_before"
    )


def transfer_arrays(transfers: Sequence[Transfer]) -> list[list[object]]:
    """The parameters of ``insert_transfers``."""
    return [[getattr(t, name) for t in transfers] for name in TRANSFER_COLUMNS]


def account_arrays(changed: Sequence[tuple[Account, int]]) -> list[list[int]]:
    """The parameters of ``update_accounts``, from accounts with their versions before."""
    return [
        [account.id for account, _ in changed],
        [account.balance_fen for account, _ in changed],
        [account.version for account, _ in changed],
        [before for _, before in changed],
    ]


def check_updated(status: str, changed: Sequence[tuple[Account, int]]) -> None:
    """Makes sure that ``update_accounts`` reached every account.

    Raises:
        LedgerError: an account was changed by somebody else meanwhile.
    """
    if int(status.rsplit(maxsplit=1)[-1]) != len(changed):
        raise LedgerError("an account changed under the batch")


_INSERT_TRANSFERS = insert_transfers(1)
_UPDATE_ACCOUNTS = update_accounts(1)


def account_of(row: Record) -> Account:
    """An account from its row."""
    return Account(
        row["id"],
        AccountKind(row["kind"]),
        row["person_id"],
        row["balance_fen"],
        row["version"],
        row["closed"],
        row["successor_id"],
    )


async def accounts_of(
    connection: Connection, person_ids: Collection[int], *, lock: bool
) -> list[Account]:
    """Accounts of people, closed ones included.

    With ``lock`` they are locked in ascending order of id until the transaction ends.
    """
    sql = _ACCOUNTS + ("order by id for no key update" if lock else "")
    return [account_of(row) for row in await connection.fetch(sql, list(person_ids))]


async def all_rows_of(connection: Connection, person_ids: Collection[int]) -> set[int]:
    """People, and all other rows of those whose row was merged: what comes back to an account that
    was closed goes to its successor, which is the other row's."""
    rows = await connection.fetch(_ROWS, list(person_ids))
    return {*person_ids, *(row["id"] for row in rows)}


async def owners_of(connection: Connection, account_ids: Collection[int]) -> set[int]:
    """The people who own accounts; flow accounts have none."""
    rows = await connection.fetch(_OWNERS, list(account_ids))
    return {row["person_id"] for row in rows}


_FIND_FLOWS = """
select id, kind, flow_code from account
join unnest($1::smallint[], $2::varchar[]) as w (kind, flow_code) using (kind, flow_code)
"""
_OPEN_FLOWS = """
insert into account (id, kind, flow_code)
select * from unnest($1::bigint[], $2::smallint[], $3::varchar[])
on conflict (kind, flow_code) where flow_code is not null do nothing
"""


async def find_flows(
    connection: Connection, wanted: Collection[tuple[AccountKind, str]]
) -> dict[tuple[AccountKind, str], int]:
    """Ids of flow accounts by kind and code; those that are not open are left out."""
    kinds, codes = [int(kind) for kind, _ in wanted], [code for _, code in wanted]
    rows = await connection.fetch(_FIND_FLOWS, kinds, codes)
    return {(AccountKind(row["kind"]), row["flow_code"]): row["id"] for row in rows}


async def flow_accounts(
    connection: Connection, wanted: Collection[tuple[AccountKind, str]], ids: IdMaker
) -> dict[tuple[AccountKind, str], int]:
    """Ids of flow accounts by kind and code; those that are missing are opened."""
    found = await find_flows(connection, wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        await connection.execute(
            _OPEN_FLOWS,
            [ids.next() for _ in missing],
            [int(kind) for kind, _ in missing],
            [code for _, code in missing],
        )
        found |= await find_flows(connection, missing)
    return found


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
        await connection.execute(_INSERT_TRANSFERS, *transfer_arrays(transfers))
    if changed:
        status = await connection.execute(_UPDATE_ACCOUNTS, *account_arrays(changed))
        check_updated(status, changed)


_MAKE_TASK = """
insert into counter_task (id, kind, person_id, settlement_id, order_id, transfer_id, amount_fen,
    created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def make_tasks(
    connection: Connection, tasks: Sequence[CounterTask], now: datetime, ids: IdMaker
) -> None:
    """Puts before the counter what these transfers have laid into suspense."""
    if tasks:
        await connection.executemany(
            _MAKE_TASK,
            [
                (
                    ids.next(),
                    t.kind,
                    t.person_id,
                    t.settlement_id,
                    t.order_id,
                    t.transfer_id,
                    t.amount_fen,
                    now,
                )
                for t in tasks
            ],
        )


_AT_COUNTER = """
select distinct order_id from counter_task
where person_id = $1 and order_id = any($2::bigint[]) and done_at is null
"""


async def at_counter(database: Database, person_id: int, order_ids: Collection[int]) -> set[int]:
    """The orders whose money came back to a person and waits at the counter."""
    rows = await database.rows(_AT_COUNTER, person_id, list(order_ids)) if order_ids else []
    return {row["order_id"] for row in rows}
