"""Replays bills under other rules: the same pure decision, on what was known at the time. Pure.

The stored past is the ground: each bill starts from the balances and counters that were true, plus
the drift, that is, what earlier bills of the replay paid more or less than they did.
"""

from __future__ import annotations

from app.domain.settlement.model import FIGURES, Request, Settlement, Snapshot
from app.domain.settlement.orders import SETTLE, Purchase
from app.domain.settlement.rules.asking.first import check_silence
from app.domain.settlement.rules.decide import Decision, decide, decide_rest
from app.domain.settlement.rules.settlement_row import note_balances, row_of
from app.domain.whatif.drift import Drift, Moved, moved
from app.domain.whatif.model import (
    Effect,
    Paid,
    PastBill,
    Problem,
    Replayed,
    Undoing,
    Unread,
)
from app.kit.reasons import Refusal
from app.ledger.models import Account
from app.regions.loader import Rulebook

_COMPARED = (*FIGURES, "balance_after_fen", "pool_prop", "lines")


class Replay:
    """Bills in order of time, each decided twice: as it was, and under the changed rules."""

    def __init__(self, stored: Rulebook, changed: Rulebook, *, carry: bool = True) -> None:
        self._stored = stored
        self._changed = changed
        self._carry = carry
        self._undone_later: dict[int, tuple[Moved, Moved]] = {}
        self._returned: dict[int, tuple[Moved, Moved]] = {}
        self.drift = Drift()

    def undo(self, event: Undoing) -> None:
        """A cancel gives back what the replay had paid; undoing a cancel takes it again."""
        moves = self._undone_later.pop(event.undoes, None)
        if moves is None:
            return
        was, now = moves
        self._move(was, now) if event.pays else self._move(now, was)
        if event.undone_by is not None:
            self._undone_later[event.id] = moves
        if event.part_of is not None:
            self._returned[event.part_of] = moves

    def bill(self, past: PastBill | Unread) -> Replayed:
        """What a bill comes to. One that can't be replayed keeps its stored outcome."""
        if isinstance(past, Unread):
            return _unknown(past, past.problem)
        payers = self._returned.pop(past.stored.request_id, None) if past.rest else None
        if past.rest and payers is None:
            return _unknown(past, Problem.REST_OF_UNKNOWN)
        snapshot = snapshot_of(past, self._stored)
        try:
            as_it_was = _decide(past, snapshot, payers[0] if payers else None)
        except Refusal:
            return _unknown(past, _cause(past, past.stored.rules))
        row = row_again(past, as_it_was, snapshot)
        if not _reproduces(past, row):
            return _unknown(past, _cause(past, row.rules))
        decision: Decision | None = None
        refused = ""
        try:
            changed = snapshot_of(past, self._changed, self.drift)
            decision = _decide(past, changed, payers[1] if payers else None)
        except Refusal as refusal:
            refused = refusal.reason.code
        was, now = moved(past, as_it_was), moved(past, decision)
        self._move(was, now)
        if past.undone_by is not None:
            self._undone_later[past.stored.id] = (was, now)
        return _replayed(past, decision, refused)

    def _move(self, was: Moved, now: Moved) -> None:
        if self._carry and was != now:
            self.drift.move(was, now)


def _decide(past: PastBill, snapshot: Snapshot, payers: Moved | None) -> Decision:
    day = past.stored.counted_on
    if payers is None:
        # Who was asked first has said what he said; nobody else is asked, and pays.
        decision = decide(past.bill, snapshot, past.institution, day)
        check_silence(past.bill, decision)
        return decision
    return decide_rest(past.bill, snapshot, past.institution, day, payers.legs)


