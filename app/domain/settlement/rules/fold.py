"""A batch is a fold over its requests: each is decided against the snapshot that the earlier ones
left behind. Pure: no I/O; the moment and the ids are given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from app.domain.card.errors import DEAD
from app.domain.settlement.bill import Bill
from app.domain.settlement.model import (
    Kind,
    NamedMessage,
    NextId,
    Original,
    Request,
    Result,
    Round,
    Settlement,
    Snapshot,
    Stands,
    State,
    Use,
)
from app.domain.settlement.orders import (
    CANCELLING,
    PAYING,
    Cancel,
    PartReturn,
    Purchase,
    Reversal,
    VisitBill,
)
from app.domain.settlement.rules.amounts import check_total
from app.domain.settlement.rules.asking.first import AskFirst, decided_first
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.rules.boxes.codes import check_codes, check_still_unsold, note_codes
from app.domain.settlement.rules.boxes.prescribed import (
    check_prescribed,
    check_still_left,
    note_prescribed,
)
from app.domain.settlement.rules.decide import Decision, check_dated, decide, decide_rest
from app.domain.settlement.rules.errors import (
    ALREADY_CANCELLED,
    NOT_REVERSIBLE,
    NOTHING_TO_SETTLE,
    ORIGINAL_MISMATCH,
    PRESETTLE_CHANGED,
    REFUND_SPENT,
    SAME_BILL,
    SETTLED_TWICE,
    SETTLEMENT_UNKNOWN,
)
from app.domain.settlement.rules.funding import Leg
from app.domain.settlement.rules.part_return import bill_after_return
from app.domain.settlement.rules.settlement_row import key_of, note_balances, row_of
from app.domain.settlement.rules.undo import (
    check_here,
    check_still_there,
    home_of,
    replaced,
    undo,
)
from app.kit.clock import local_date
from app.kit.money import yuan_text
from app.kit.reasons import Because, Refusal
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import flow, pay
from app.regions.rules import PurseName
from app.words import CardState

_PURSES: dict[AccountKind, PurseName] = {
    AccountKind.CURRENT: "current",
    AccountKind.CARRIED: "carried_over",
    AccountKind.WALLET: "wallet",
}
ECHOED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def fold(
    requests: Iterable[Request], snapshot: Snapshot, moment: datetime, next_id: NextId
) -> list[Result]:
    """Decides every request, in order. A refusal is a result; it changes nothing."""
    this = Round(snapshot, moment, next_id)
    results: list[Result] = []
    for request in requests:
        try:
            result = _decide_one(request, this)
        except AskFirst as ask:  # it changes nothing, and goes on waiting
            results.append(Result(request, State.ASKING, questions=ask.questions, until=ask.until))
            continue
        except Refusal as refusal:
            result = Result(request, State.REFUSED, because=refusal.because())
        results.append(result)
        _remember(result, snapshot)
    return results


def _decide_one(request: Request, this: Round) -> Result:
    match request.order:
        case Purchase() | VisitBill():
            return settle(request, this.snapshot.bills[request.id], this)
        case Cancel() as order:
            standing = find_standing(request, order, this.snapshot)
            return undo(request, standing, Kind.CANCELLED, this)
        case PartReturn() as order:
            return _return_part(request, order, this)
        case Reversal() as order:
            return _reverse(request, order, this)


def settle(request: Request, bill: Bill, this: Round) -> Result:
    """Settles one bill: decides, moves the money in the snapshot, makes the rows.

    Raises:
        Refusal: what ``decide`` refuses, BILL_TOO_OLD, SAME_BILL; CARD_LOST and the like;
                NOTHING_TO_SETTLE, and PRESETTLE_CHANGED for a visit; DONOR_SILENT_REFUSED;
                TRACE_MISSING and the like; RX_USED_UP and the like.
        AskFirst: a donor wants to be asked first.
    """
    snapshot = this.snapshot
    _check_card(bill, snapshot)
    warnings = _check_first(request, bill, this)
    check_total(bill.total_fen, bill.lines)
    institution = snapshot.institutions[request.fixmedins_code]
    today = local_date(this.moment)
    check_dated(bill, snapshot, today)
    warnings += check_codes(bill, snapshot, institution, today)
    check_prescribed(bill, snapshot, institution.code, this.moment)
    decision = decided_first(
        request, bill, snapshot, this.moment, lambda it: decide(it, snapshot, institution, today)
    )
    _check_echo(bill, decision)
    decision.funding.because[:0] = warnings
    return _book(request, bill, decision, this)


def _check_card(bill: Bill, snapshot: Snapshot) -> None:
    """Refuses a card that was stopped since it was read: that holds at once (law 6)."""
    if bill.card_id is None:
        return
    dead = DEAD.get(snapshot.cards.get(bill.card_id, CardState.CANCELLED))
    if dead is not None:
        raise Refusal(dead)


def _check_first(request: Request, bill: Bill, this: Round) -> list[Because]:
    """Refuses a bill of which the same stands already under another msgid, or gives a warning where
    the institution's region says so. A visit's lines are settled once, whatever is said.

    Raises:
        Refusal: SAME_BILL; NOTHING_TO_SETTLE.
    """
    snapshot = this.snapshot
    if bill.visit in snapshot.settled_lines:
        stands = snapshot.standing(snapshot.settled_lines[bill.visit]).settlement
        if stands.kind.pays:
            raise _same_bill(stands)
    if not bill.lines:
        raise Refusal(NOTHING_TO_SETTLE)
    first = _first_of_same(request, bill, snapshot)
    if first is None:
        return []
    place = snapshot.institutions[request.fixmedins_code].admdvs
    rules = snapshot.rulebook.at(place, local_date(this.moment)).rules
    if rules.repeats.same_bill == "refuse":
        raise _same_bill(first)
    figures = {"setl_id": str(first.id), "amount": yuan_text(first.medfee_sumamt_fen)}
    return [Because(SETTLED_TWICE, figures)]


def _first_of_same(request: Request, bill: Bill, snapshot: Snapshot) -> Settlement | None:
    """What stands of the first of those that are the same, or of what is left of it."""
    key = _key(request, bill, snapshot)
    same = snapshot.same_bills.get(key, ()) if key is not None else ()
    ends = (snapshot.standing(one).settlement for one in same)
    return next((end for end in ends if end.kind.pays), None)


def _key(request: Request, bill: Bill, snapshot: Snapshot) -> int | None:
    found = snapshot.bill_keys.get(request.id)
    return key_of(request, bill) if found is None else found


def _same_bill(first: Settlement) -> Refusal:
    return Refusal(
        SAME_BILL,
        setl_id=str(first.id),
        mdtrt_id=str(first.mdtrt_id),
        amount=yuan_text(first.medfee_sumamt_fen),
    )


def find_standing(request: Request, order: Cancel | PartReturn, snapshot: Snapshot) -> Original:
    """The payment that a cancel names and that stands, if it is this institution's and person's.

    Raises:
        Refusal: SETTLEMENT_UNKNOWN, ALREADY_CANCELLED; REPLACED_SINCE, which names what is left
            after a part was given back: whoever asks for the old one may not know of it;
            MONTH_AWAY.
    """
    original = snapshot.originals.get(order.settlement_id)
    if (
        original is None
        or not original.settlement.kind.pays
        or original.settlement.fixmedins_code != request.fixmedins_code
        or original.settlement.mdtrt_id != order.mdtrt_id
        or not snapshot.is_of(order.psn_no, original.settlement.person_id)
    ):
        raise Refusal(SETTLEMENT_UNKNOWN)
    found = snapshot.end_of(original.settlement.id)
    if not found.settlement.kind.pays:
        raise _gone(found, snapshot)
    check_here(found)
    return found


def _gone(undone: Original, snapshot: Snapshot) -> Refusal:
    """What is to be said of a settlement that was given back."""
    stands = snapshot.standing(undone.settlement.id).settlement
    return replaced(Stands.of(stands)) if stands.kind.pays else Refusal(ALREADY_CANCELLED)


def _return_part(request: Request, order: PartReturn, this: Round) -> Result:
    """Cancels the whole and settles the rest, with the payers of the original (SOURCES F5.5)."""
    snapshot = this.snapshot
    standing = find_standing(request, order, snapshot)
    bill = bill_after_return(standing.settlement, dict(order.returned), order.codes)
    if standing.settlement.mdtrt_id in snapshot.free_lines:  # a visit's: it keeps its number
        bill = replace(bill, visit=(standing.settlement.mdtrt_id, ""))
    whole_cancel = undo(request, standing, Kind.CANCELLED, this)
    _remember(whole_cancel, snapshot)
    institution = snapshot.institutions[request.fixmedins_code]
    payers = _payers(standing, snapshot)
    counted_on = standing.settlement.counted_on
    decision = decide_rest(bill, snapshot, institution, counted_on, payers)
    result = _book(request, bill, decision, this)
    result.first_half = whole_cancel
    return result


def _payers(standing: Original, snapshot: Snapshot) -> list[Leg]:
    """Who paid, in the order in which they paid, and how much at the most they pay again."""
    payers = []
    for transfer in standing.transfers:
        account = snapshot.accounts_by_id.get(transfer.debit_account)
        home = home_of(account, snapshot) if account else None
        if home is not None:
            purse = "donors" if transfer.grant_id else _PURSES[home.kind]
            amount = transfer.amount_fen
            payers.append(Leg(home.id, home.person_id, transfer.grant_id, amount, purse))
    return payers


def _book(request: Request, bill: Bill, decision: Decision, this: Round) -> Result:
    """Moves the money of a decision in the snapshot and makes its rows."""
    snapshot = this.snapshot
    institution = snapshot.institutions[request.fixmedins_code]
    settlement = row_of(
        request,
        bill,
        decision,
        institution.admdvs,
        this.moment,
        this.next_id(),
        _key(request, bill, snapshot),
    )
    payable = snapshot.payables[institution.code]
    transfers = [
        pay(
            this.next_id(),
            snapshot.accounts_by_id[leg.account_id],
            payable,
            leg.amount_fen,
            settlement_id=settlement.id,
            grant_id=leg.grant_id,
            at=this.moment,
        )
        for leg in decision.funding.legs
    ]
    if settlement.fund_pay_fen:
        pool = snapshot.pooled_funds[snapshot.rulebook.pool_of(settlement.insuplc_admdvs)]
        transfers.append(
            flow(
                this.next_id(),
                TransferKind.SETTLEMENT,
                pool,
                payable,
                settlement.fund_pay_fen,
                settlement_id=settlement.id,
                at=this.moment,
            )
        )
    note_balances(settlement, snapshot)
    return Result(request, State.DONE, None, settlement, transfers, decision.split)


def _check_echo(bill: Bill, decision: Decision) -> None:
    """A visit is settled as it was pre-settled, or not at all (WIRE 2207)."""
    if bill.echo is None:
        return
    split = decision.split
    found = (split.fulamt_ownpay_fen, split.overlmt_fen, split.preselfpay_fen, split.inscp_scp_fen)
    for name, said, now in zip(ECHOED, bill.echo, found, strict=True):
        if said is not None and said != now:
            raise Refusal(PRESETTLE_CHANGED, field=name)


def _reverse(request: Request, order: Reversal, this: Round) -> Result:
    """Undoes what a msgid did, whatever it did; doing it again is fine.

    What was never seen gets a tombstone, and what still waits is voided, so that a late original
    can't go through.
    """
    snapshot = this.snapshot
    named = snapshot.named.get((request.fixmedins_code, order.omsgid))
    if named is None:
        return Result(request, State.DONE, tombstone=True)
    if named.infno != order.oinfno or not _is_about(named, order, snapshot):
        raise Refusal(ORIGINAL_MISMATCH)
    if named.state is None:
        return Result(request, State.DONE, voids=named.request_id)
    if named.state is not State.DONE or named.settlement_id is None:
        return Result(request, State.DONE)
    if named.infno in CANCELLING:
        return _reverse_cancel(request, named.settlement_id, this)
    if named.whole_cancel_id is not None:
        return _reverse_part_return(request, named.settlement_id, named.whole_cancel_id, this)
    if named.infno not in PAYING:
        raise Refusal(NOT_REVERSIBLE)
    standing = snapshot.standing(named.settlement_id)
    if not standing.settlement.kind.pays:
        return Result(request, State.DONE)
    return undo(request, standing, Kind.REVERSED, this)


def _is_about(named: NamedMessage, order: Reversal, snapshot: Snapshot) -> bool:
    """Whether a reversal names the person of the message that it names."""
    if named.psn_no in ("", order.psn_no):
        return True
    made = snapshot.originals.get(named.settlement_id) if named.settlement_id else None
    return made is not None and snapshot.is_of(order.psn_no, made.settlement.person_id)


def _reverse_cancel(request: Request, cancel_id: int, this: Round) -> Result:
    """The cancel is taken back: the settlement stands again, if its money is still there."""
    snapshot = this.snapshot
    cancel = snapshot.originals[cancel_id]
    if cancel.cancelled_by is not None:
        return Result(request, State.DONE)
    _check_lines(cancel.settlement, set(), snapshot)
    check_still_unsold(cancel.settlement, snapshot)
    check_still_left(cancel.settlement, snapshot, None)
    return undo(request, cancel, Kind.RESTORED, this)


def _reverse_part_return(request: Request, rest_id: int, cancel_id: int, this: Round) -> Result:
    """A part return is taken back: what was left of the bill is given back, and the whole stands
    again, if its money is still there.

    Raises:
        Refusal: REFUND_SPENT; REPLACED_SINCE, ALREADY_CANCELLED, when more was given back since.
    """
    snapshot = this.snapshot
    cancel = snapshot.originals[cancel_id]
    if cancel.cancelled_by is not None:
        return Result(request, State.DONE)
    rest = snapshot.end_of(rest_id)
    if not rest.settlement.kind.pays:
        raise _gone(rest, snapshot)
    _check_lines(cancel.settlement, _numbers(rest.settlement), snapshot)
    check_still_unsold(cancel.settlement, snapshot, coming=rest.settlement.id)
    check_still_left(cancel.settlement, snapshot, rest.settlement)
    check_still_there(cancel, snapshot, coming=rest.transfers)
    first_half = undo(request, rest, Kind.REVERSED, this)
    _remember(first_half, snapshot)
    result = undo(request, cancel, Kind.RESTORED, this)
    result.first_half = first_half
    return result


def _check_lines(cancel: Settlement, coming: set[str], snapshot: Snapshot) -> None:
    """Refuses to restore a visit's settlement whose lines somebody else has settled or taken back
    since. ``coming``: lines that are about to be free.

    Raises:
        Refusal: REFUND_SPENT.
    """
    free = snapshot.free_lines.get(cancel.mdtrt_id)  # None: it was no visit
    if free is not None and not _numbers(cancel) <= free | coming:
        raise Refusal(REFUND_SPENT)


def _numbers(row: Settlement) -> set[str]:
    return {part.line.feedetl_sn for part in row.lines}


def _remember(result: Result, snapshot: Snapshot) -> None:
    """Lets later requests of the batch see what this one did."""
    request, settlement, half = result.request, result.settlement, result.first_half
    key = (request.fixmedins_code, request.msgid)
    named = snapshot.named.get(key)
    if named is not None:
        cancel = half.settlement if half else None
        snapshot.named[key] = replace(
            named,
            state=result.state,
            settlement_id=settlement.id if settlement else None,
            whole_cancel_id=cancel.id if cancel else None,
        )
    if settlement is None:
        return
    note_codes(result, snapshot)
    note_prescribed(result, snapshot)
    if half is not None and half.settlement is not None:
        undoing = snapshot.originals[half.settlement.id]
        snapshot.originals[undoing.settlement.id] = replace(undoing, replaced_by=settlement.id)
    snapshot.originals[settlement.id] = Original(settlement, tuple(result.transfers), None)
    if settlement.cancels_id is not None:
        undone = snapshot.originals[settlement.cancels_id]
        snapshot.originals[settlement.cancels_id] = replace(undone, cancelled_by=settlement.id)
    bill = snapshot.bills.get(request.id)
    if bill is not None and bill.visit is not None:
        snapshot.settled_lines[bill.visit] = settlement.id
    free = snapshot.free_lines.get(settlement.mdtrt_id)
    if free is not None:
        change = free.difference_update if settlement.kind.pays else free.update
        change(_numbers(settlement))
    if settlement.kind.pays:
        if settlement.bill_key is not None:
            snapshot.same_bills.setdefault(settlement.bill_key, []).append(settlement.id)
        _count(result, settlement, snapshot)
    elif settlement.cancels_id is not None:
        _uncount(snapshot.originals[settlement.cancels_id], snapshot)


def _count(result: Result, settlement: Settlement, snapshot: Snapshot) -> None:
    """What was used counts from now on."""
    day = settlement.counted_on
    if settlement.act_pay_dedc_fen or settlement.fund_pay_fen:
        snapshot.history.setdefault(snapshot.stays(settlement.person_id), []).append(
            Enjoyed(
                day,
                settlement.trace.level,
                settlement.act_pay_dedc_fen,
                settlement.fund_pay_fen,
                settlement.id,
            )
        )
    for transfer in result.transfers:
        if transfer.grant_id is not None:
            if transfer.grant_id in snapshot.once:
                snapshot.spent.add(transfer.grant_id)
            donor = snapshot.stays(snapshot.accounts_by_id[transfer.debit_account].person_id)
            patient = snapshot.stays(settlement.person_id)
            snapshot.uses.append(Use(donor, patient, day, transfer.amount_fen, transfer.id))


def _uncount(undone: Original, snapshot: Snapshot) -> None:
    """What was given back no longer counts."""
    given_back = {transfer.id for transfer in undone.transfers}
    snapshot.spent -= {transfer.grant_id for transfer in undone.transfers if transfer.grant_id}
    snapshot.uses = [use for use in snapshot.uses if use.transfer_id not in given_back]
    patient = snapshot.stays(undone.settlement.person_id)
    history = snapshot.history.get(patient)
    if history:
        snapshot.history[patient] = [
            enjoyed for enjoyed in history if enjoyed.settlement_id != undone.settlement.id
        ]
