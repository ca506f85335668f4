"""A decision as the row that is stored. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.settlement.bill import Bill, LineSplit
from app.domain.settlement.model import Kind, Request, Settlement
from app.domain.settlement.rules.decide import Decision, explain


def row_of(
    request: Request, bill: Bill, decision: Decision, admdvs: str, moment: datetime,
    settlement_id: int,
) -> Settlement:  # fmt: skip
    """The settlement's row, but for the balance after it."""
    split, funding = decision.split, decision.funding
    return Settlement(
        id=settlement_id,
        kind=Kind.SETTLED,
        cancels_id=None,
        request_id=request.id,
        fixmedins_code=request.fixmedins_code,
        mdtrtarea_admvs=admdvs,
        person_id=bill.person_id,
        mdtrt_id=bill.visit[0] if bill.visit else request.id,
        credential_id=bill.credential_id,
        insutype=bill.insutype,
        psn_type=decision.patient.psn_type,
        insuplc_admdvs=decision.patient.place,
        med_type=bill.med_type,
        invono=bill.invono,
        bill_time=bill.bill_time,
        settled_at=moment,
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
        wallet_pay_fen=0,
        mulaid_pay_fen=funding.mulaid_fen,
        cash_pay_fen=funding.cash_fen,
        balance_after_fen=0,
        lines=[line_row(part) for part in split.lines],
        trace=trace(decision),
        rules=decision.in_force.version,
    )


def trace(decision: Decision) -> dict[str, Any]:
    """What is stored to explain a settlement: who paid, and why not more."""
    return {
        "legs": [
            {"person": str(leg.person_id), "grant": str(leg.grant_id) if leg.grant_id else None,
             "fen": leg.amount_fen}
            for leg in decision.funding.legs
        ],
        "reasons": explain(decision.funding.because),
        "level": decision.level,
        "steps": decision.funding.steps.stored(),
    }  # fmt: skip


def line_row(part: LineSplit) -> dict[str, Any]:
    """One line as it is stored: fen, and texts for price, count and ratio."""
    terms = part.terms
    limit = terms.price_limit if terms else None
    return {
        "sn": part.line.feedetl_sn,
        "code": part.line.med_list_codg,
        "name": terms.name if terms else "",
        "fen": part.line.amount_fen,
        "cnt": str(part.line.count),
        "pric": str(part.line.price),
        "limit": None if limit is None else str(limit),
        "prop": str(terms.selfpay_prop if terms else Decimal(1)),
        "lv": terms.chrgitm_lv if terms else "03",
        "own": part.fulamt_ownpay_fen,
        "over": part.overlmt_fen,
        "pre": part.preselfpay_fen,
        "scope": part.inscp_scp_fen,
        "known": terms is not None,
        "rx": part.line.prescribed,
        "lt": terms.list_type if terms else "",
        "lic": terms.licence if terms else "",
    }