def snapshot_of(past: PastBill, rulebook: Rulebook, drift: Drift | None = None) -> Snapshot:
    """What the decision looks at, as it was; with a drift, as it would have been."""
    drift = drift or Drift()
    patient = past.patient.id
    snapshot = Snapshot(
        rulebook,
        people={patient: past.patient, **{donor.id: donor for donor in past.donors}},
        institutions={past.institution.code: past.institution},
        grants={patient: list(past.grants)} if past.grants else {},
        spent=set(past.spent),
        uses=list(past.uses),
        history={patient: list(past.history)},
        filings={patient: list(past.filings)},
        shown_by_family={patient} if past.shown_by_family else set(),
    )
    for purse in past.purses:
        # Never below zero: a bill that keeps its stored outcome may have paid with money that the
        # replay had already spent.
        balance = max(0, purse.balance_fen + drift.accounts.get(purse.account_id, 0))
        account = Account(purse.account_id, purse.kind, purse.person_id, balance, 0)
        snapshot.accounts[(purse.person_id, purse.kind)] = account
        snapshot.accounts_by_id[account.id] = account
    for donor in past.donors:
        snapshot.uses += drift.uses_of(donor.id)
    snapshot.history[patient] += drift.enjoyed_by(patient)
    return snapshot


def row_again(past: PastBill, decision: Decision, snapshot: Snapshot) -> Settlement:
    """The row that a decision would be stored as, with the stored one's ids and moments."""
    stored = past.stored
    order = Purchase(past.patient.psn_no, past.bill)
    request = Request(stored.request_id, stored.fixmedins_code, "", SETTLE, 0, order)
    row = row_of(
        request, past.bill, decision, past.institution.admdvs, stored.settled_at, stored.id
    )
    row.mdtrt_id = stored.mdtrt_id
    note_balances(row, snapshot, decision.funding.legs)
    return row


def _reproduces(past: PastBill, row: Settlement) -> bool:
    """Whether a decision is the stored one: every figure, line, leg and reason."""
    stored = past.stored
    return (
        all(getattr(row, name) == getattr(stored, name) for name in _COMPARED)
        and row.trace.legs == stored.trace.legs
        and (_reasons(row) == _reasons(stored) or _before_rests_were_explained(past))
    )


def _reasons(row: Settlement) -> list[tuple[str, dict[str, str]]]:
    """Why, less the names of lines: a visit's were told by their place before, not by number."""
    return [(why.code, {**why.params, "lines": ""}) for why in row.trace.reasons]


def _before_rests_were_explained(past: PastBill) -> bool:
    return past.rest and not past.stored.trace.reasons


def _cause(past: PastBill, version: str) -> Problem:
    """Why a bill does not come out as stored: the likeliest thing that keeps no history."""
    if version != past.stored.rules:
        return Problem.RULES_CHANGED
    return Problem.REGISTRY_CHANGED if past.registry_changed else Problem.NOT_KEPT


def _unknown(past: PastBill | Unread, problem: Problem) -> Replayed:
    stored = past.stored
    return Replayed(stored, Effect.UNKNOWN, paid(stored), None, problem=problem, stands=past.stands)


def _replayed(past: PastBill, decision: Decision | None, refused: str) -> Replayed:
    stored = past.stored
    before, total = paid(stored), stored.medfee_sumamt_fen
    reasons = tuple(why.code for why in stored.trace.reasons)
    after = Paid(0, 0, 0, total)
    reasons_after: tuple[str, ...] = (refused,)
    if decision is not None:
        funding = decision.funding
        after = Paid(
            decision.benefit.fund_fen,
            funding.own_fen,
            funding.mulaid_fen,
            funding.cash_fen,
            funding.wallet_fen,
        )
        reasons_after = tuple(why.reason.code for why in funding.because)
    same = (after, reasons_after) == (before, reasons) and _donors(decision) == stored.donor_sums()
    if decision is None:
        effect = Effect.REFUSED
    elif after.cash_fen != before.cash_fen:
        effect = Effect.MORE if after.cash_fen < before.cash_fen else Effect.LESS
    else:
        effect = Effect.SAME if same else Effect.SHIFTED
    return Replayed(
        stored,
        effect,
        before,
        after,
        reasons,
        reasons_after,
        refused,
        stands=past.stands,
    )


def paid(stored: Settlement) -> Paid:
    """Who paid a stored bill."""
    return Paid(
        stored.fund_pay_fen,
        stored.own_pay_fen,
        stored.mulaid_pay_fen,
        stored.cash_pay_fen,
        stored.wallet_pay_fen,
    )


def _donors(decision: Decision | None) -> dict[int, int]:
    sums: dict[int, int] = {}
    for leg in decision.funding.legs if decision else ():
        if leg.grant_id is not None:
            sums[leg.person_id] = sums.get(leg.person_id, 0) + leg.amount_fen
    return sums
