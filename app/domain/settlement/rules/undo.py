"""Undoing: a row of the other sign, and every part back where it came from. Pure.

Law 5: once, to the donor too, even after the grant has ended. A cancel gives money back
to whoever paid; undoing a cancel (2601 for a 2103 or 2208 whose result the till never saw) takes it
again, if it is still there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.domain.settlement.model import (
    FIGURES,
    Kind,
    Original,
    Request,
    Result,
    Round,
    Settlement,
    Snapshot,
    Stands,
    State,
)
from app.domain.settlement.rules.errors import ACCOUNT_CLOSED, REFUND_SPENT, REPLACED_SINCE
from app.domain.settlement.rules.settlement_row import note_balances
from app.domain.settlement.trace import Trace, told
from app.kit.money import yuan_text
from app.kit.reasons import Because, Refusal
from app.ledger.away.errors import MONTH_AWAY
from app.ledger.kinds import TransferKind
from app.ledger.models import Account, CounterTask, Transfer, flow, give_back, pay

_TRANSFER_KIND = {Kind.CANCELLED: TransferKind.CANCEL, Kind.REVERSED: TransferKind.REVERSAL}


@dataclass(slots=True)
class Undoing:
    """One undoing under way: its row, and what it notes besides its transfers."""

    this: Round
    row: Settlement
    because: list[Because] = field(default_factory=list)
    tasks: list[CounterTask] = field(default_factory=list)


def undo(request: Request, original: Original, kind: Kind, this: Round) -> Result:
    """Undoes a standing row in the snapshot: a payment is given back, a cancel is taken back.

    Raises:
        Refusal: REFUND_SPENT, when a cancel is to be undone and the money has been used since;
            MONTH_AWAY, when what it moved is not here.
    """
    check_here(original)
    done, snapshot = original.settlement, this.snapshot
    row = _opposite(request, done, kind, this)
    work = Undoing(this, row)
    if kind is Kind.RESTORED:
        check_still_there(original, snapshot)
        transfers = [_again(given, work) for given in original.transfers]
    else:
        transfers = [_back(paid, _TRANSFER_KIND[kind], work) for paid in original.transfers]
    legs = tuple(replace(leg, amount_fen=-leg.amount_fen) for leg in done.trace.legs)
    parts = tuple(one.negative for one in done.trace.parts)
    row.trace = Trace(legs, told(work.because), done.trace.level, parts=parts)
    note_balances(row, snapshot)
    return Result(request, State.DONE, None, row, transfers, tasks=work.tasks)


def check_here(original: Original) -> None:
    """Refuses to give back what can't be seen whole.

    Raises:
        Refusal: MONTH_AWAY.
    """
    if original.away_since is not None:
        raise Refusal(MONTH_AWAY, begin=original.away_since)


def replaced(stands: Stands) -> Refusal:
    """The refusal of what asks for a settlement in whose stead another one stands."""
    return Refusal(
        REPLACED_SINCE,
        setl_id=str(stands.settlement_id),
        mdtrt_id=str(stands.mdtrt_id),
        amount=yuan_text(stands.total_fen),
    )


def home_of(account: Account, snapshot: Snapshot) -> Account | None:
    """The account itself, or its last successor that is open; None: there is none."""
    seen: Account | None = account
    while seen is not None and seen.closed:
        seen = snapshot.accounts_by_id.get(seen.successor_id) if seen.successor_id else None
    return seen


def _opposite(request: Request, done: Settlement, kind: Kind, this: Round) -> Settlement:
    figures = {name: -getattr(done, name) for name in FIGURES}
    return replace(
        done,
        id=this.next_id(),
        kind=kind,
        cancels_id=done.id,
        request_id=request.id,
        settled_at=this.moment,
        **figures,
    )


def _back(paid: Transfer, kind: TransferKind, work: Undoing) -> Transfer:
    """The transfer that takes one part back to whoever paid it."""
    this, row = work.this, work.row
    transfer_id = this.next_id()
    account = this.snapshot.accounts_by_id.get(paid.debit_account)
    home = None if account is None else home_of(account, this.snapshot)
    if home is not None:
        return give_back(transfer_id, paid, home, kind, row.id, this.moment)
    where = paid.debit_account
    if account is not None:  # a person's, closed without a successor: it waits at the counter
        where = this.snapshot.suspense_account
        work.because.append(Because(ACCOUNT_CLOSED))
        task = CounterTask(account.person_id, transfer_id, paid.amount_fen, settlement_id=row.id)
        work.tasks.append(task)
    return flow(
        transfer_id,
        kind,
        paid.credit_account,
        where,
        paid.amount_fen,
        settlement_id=row.id,
        grant_id=paid.grant_id,
        reverses_id=paid.id,
        at=this.moment,
    )


def _again(given: Transfer, work: Undoing) -> Transfer:
    """The transfer that pays one part once more, after its giving back was undone."""
    this, settlement_id = work.this, work.row.id
    account = this.snapshot.accounts_by_id.get(given.credit_account)
    if account is None:
        return flow(
            this.next_id(),
            TransferKind.RESTORED,
            given.credit_account,
            given.debit_account,
            given.amount_fen,
            settlement_id=settlement_id,
            grant_id=given.grant_id,
            reverses_id=given.id,
            at=this.moment,
        )
    payer = home_of(account, this.snapshot)
    assert payer is not None, "checked before"
    return pay(
        this.next_id(),
        payer,
        given.debit_account,
        given.amount_fen,
        settlement_id=settlement_id,
        grant_id=given.grant_id,
        at=this.moment,
        kind=TransferKind.RESTORED,
        reverses_id=given.id,
    )


def check_still_there(
    original: Original, snapshot: Snapshot, coming: Iterable[Transfer] = ()
) -> None:
    """Refuses to take back what has been used, be it money or a grant for one bill, or what waits
    at the counter. ``coming``: payments
    that are about to be given back first.

    Raises:
        Refusal: REFUND_SPENT.
    """
    needed: dict[int, int] = {}
    coming = list(coming)
    freed = {paid.grant_id for paid in coming}
    if any(given.grant_id in snapshot.spent - freed for given in original.transfers):
        raise Refusal(REFUND_SPENT)
    for paid in coming:
        account = snapshot.accounts_by_id.get(paid.debit_account)
        home = home_of(account, snapshot) if account else None
        if home is not None:
            needed[home.id] = needed.get(home.id, 0) - paid.amount_fen
    for given in original.transfers:
        if given.credit_account == snapshot.suspense_account:
            raise Refusal(REFUND_SPENT)
        account = snapshot.accounts_by_id.get(given.credit_account)
        if account is None:
            continue
        found = home_of(account, snapshot)
        if found is None:
            raise Refusal(REFUND_SPENT)
        needed[found.id] = needed.get(found.id, 0) + given.amount_fen
    if any(snapshot.accounts_by_id[i].balance_fen < fen for i, fen in needed.items()):
        raise Refusal(REFUND_SPENT)
