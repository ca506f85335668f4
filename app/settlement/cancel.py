"""Undoing a settlement: a negative row, and every part back to whoever paid it. Pure.

DESIGN §4, law 5: once, to the donor too, even after the grant has ended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.kit.reasons import Because, Refusal
from app.ledger.kinds import TransferKind
from app.ledger.models import Transfer, credit
from app.settlement.decide import explain
from app.settlement.errors import ACCOUNT_CLOSED, ALREADY_CANCELLED
from app.settlement.model import (
    Kind,
    NextId,
    Original,
    Request,
    Result,
    Settlement,
    Snapshot,
    State,
)

_FIGURES = (
    "medfee_sumamt_fen", "fulamt_ownpay_fen", "overlmt_selfpay_fen", "preselfpay_fen",
    "inscp_scp_fen", "act_pay_dedc_fen", "hifp_pay_fen", "fund_pay_fen", "psn_part_fen",
    "own_pay_fen", "wallet_pay_fen", "mulaid_pay_fen", "cash_pay_fen",
)  # fmt: skip
_TRANSFER_KIND = {Kind.CANCELLED: TransferKind.CANCEL, Kind.REVERSED: TransferKind.REVERSAL}


def undo(
    request: Request,
    original: Original,
    kind: Kind,
    snapshot: Snapshot,
    moment: datetime,
    next_id: NextId,
) -> Result:
    """Cancels (2103) or reverses (2601) a settlement in the snapshot and makes the rows.

    Raises:
        Refusal: ALREADY_CANCELLED.
    """
    if original.cancelled:
        raise Refusal(ALREADY_CANCELLED)
    row = _negative(request, original.settlement, kind, moment, next_id())
    because: list[Because] = []
    transfers = [
        _back(paid, row.id, _TRANSFER_KIND[kind], snapshot, moment, next_id(), because)
        for paid in original.transfers
    ]
    row.trace = {
        "legs": _legs_back(original),
        "reasons": explain(because),
        "level": original.settlement.trace.get("level", "basic"),
        "steps": [],
    }
    row.balance_after_fen = snapshot.balance_fen(row.person_id)
    return Result(request, State.DONE, None, row, transfers)


def _negative(
    request: Request, paid: Settlement, kind: Kind, moment: datetime, new_id: int
) -> Settlement:
    figures = {name: -getattr(paid, name) for name in _FIGURES}
    return replace(
        paid, id=new_id, kind=kind, cancels_id=paid.id, request_id=request.id, settled_at=moment,
        lines=[], **figures,
    )  # fmt: skip


def _back(
    paid: Transfer,
    settlement_id: int,
    kind: TransferKind,
    snapshot: Snapshot,
    moment: datetime,
    transfer_id: int,
    because: list[Because],
) -> Transfer:
    """The transfer that takes one part back to the account it came from."""
    home = paid.debit_account
    account = snapshot.accounts_by_id.get(home)
    version = after = None
    if account is not None and not account.closed:
        version, after = credit(account, paid.amount_fen)
    elif account is not None:
        because.append(Because(ACCOUNT_CLOSED))
        home = snapshot.suspense_account
    return Transfer(
        id=transfer_id, kind=kind, settlement_id=settlement_id, grant_id=paid.grant_id,
        reverses_id=paid.id, debit_account=paid.credit_account, credit_account=home,
        amount_fen=paid.amount_fen, debit_version=None, debit_after_fen=None,
        credit_version=version, credit_after_fen=after, created_at=moment,
    )  # fmt: skip


def _legs_back(original: Original) -> list[dict[str, object]]:
    return [{**leg, "fen": -leg["fen"]} for leg in original.settlement.trace.get("legs", [])]
