"""Holds: money set aside for one thing, until that is done or isn't.

What is held stays its owner's, in an account of its own (``AccountKind.HELD``): a settlement does
not see it, so it cannot spend it. A hold is the transfer into that account and is known by its id.
It ends by one transfer that reverses it, and a transfer is reversed once: posted to where it was
meant for, or back to where it came from, voided or expired. So the chains, the seals and the checks
know holds as they know any money.

Whoever places or ends holds calls ``Balances.renew`` with the owners after the commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import IntEnum

from app.kit.ids import IdMaker
from app.kit.value import value
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, CounterTask, LedgerError, Transfer, credit, debit
from app.ledger.repository import accounts_of, all_rows_of, flow_accounts, make_tasks, write
from app.store.database import Connection, Record

SUSPENSE_CODE = "refunds"
"""``flow_code`` of the account where money waits that has no way home."""


class HoldPurpose(IntEnum):
    """What money is held for."""

    WALLET = 1
    PREMIUM = 2


class HoldState(IntEnum):
    """What has become of a hold."""

    PENDING = 1
    POSTED = 2
    VOIDED = 3
    EXPIRED = 4
    REFUNDED = 5
    """Posted, and given back since."""


TASKS = {
    HoldPurpose.WALLET: "wallet_without_account",
    HoldPurpose.PREMIUM: "premium_without_account",
}
"""What a task of the counter is called whose money comes from such an order."""
_END = {
    HoldState.POSTED: TransferKind.POSTED,
    HoldState.VOIDED: TransferKind.VOIDED,
    HoldState.EXPIRED: TransferKind.EXPIRED,
}
_STATE = {int(kind): state for state, kind in _END.items()}


@value
class Wanted:
    """A hold to be placed on an account that the caller has locked and read.

    ``order_id``: of whatever it is for, by its purpose. ``expires_at``: until when at the latest it
    is meant to be pending, for showing; whoever wanted it ends it.
    """

    account: Account
    amount_fen: int
    purpose: HoldPurpose
    order_id: int
    expires_at: datetime | None = None
    grant_id: int | None = None


@value
class Hold:
    """One hold as it stands. ``id``: its transfer's."""

    id: int
    account_id: int
    person_id: int
    purpose: HoldPurpose
    order_id: int
    grant_id: int | None
    amount_fen: int
    made_at: datetime
    expires_at: datetime | None
    state: HoldState = HoldState.PENDING
    ended_at: datetime | None = None
    posted: tuple[int, int] | None = None
    """The transfer that posted it, and the account it went to."""


@value
class Ending:
    """How a hold is to end. ``to_account``: the flow account that a posting goes to."""

    hold_id: int
    state: HoldState
    to_account: int | None = None


@value
class Ended:
    """How a hold has ended. ``fresh``: by this call; else it had ended before, perhaps otherwise.

    ``suspended``: its money had no open account to go back to and lies in suspense, with a task
    for the counter.
    """

    hold: Hold
    fresh: bool
    suspended: bool = False


_INSERT = """
insert into hold (id, purpose, order_id, grant_id, person_id, account_id, amount_fen, made_at,
    expires_at)
select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[],
    $6::bigint[], $7::bigint[], $8::timestamptz[], $9::timestamptz[])
"""
_OPEN = """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
select i, $3, p, 0, 0, $4 from unnest($1::bigint[], $2::bigint[]) as n (i, p)
"""
_HOLDS = """
select h.*, e.kind as ended_by, coalesce(r.created_at, e.created_at) as ended_at,
    e.id as end_id, e.credit_account as payee, r.id is not null as refunded
from hold h left join transfer e on e.reverses_id = h.id
left join transfer r on r.reverses_id = e.id
"""
_BY_ID = _HOLDS + "where h.id = any($1::bigint[]) order by h.id"
_BY_ORDER = _HOLDS + "where h.purpose = $1 and h.order_id = any($2::bigint[]) order by h.id"
_BY_PERSON = _HOLDS + "where h.person_id = $1 and e.id is null order by h.id"


async def place(
    connection: Connection, wanted: Sequence[Wanted], now: datetime, ids: IdMaker
) -> list[Hold]:
    """Sets money aside; one hold for each that is wanted, in their order. All or none.

    The accounts are as the caller read them under their locks in this transaction
    (``accounts_of(…, lock=True)``); they are changed and written here.

    Raises:
        LedgerError: an amount is not positive or more than there is, an account is closed or is
            none that money is held of, or was changed since it was read.
    """
    if any(w.account.closed or w.account.kind is AccountKind.HELD for w in wanted):
        raise LedgerError("money is held of an open account of its owner's")
    held = await _held_accounts(connection, {w.account.person_id for w in wanted}, now, ids)
    before = _Versions([w.account for w in wanted], held.values())
    made = [_into(w, held[w.account.person_id], ids.next(), now) for w in wanted]
    await write(connection, [transfer for _, transfer in made], before.changed())
    holds = [hold for hold, _ in made]
    await connection.execute(
        _INSERT,
        [h.id for h in holds],
        [int(h.purpose) for h in holds],
        [h.order_id for h in holds],
        [h.grant_id for h in holds],
        [h.person_id for h in holds],
        [h.account_id for h in holds],
        [h.amount_fen for h in holds],
        [h.made_at for h in holds],
        [h.expires_at for h in holds],
    )
    return holds


