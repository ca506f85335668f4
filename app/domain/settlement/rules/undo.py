"""Undoing: a row of the other sign, and every part back where it came from. Pure.

DESIGN §4, law 5: once, to the donor too, even after the grant has ended. A cancel gives money back
to whoever paid; undoing a cancel (2601 for a 2103 or 2208 whose result the till never saw) takes it
again, if it is still there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.settlement.model import (
    CounterTask,
    Kind,
    NextId,
    Original,
    Request,
    Result,
    Settlement,
    Snapshot,
    State,
)
from app.domain.settlement.rules.decide import explain
from app.domain.settlement.rules.errors import ACCOUNT_CLOSED, REFUND_SPENT
from app.kit.reasons import Because, Refusal
from app.ledger.kinds import TransferKind
from app.ledger.models import Account, Transfer, credit, debit

_FIGURES = (
    "medfee_sumamt_fen", "fulamt_ownpay_fen", "overlmt_selfpay_fen", "preselfpay_fen",
    "inscp_scp_fen", "act_pay_dedc_fen", "hifp_pay_fen", "fund_pay_fen", "psn_part_fen",
    "own_pay_fen", "wallet_pay_fen", "mulaid_pay_fen", "cash_pay_fen",
)  # fmt: skip
_TRANSFER_KIND = {Kind.CANCELLED: TransferKind.CANCEL, Kind.REVERSED: TransferKind.REVERSAL}


@dataclass(slots=True)
class Undoing:
    """One undoing under way: what it notes besides its transfers."""

    snapshot: Snapshot
    moment: datetime
    next_id: NextId
    because: list[Because]
    tasks: list[CounterTask]


def undo(
    request: Request,
    original: Original,
    kind: Kind,
    snapshot: Snapshot,
    moment: datetime,
    next_id: NextId,
) -> Result:
    """Undoes a standing row in the snapshot: a payment is given back, a cancel is taken back.

    Raises:
        Refusal: REFUND_SPENT, when a cancel is to be undone and the money has been used since.
    """
    row = _opposite(request, original.settlement, kind, moment, next_id())
    work = Undoing(snapshot, moment, next_id, [], [])
    if kind is Kind.RESTORED:
        _check_still_there(original, snapshot)
        transfers = [_again(given, row, work) for given in original.transfers]
    else:
        transfers = [_back(paid, row, _TRANSFER_KIND[kind], work) for paid in original.transfers]
    row.trace = {
        "legs": [{**leg, "fen": -leg["fen"]} for leg in original.settlement.trace["legs"]],
        "reasons": explain(work.because),
        "level": original.settlement.trace.get("level", "basic"),
        "steps": [],
    }
    row.balance_after_fen = snapshot.balance_fen(row.person_id)
    return Result(request, State.DONE, None, row, transfers, tasks=work.tasks)


def home_of(account: Account, snapshot: Snapshot) -> Account | None:
    """The account itself, or its last successor that is open; None: there is none."""
    seen: Account | None = account
    while seen is not None and seen.closed:
        seen = snapshot.accounts_by_id.get(seen.successor_id) if seen.successor_id else None
    return seen


def _opposite(
    request: Request, done: Settlement, kind: Kind, moment: datetime, new_id: int
) -> Settlement:
    figures = {name: -getattr(done, name) for name in _FIGURES}
    return replace(
        done, id=new_id, kind=kind, cancels_id=done.id, request_id=request.id, settled_at=moment,
        **figures,
    )  # fmt: skip


def _back(paid: Transfer, row: Settlement, kind: TransferKind, work: Undoing) -> Transfer:
    """The transfer that takes one part back to whoever paid it."""
    transfer_id = work.next_id()
    home, version, after = paid.debit_account, None, None
    account = work.snapshot.accounts_by_id.get(paid.debit_account)
    if account is not None:
        found = home_of(account, work.snapshot)
        if found is not None:
            home = found.id
            version, after = credit(found, paid.amount_fen)
        else:
            home = work.snapshot.suspense_account
            work.because.append(Because(ACCOUNT_CLOSED))
            work.tasks.append(CounterTask(account.person_id, row.id, transfer_id, paid.amount_fen))
    return Transfer(
        id=transfer_id, kind=kind, settlement_id=row.id, grant_id=paid.grant_id,
        reverses_id=paid.id, debit_account=paid.credit_account, credit_account=home,
        amount_fen=paid.amount_fen, debit_version=None, debit_after_fen=None,
        credit_version=version, credit_after_fen=after, created_at=work.moment,
    )  # fmt: skip


def _again(given: Transfer, row: Settlement, work: Undoing) -> Transfer:
    """The transfer that pays one part once more, after its giving back was undone."""
    payer, version, after = given.credit_account, None, None
    account = work.snapshot.accounts_by_id.get(given.credit_account)
    if account is not None:
        found = home_of(account, work.snapshot)
        assert found is not None, "checked before"
        payer = found.id
        version, after = debit(found, given.amount_fen)
    return Transfer(
        id=work.next_id(), kind=TransferKind.RESTORED, settlement_id=row.id,
        grant_id=given.grant_id, reverses_id=given.id, debit_account=payer,
        credit_account=given.debit_account, amount_fen=given.amount_fen, debit_version=version,
        debit_after_fen=after, credit_version=None, credit_after_fen=None,
        created_at=work.moment,
    )  # fmt: skip


def _check_still_there(original: Original, snapshot: Snapshot) -> None:
    """Refuses to take back what has been used, or what waits at the counter."""
    needed: dict[int, int] = {}
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
