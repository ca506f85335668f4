"""A batch is a fold over its requests: each is decided against the snapshot that the earlier ones
left behind. Pure: no I/O; the moment and the ids are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.ledger.kinds import TransferKind
from app.ledger.models import Transfer, debit
from app.settlement.benefit import Enjoyed
from app.settlement.bill import Bill
from app.settlement.cancel import undo
from app.settlement.decide import decide
from app.settlement.errors import (
    ALREADY_CANCELLED,
    NOT_REVERSIBLE,
    ORIGINAL_MISMATCH,
    SETTLEMENT_UNKNOWN,
)
from app.settlement.model import (
    Kind,
    NextId,
    Original,
    Request,
    Result,
    Settlement,
    Snapshot,
    State,
    Use,
)
from app.settlement.rows import row_of

SETTLE = "2102"
CANCEL = "2103"
REVERSE = "2601"


def fold(
    requests: Iterable[Request], snapshot: Snapshot, moment: datetime, next_id: NextId
) -> list[Result]:
    """Decides every request, in order. A refusal is a result; it changes nothing."""
    results: list[Result] = []
    for request in requests:
        try:
            result = _decide_one(request, snapshot, moment, next_id)
        except Refusal as refusal:
            result = Result(request, State.REFUSED, because=refusal.because())
        results.append(result)
        _remember(result, snapshot)
    return results


def _decide_one(request: Request, snapshot: Snapshot, moment: datetime, next_id: NextId) -> Result:
    if request.infno == SETTLE:
        return settle(request, snapshot.bills[request.id], snapshot, moment, next_id)
    if request.infno == CANCEL:
        original = find_original(request, snapshot)
        return undo(request, original, Kind.CANCELLED, snapshot, moment, next_id)
    return _reverse(request, snapshot, moment, next_id)


def settle(
    request: Request, bill: Bill, snapshot: Snapshot, moment: datetime, next_id: NextId
) -> Result:
    """Settles one bill: decides, moves the money in the snapshot, makes the rows."""
    shop = snapshot.shops[request.fixmedins_code]
    decision = decide(bill, snapshot, shop)
    settlement = row_of(request, bill, decision, snapshot, shop.admdvs, moment, next_id())
    payable = snapshot.payables[shop.code]
    transfers = []
    for leg in decision.funding.legs:
        version, after = debit(snapshot.accounts_by_id[leg.account_id], leg.amount_fen)
        transfers.append(
            Transfer(
                id=next_id(),
                kind=TransferKind.SETTLEMENT,
                settlement_id=settlement.id,
                grant_id=leg.grant_id,
                reverses_id=None,
                debit_account=leg.account_id,
                credit_account=payable,
                amount_fen=leg.amount_fen,
                debit_version=version,
                debit_after_fen=after,
                credit_version=None,
                credit_after_fen=None,
                created_at=moment,
            )
        )
    if settlement.fund_pay_fen:
        transfers.append(_fund_transfer(settlement, snapshot, payable, moment, next_id()))
    settlement.balance_after_fen = snapshot.balance_fen(bill.person_id)
    return Result(request, State.DONE, None, settlement, transfers, decision.split)


def find_original(request: Request, snapshot: Snapshot) -> Original:
    """The settlement that a 2103 names, if it is this institution's and this person's.

    Raises:
        Refusal: SETTLEMENT_UNKNOWN, ALREADY_CANCELLED.
    """
    body = request.body
    original = snapshot.originals.get(int(body["setl_id"]))
    if (
        original is None
        or original.settlement.kind is not Kind.SETTLED
        or original.settlement.fixmedins_code != request.fixmedins_code
        or original.settlement.mdtrt_id != int(body["mdtrt_id"])
        or snapshot.people[original.settlement.person_id].psn_no != body["psn_no"]
    ):
        raise Refusal(SETTLEMENT_UNKNOWN)
    if original.cancelled:
        raise Refusal(ALREADY_CANCELLED)
    return original


def _reverse(request: Request, snapshot: Snapshot, moment: datetime, next_id: NextId) -> Result:
    """Undoes what a msgid did, whatever it did; doing it again is fine.

    What was never seen gets a tombstone, and what still waits is voided, so that a late original
    can't go through.
    """
    key = (request.fixmedins_code, request.body["omsgid"])
    if key not in snapshot.named:
        return Result(request, State.DONE, tombstone=True)
    infno, psn_no, state, settlement_id = snapshot.named[key]
    if infno != request.body["oinfno"] or (psn_no and psn_no != request.body["psn_no"]):
        raise Refusal(ORIGINAL_MISMATCH)
    if state is None:
        return Result(request, State.DONE, voids=snapshot.named_ids[key])
    if state is not State.DONE or settlement_id is None:
        return Result(request, State.DONE)
    if infno != SETTLE:
        raise Refusal(NOT_REVERSIBLE)
    original = snapshot.originals[settlement_id]
    if original.cancelled:
        return Result(request, State.DONE)
    return undo(request, original, Kind.REVERSED, snapshot, moment, next_id)


def _remember(result: Result, snapshot: Snapshot) -> None:
    """Lets later requests of the batch see what this one did."""
    request, settlement = result.request, result.settlement
    key = (request.fixmedins_code, request.msgid)
    if key in snapshot.named:
        snapshot.named[key] = (
            request.infno, request.body["psn_no"], result.state,
            settlement.id if settlement else None,
        )  # fmt: skip
    if settlement is None:
        return
    if settlement.kind is Kind.SETTLED:
        snapshot.originals[settlement.id] = Original(settlement, tuple(result.transfers), False)
        _count(result, settlement, snapshot)
    elif settlement.cancels_id is not None:
        undone = snapshot.originals[settlement.cancels_id]
        snapshot.originals[settlement.cancels_id] = Original(
            undone.settlement, undone.transfers, True
        )
        _uncount(undone, snapshot)


def _count(result: Result, settlement: Settlement, snapshot: Snapshot) -> None:
    """What was used counts in the period of the bill's day (DESIGN §4, law 5)."""
    day = local_date(settlement.bill_time)
    if settlement.act_pay_dedc_fen or settlement.fund_pay_fen:
        snapshot.history.setdefault(settlement.person_id, []).append(
            Enjoyed(
                day,
                settlement.trace["level"],
                settlement.act_pay_dedc_fen,
                settlement.fund_pay_fen,
                settlement.id,
            )
        )
    for transfer in result.transfers:
        if transfer.grant_id is not None:
            donor = snapshot.accounts_by_id[transfer.debit_account].person_id
            snapshot.uses.append(
                Use(donor, settlement.person_id, day, transfer.amount_fen, transfer.id)
            )


def _uncount(undone: Original, snapshot: Snapshot) -> None:
    """What was given back no longer counts."""
    given_back = {transfer.id for transfer in undone.transfers}
    snapshot.uses = [use for use in snapshot.uses if use.transfer_id not in given_back]
    history = snapshot.history.get(undone.settlement.person_id)
    if history:
        snapshot.history[undone.settlement.person_id] = [
            enjoyed for enjoyed in history if enjoyed.settlement_id != undone.settlement.id
        ]


def _fund_transfer(
    settlement: Settlement, snapshot: Snapshot, payable: int, moment: datetime, transfer_id: int
) -> Transfer:
    pool = snapshot.rulebook.pool_of(settlement.insuplc_admdvs)
    return Transfer(
        id=transfer_id, kind=TransferKind.SETTLEMENT, settlement_id=settlement.id, grant_id=None,
        reverses_id=None, debit_account=snapshot.pooled_funds[pool], credit_account=payable,
        amount_fen=settlement.fund_pay_fen, debit_version=None, debit_after_fen=None,
        credit_version=None, credit_after_fen=None, created_at=moment,
    )  # fmt: skip