async def end(
    connection: Connection, endings: Sequence[Ending], now: datetime, ids: IdMaker
) -> list[Ended]:
    """Ends holds, each once: of one that has ended before it is told how, and nothing is done.

    Their owners' accounts are locked here, in ascending order of id. What goes back goes to the
    account that it came from, else to its last successor that is open, else to suspense.

    Raises:
        LedgerError: no such hold; a posting without its account or a return with one; the same
            hold twice.
    """
    by_id = {ending.hold_id: ending for ending in endings}
    if len(by_id) != len(endings):
        raise LedgerError("a hold ends once")
    for ending in endings:
        if (ending.state is HoldState.POSTED) is (ending.to_account is None):
            raise LedgerError("a posting, and nothing else, names the account that it goes to")
        if ending.state not in _END:
            raise LedgerError("a hold doesn't end as pending")
    owners = {hold.person_id for hold in await _read(connection, _BY_ID, list(by_id))}
    owners = await all_rows_of(connection, owners)
    accounts = {a.id: a for a in await accounts_of(connection, owners, lock=True)}
    found = await _read(connection, _BY_ID, list(by_id))  # as they are under the locks
    if len(found) != len(by_id):
        raise LedgerError("there is no such hold")
    back = [hold for hold in found if not by_id[hold.id].to_account]
    suspense = await _suspense(connection, back, accounts, ids)
    before = _Versions(accounts.values())
    held = {
        a.person_id: a for a in accounts.values() if a.kind is AccountKind.HELD and not a.closed
    }
    transfers: list[Transfer] = []
    tasks: list[CounterTask] = []
    done: dict[int, Ended] = {}
    for hold in found:
        if hold.state is not HoldState.PENDING:
            done[hold.id] = Ended(hold, fresh=False)
            continue
        ending = by_id[hold.id]
        home = None if ending.to_account else _home(accounts[hold.account_id], accounts)
        transfers.append(_out_of(hold, ending, home, suspense, held, ids.next(), now))
        suspended = home is None and ending.to_account is None
        tasks += [_task(hold, transfers[-1].id)] if suspended else []
        ended = replace(hold, state=ending.state, ended_at=now)
        done[hold.id] = Ended(ended, fresh=True, suspended=suspended)
    await write(connection, transfers, before.changed())
    await make_tasks(connection, tasks, now, ids)
    return [done[ending.hold_id] for ending in endings]


async def pending_of(connection: Connection, person_id: int) -> list[Hold]:
    """What is held of a person's money now."""
    return await _read(connection, _BY_PERSON, person_id)


async def of_orders(
    connection: Connection, purpose: HoldPurpose, order_ids: Collection[int]
) -> list[Hold]:
    """All holds of orders, those that have ended too."""
    return await _read(connection, _BY_ORDER, int(purpose), list(order_ids))


async def refund(
    connection: Connection,
    hold_ids: Collection[int],
    kind: TransferKind,
    now: datetime,
    ids: IdMaker,
) -> list[Ended]:
    """Gives back what was posted to a flow account, each once: to where it came from, its
    successor, or suspense. Of one that is given back already it is told so, and nothing is done.

    Raises:
        LedgerError: there is no such hold, or it was not posted.
    """
    owners = {hold.person_id for hold in await _read(connection, _BY_ID, list(hold_ids))}
    owners = await all_rows_of(connection, owners)
    accounts = {a.id: a for a in await accounts_of(connection, owners, lock=True)}
    found = await _read(connection, _BY_ID, list(hold_ids))
    if len(found) != len(set(hold_ids)) or any(hold.posted is None for hold in found):
        raise LedgerError("only what was posted is given back")
    suspense = await _suspense(connection, found, accounts, ids)
    before = _Versions(accounts.values())
    transfers: list[Transfer] = []
    tasks: list[CounterTask] = []
    done = []
    for hold in found:
        if hold.state is HoldState.REFUNDED or hold.posted is None:
            done.append(Ended(hold, fresh=False))
            continue
        home = _home(accounts[hold.account_id], accounts)
        back = credit(home, hold.amount_fen) if home else (None, None)
        payee = home.id if home else suspense
        assert payee is not None, "suspense was looked for"
        transfers.append(
            Transfer(
                id=ids.next(),
                kind=kind,
                settlement_id=None,
                grant_id=hold.grant_id,
                reverses_id=hold.posted[0],
                debit_account=hold.posted[1],
                credit_account=payee,
                amount_fen=hold.amount_fen,
                debit_version=None,
                debit_after_fen=None,
                credit_version=back[0],
                credit_after_fen=back[1],
                created_at=now,
            )
        )
        tasks += [] if home else [_task(hold, transfers[-1].id)]
        now_back = replace(hold, state=HoldState.REFUNDED, ended_at=now)
        done.append(Ended(now_back, fresh=True, suspended=home is None))
    await write(connection, transfers, before.changed())
    await make_tasks(connection, tasks, now, ids)
    return done


