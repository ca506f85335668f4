"""A decision as the row that is stored. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.settlement.bill import Bill, bill_key
from app.domain.settlement.model import Kind, Request, Settlement, Snapshot
from app.domain.settlement.rules.decide import Decision
from app.domain.settlement.rules.funding import Leg
from app.domain.settlement.trace import PaidLeg, Trace, told
from app.kit.clock import local_date
from app.ledger.kinds import AccountKind
from app.words import CertType


def key_of(request: Request, bill: Bill) -> int | None:
    """What makes this bill the same as another one. None: nobody showed anything, as in rows of
    before codes were kept, so nothing tells."""
    if bill.credential_id is None and bill.cert_type == CertType.CREDENTIAL:
        return None
    return bill_key(
        request.fixmedins_code, bill.person_id, bill.credential_id, bill.total_fen, bill.lines
    )


def row_of(
    request: Request,
    bill: Bill,
    decision: Decision,
    admdvs: str,
    moment: datetime,
    settlement_id: int,
    key: int | None = None,
) -> Settlement:
    """The settlement's row, but for the balance after it. ``key``: what makes it the same as
    another one."""
    split, funding = decision.split, decision.funding
    return Settlement(
        id=settlement_id,
        kind=Kind.SETTLED,
        cancels_id=None,
        request_id=request.id,
        fixmedins_code=request.fixmedins_code,
        mdtrtarea_admvs=bill.insured.care_place if bill.insured else admdvs,
        person_id=bill.person_id,
        mdtrt_id=bill.visit[0] if bill.visit else request.id,
        credential_id=bill.credential_id,
        bill_key=key,
        insutype=bill.insutype,
        psn_type=decision.patient.psn_type,
        insuplc_admdvs=decision.patient.place,
        med_type=bill.med_type,
        invono=bill.invono,
        bill_time=bill.bill_time,
        settled_at=moment,
        counted_on=decision.counted_on,
        medfee_sumamt_fen=split.total_fen,
        fulamt_ownpay_fen=split.fulamt_ownpay_fen,
        overlmt_selfpay_fen=split.overlmt_fen,
        preselfpay_fen=split.preselfpay_fen,
        inscp_scp_fen=split.inscp_scp_fen,
        act_pay_dedc_fen=decision.benefit.deductible_fen,
        hifp_pay_fen=decision.benefit.fund_fen,
        pool_prop=decision.benefit.ratio,
        fund_pay_fen=decision.benefit.fund_fen,
        psn_part_fen=decision.person_part_fen,
        own_pay_fen=funding.own_fen,
        wallet_pay_fen=funding.wallet_fen,
        mulaid_pay_fen=funding.mulaid_fen,
        cash_pay_fen=funding.cash_fen,
        balance_after_fen=0,
        lines=split.lines,
        trace=trace_of(decision),
        rules=decision.in_force.version,
        cert_type=bill.cert_type,
        card_id=bill.card_id,
    )


def note_balances(row: Settlement, snapshot: Snapshot, to_pay: Sequence[Leg] = ()) -> None:
    """Notes in a row what the patient's own account holds after it; both its parts, where the
    region tells tills them. ``to_pay``: what is still to be taken from it."""
    left = []
    for kind, purse in ((AccountKind.CURRENT, "current"), (AccountKind.CARRIED, "carried_over")):
        account = snapshot.accounts.get((snapshot.stays(row.person_id), kind))
        held = account.balance_fen if account and not account.closed else 0
        own = (leg for leg in to_pay if leg.grant_id is None and leg.purse == purse)
        left.append(held - sum(leg.amount_fen for leg in own))
    row.balance_after_fen = sum(left)
    in_force = snapshot.rulebook.at(row.insuplc_admdvs, local_date(row.bill_time))
    if in_force.rules.display.setldetail_balances:
        row.trace = replace(row.trace, left=(left[0], left[1]))


def trace_of(decision: Decision) -> Trace:
    """What is kept to explain a settlement: who paid, and why not more."""
    funding = decision.funding
    return Trace(
        tuple(PaidLeg(leg.person_id, leg.grant_id, leg.amount_fen) for leg in funding.legs),
        told(funding.because),
        decision.level,
        tuple(funding.steps.items),
        funding.parts,
    )
