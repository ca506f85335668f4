"""Who is asked before a bill is settled, and what becomes of it without an answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.aid.errors import DONOR_ASKED_FIRST, DONOR_SILENT, DONOR_SILENT_REFUSED
from app.domain.aid.rules.giving import Answer
from app.domain.settlement.bill import Bill
from app.domain.settlement.model import Question, Request, Snapshot
from app.domain.settlement.rules.decide import Decision
from app.kit.money import yuan_text
from app.kit.reasons import Because, Refusal

_TOO_SHORT = timedelta(seconds=1)
_SILENT = Answer("silent", 0)


class AskFirst(Exception):
    """A bill that can't be decided before donors have been asked."""

    def __init__(self, questions: tuple[Question, ...], until: datetime) -> None:
        super().__init__(len(questions))
        self.questions = questions
        self.until = until


def questions(bill: Bill, decision: Decision, snapshot: Snapshot) -> tuple[Question, ...]:
    """The donors who would pay more of a bill than they want to pay unasked, and have not been
    asked of it: how much each."""
    wanted = [
        grant
        for grant in snapshot.grants.get(bill.person_id, ())
        if grant.ask_above_fen is not None and grant.id not in bill.answers
    ]
    if not wanted:  # nearly always
        return ()
    pays: dict[int, int] = {}
    for leg in decision.funding.legs:
        if leg.grant_id is not None:
            pays[leg.grant_id] = pays.get(leg.grant_id, 0) + leg.amount_fen
    return tuple(
        Question(grant.id, grant.donor_id, pays[grant.id])
        for grant in wanted
        if pays.get(grant.id, 0) > (grant.ask_above_fen or 0)
    )


def decided_first(
    request: Request,
    bill: Bill,
    snapshot: Snapshot,
    moment: datetime,
    decide: Callable[[Bill], Decision],
) -> Decision:
    """Decides a bill with the answers of those who were asked.

    Raises:
        AskFirst: somebody has to be asked, and there is time for it.
        Refusal: what ``decide`` refuses; DONOR_SILENT_REFUSED, where the region says that without
            an answer nothing is settled.
    """
    decision = decide(bill)
    while found := questions(bill, decision, snapshot):
        wait = timedelta(seconds=decision.in_force.rules.aid.ask_wait_s)
        until = min(moment + wait, _till_waits_until(request, bill, moment))
        if until - moment >= _TOO_SHORT:
            raise AskFirst(found, until)
        silent = {one.grant_id: _SILENT for one in found}
        bill = replace(bill, answers={**bill.answers, **silent})
        decision = decide(bill)
    check_silence(bill, decision)
    return decision


def check_silence(bill: Bill, decision: Decision) -> None:
    """Refuses a bill of which somebody who was asked has said nothing, where the region says so.

    Raises:
        Refusal: DONOR_SILENT_REFUSED.
    """
    if bill.answers and decision.in_force.rules.aid.ask_silence == "refuse":
        for why in decision.funding.because:
            if why.reason is DONOR_SILENT:
                raise Refusal(DONOR_SILENT_REFUSED, **why.params)


def _till_waits_until(request: Request, bill: Bill, moment: datetime) -> datetime:
    return (request.received_at or moment) + timedelta(seconds=bill.asks_s)


def would_ask(bill: Bill, decision: Decision, snapshot: Snapshot) -> list[Because]:
    """What a preview says of the donors who would be asked."""
    return [
        Because(
            DONOR_ASKED_FIRST,
            {"name": snapshot.people[one.donor_id].token, "amount": yuan_text(one.amount_fen)},
        )
        for one in questions(bill, decision, snapshot)
    ]
