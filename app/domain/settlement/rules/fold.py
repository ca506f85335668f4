"""A batch is a fold over its requests: each is decided against the snapshot that the earlier ones
left behind. Pure: no I/O; the moment and the ids are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from app.domain.settlement.bill import Bill
from app.domain.settlement.infno import CANCELLING, PAYING, RETURN_PART
from app.domain.settlement.model import (
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
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.rules.decide import OUTPATIENT, Decision, decide, decide_rest
from app.domain.settlement.rules.errors import (
    ALREADY_CANCELLED,
    AMOUNT_MISMATCH,
    NOT_REVERSIBLE,
    NOTHING_TO_SETTLE,
    ORIGINAL_MISMATCH,
    PRESETTLE_CHANGED,
    REFUND_SPENT,
    SETTLEMENT_UNKNOWN,
)
from app.domain.settlement.rules.funding import Leg
from app.domain.settlement.rules.part_return import rest_of
from app.domain.settlement.rules.settlement_row import row_of
from app.domain.settlement.rules.undo import home_of, undo
from app.kit.clock import local_date
from app.kit.money import yuan_text
from app.kit.reasons import Refusal
from app.ledger.kinds import TransferKind
from app.ledger.models import Transfer, debit

ECHOED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


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
    if request.infno in PAYING:
        return settle(request, snapshot.bills[request.id], snapshot, moment, next_id)
    if request.infno in CANCELLING:
        standing = find_standing(request, snapshot)
        return undo(request, standing, Kind.CANCELLED, snapshot, moment, next_id)
    if request.infno == RETURN_PART:
        return _return_part(request, snapshot, moment, next_id)
    return _reverse(request, snapshot, moment, next_id)


def settle(
    request: Request, bill: Bill, snapshot: Snapshot, moment: datetime, next_id: NextId
) -> Result:
    """Settles one bill: decides, moves the money in the snapshot, makes the rows.

    Raises:
        Refusal: what ``decide`` refuses; NOTHING_TO_SETTLE, PRESETTLE_CHANGED for a visit.
    """
    if not bill.lines or bill.visit in snapshot.settled_lines:
        raise Refusal(NOTHING_TO_SETTLE)
    lines_fen = sum(line.amount_fen for line in bill.lines)
    if lines_fen != bill.total_fen:
        raise Refusal(AMOUNT_MISMATCH, total=yuan_text(bill.total_fen), lines=yuan_text(lines_fen))
    shop = snapshot.shops[request.fixmedins_code]
    decision = decide(bill, snapshot, shop, local_date(moment))
    _check_echo(bill, decision)
    return _book(request, bill, decision, snapshot, moment, next_id)


def find_standing(request: Request, snapshot: Snapshot) -> Original:
    """The payment that a cancel names and that stands, if it is this institution's and person's.

    Raises:
        Refusal: SETTLEMENT_UNKNOWN, ALREADY_CANCELLED.
    """
    body = request.body
    original = snapshot.originals.get(int(body["setl_id"]))
    if (
        original is None
        or not original.settlement.kind.pays
        or original.settlement.fixmedins_code != request.fixmedins_code
        or original.settlement.mdtrt_id != int(body["mdtrt_id"])
        or snapshot.people[original.settlement.person_id].psn_no != body["psn_no"]
    ):
        raise Refusal(SETTLEMENT_UNKNOWN)
    standing = snapshot.standing(original.settlement.id)
    if not standing.settlement.kind.pays:
        raise Refusal(ALREADY_CANCELLED)
    return standing


def _return_part(request: Request, snapshot: Snapshot, moment: datetime, next_id: NextId) -> Result:
    """Cancels the whole and settles the rest, with the payers of the original (policy.md §5.5)."""
    standing = find_standing(request, snapshot)
    paid = standing.settlement
    bill = rest_of(paid, {sn: Decimal(count) for sn, count in request.body["lines"]})
    before = undo(request, standing, Kind.CANCELLED, snapshot, moment, next_id)
    _remember(before, snapshot)
    shop = snapshot.shops[request.fixmedins_code]
    payers = _payers(standing, snapshot)
    decision = decide_rest(bill, snapshot, shop, local_date(moment), payers)
    result = _book(request, bill, decision, snapshot, moment, next_id)
    result.before = before
    return result


def _payers(standing: Original, snapshot: Snapshot) -> list[Leg]:
    """Who paid, in the order in which they paid, and how much at the most they pay again."""
    payers = []
    for transfer in standing.transfers:
        account = snapshot.accounts_by_id.get(transfer.debit_account)
        home = home_of(account, snapshot) if account else None
        if home is not None:
            payers.append(Leg(home.id, home.person_id, transfer.grant_id, transfer.amount_fen))
    return payers


def _book(
    request: Request, bill: Bill, decision: Decision, snapshot: Snapshot, moment: datetime,
    next_id: NextId,
) -> Result:  # fmt: skip
    """Moves the money of a decision in the snapshot and makes its rows."""
    shop = snapshot.shops[request.fixmedins_code]
    settlement = row_of(request, bill, decision, shop.admdvs, moment, next_id())
    payable = snapshot.payables[shop.code]
    transfers = []
    for leg in decision.funding.legs:
        version, after = debit(snapshot.accounts_by_id[leg.account_id], leg.amount_fen)
        transfers.append(
            Transfer(
                id=next_id(), kind=TransferKind.SETTLEMENT, settlement_id=settlement.id,
                grant_id=leg.grant_id, reverses_id=None, debit_account=leg.account_id,
                credit_account=payable, amount_fen=leg.amount_fen, debit_version=version,
                debit_after_fen=after, credit_version=None, credit_after_fen=None,
                created_at=moment,
            )
        )  # fmt: skip
    if settlement.fund_pay_fen:
        transfers.append(_fund_transfer(settlement, snapshot, payable, moment, next_id()))
    settlement.balance_after_fen = snapshot.balance_fen(bill.person_id)
    return Result(request, State.DONE, None, settlement, transfers, decision.split)


def _check_echo(bill: Bill, decision: Decision) -> None:
    """A visit is settled as it was pre-settled, or not at all (gateway.md §2.7)."""
    if bill.echo is None:
        return
    split = decision.split
    found = (
        split.fulamt_ownpay_fen, split.overlmt_fen, split.preselfpay_fen, split.inscp_scp_fen
    )  # fmt: skip
    for name, said, now in zip(ECHOED, bill.echo, found, strict=True):
        if said != now:
            raise Refusal(PRESETTLE_CHANGED, field=name)


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
    if infno in CANCELLING:
        return _reverse_cancel(request, settlement_id, snapshot, moment, next_id)
    if infno not in PAYING:
        raise Refusal(NOT_REVERSIBLE)
    standing = snapshot.standing(settlement_id)
    if not standing.settlement.kind.pays:
        return Result(request, State.DONE)
    return undo(request, standing, Kind.REVERSED, snapshot, moment, next_id)


def _reverse_cancel(
    request: Request, cancel_id: int, snapshot: Snapshot, moment: datetime, next_id: NextId
) -> Result:
    """The cancel is taken back: the settlement stands again, if its money is still there."""
    cancel = snapshot.originals[cancel_id]
    if cancel.cancelled_by is not None:
        return Result(request, State.DONE)
    numbers = {line["sn"] for line in cancel.settlement.lines}
    visit = cancel.settlement.med_type == OUTPATIENT
    if visit and not numbers <= snapshot.free_lines.get(cancel.settlement.mdtrt_id, set()):
        raise Refusal(REFUND_SPENT)
    return undo(request, cancel, Kind.RESTORED, snapshot, moment, next_id)


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
    snapshot.originals[settlement.id] = Original(settlement, tuple(result.transfers), None)
    if settlement.cancels_id is not None:
        undone = snapshot.originals[settlement.cancels_id]
        snapshot.originals[settlement.cancels_id] = Original(
            undone.settlement, undone.transfers, settlement.id
        )
    bill = snapshot.bills.get(request.id)
    if bill is not None and bill.visit is not None:
        snapshot.settled_lines.add(bill.visit)
    if settlement.kind.pays:
        _count(result, settlement, snapshot)
    elif settlement.cancels_id is not None:
        _uncount(snapshot.originals[settlement.cancels_id], snapshot)


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