class _Versions:
    """Accounts as they were before, to write those that changed."""

    def __init__(self, *accounts: Collection[Account]) -> None:
        self._before = {a.id: (a, a.version) for some in accounts for a in some}

    def changed(self) -> list[tuple[Account, int]]:
        return [(a, version) for a, version in self._before.values() if a.version != version]


async def _held_accounts(
    connection: Connection, person_ids: Collection[int], now: datetime, ids: IdMaker
) -> dict[int, Account]:
    """Each owner's account of what is held; one that is missing is opened. The owners' other
    accounts are locked already, so nobody opens one beside us."""
    found = {
        a.person_id: a
        for a in await accounts_of(connection, person_ids, lock=True)
        if a.kind is AccountKind.HELD and not a.closed
    }
    new = [
        Account(ids.next(), AccountKind.HELD, person_id, 0, 0)
        for person_id in sorted(set(person_ids) - found.keys())
    ]
    if new:
        await connection.execute(
            _OPEN, [a.id for a in new], [a.person_id for a in new], int(AccountKind.HELD), now
        )
    return found | {a.person_id: a for a in new}


def _into(wanted: Wanted, held: Account, hold_id: int, now: datetime) -> tuple[Hold, Transfer]:
    version, after_fen = debit(wanted.account, wanted.amount_fen)
    held_version, held_after_fen = credit(held, wanted.amount_fen)
    hold = Hold(
        hold_id,
        wanted.account.id,
        wanted.account.person_id,
        wanted.purpose,
        wanted.order_id,
        wanted.grant_id,
        wanted.amount_fen,
        now,
        wanted.expires_at,
    )
    return hold, Transfer(
        id=hold_id,
        kind=TransferKind.HOLD,
        settlement_id=None,
        grant_id=wanted.grant_id,
        reverses_id=None,
        debit_account=wanted.account.id,
        credit_account=held.id,
        amount_fen=wanted.amount_fen,
        debit_version=version,
        debit_after_fen=after_fen,
        credit_version=held_version,
        credit_after_fen=held_after_fen,
        created_at=now,
    )


def _out_of(
    hold: Hold,
    ending: Ending,
    home: Account | None,
    suspense: int | None,
    held_of: dict[int, Account],
    transfer_id: int,
    now: datetime,
) -> Transfer:
    """``held_of``: the account of what is held, of each owner."""
    held = held_of[hold.person_id]
    version, after_fen = debit(held, hold.amount_fen)
    back = credit(home, hold.amount_fen) if home else (None, None)
    payee = ending.to_account or (home.id if home else suspense)
    assert payee is not None, "suspense was looked for"
    return Transfer(
        id=transfer_id,
        kind=_END[ending.state],
        settlement_id=None,
        grant_id=hold.grant_id,
        reverses_id=hold.id,
        debit_account=held.id,
        credit_account=payee,
        amount_fen=hold.amount_fen,
        debit_version=version,
        debit_after_fen=after_fen,
        credit_version=back[0],
        credit_after_fen=back[1],
        created_at=now,
    )


def _home(account: Account, accounts: dict[int, Account]) -> Account | None:
    """The account itself, or its last successor that is open."""
    seen: Account | None = account
    while seen is not None and seen.closed:
        seen = accounts.get(seen.successor_id) if seen.successor_id else None
    return seen


def _task(hold: Hold, transfer_id: int) -> CounterTask:
    kind = TASKS[hold.purpose]
    return CounterTask(
        hold.person_id, transfer_id, hold.amount_fen, order_id=hold.order_id, kind=kind
    )


async def _suspense(
    connection: Connection,
    back: Sequence[Hold],
    accounts: dict[int, Account],
    ids: IdMaker,
) -> int | None:
    """The account of what has no way home, if something of what goes back has none."""
    if all(_home(accounts[hold.account_id], accounts) for hold in back):
        return None
    key = (AccountKind.SUSPENSE, SUSPENSE_CODE)
    return (await flow_accounts(connection, [key], ids))[key]


async def _read(connection: Connection, sql: str, *parameters: object) -> list[Hold]:
    return [_hold(row) for row in await connection.fetch(sql, *parameters)]


def _hold(row: Record) -> Hold:
    ended_by = row["ended_by"]
    state = HoldState.PENDING if ended_by is None else _STATE[ended_by]
    return Hold(
        row["id"],
        row["account_id"],
        row["person_id"],
        HoldPurpose(row["purpose"]),
        row["order_id"],
        row["grant_id"],
        row["amount_fen"],
        row["made_at"],
        row["expires_at"],
        HoldState.REFUNDED if row["refunded"] else state,
        row["ended_at"],
        (row["end_id"], row["payee"]) if state is HoldState.POSTED else None,
    )
