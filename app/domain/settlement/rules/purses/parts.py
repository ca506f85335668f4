"""Into which parts the patient's share of a bill falls, and what of each an account may pay. Pure.

Only where a region says for parts of a bill who pays them (SOURCES N7, N10): elsewhere what
accounts may pay is one sum (``benefit.account_payable``), and comes to the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.settlement.bill import Bill, LineSplit, Split
from app.domain.settlement.rules.benefit import NO_BENEFIT, Benefit, licence_of
from app.kit.money import portion_of
from app.kit.value import value
from app.regions.rules import PARTS, Part, PurseName, Rules
from app.words import MedType


@value
class BillPart:
    """One part: what of the patient's share it is, and what of that lies on lines that accounts may
    pay. ``purses``: who pays it, in order; none: it is cash."""

    part: Part
    fen: int
    open_fen: int
    purses: tuple[PurseName, ...]


def lines_open(split: Split, rules: Rules) -> list[int]:
    """What of each line's cost somebody's account may pay, before the pooled fund is taken off."""
    found = []
    for part in split.lines:
        fen = part.inscp_scp_fen
        fen += part.preselfpay_fen if rules.purses_of("first_share") else 0
        fen += part.overlmt_fen if rules.purses_of("over_limit") else 0
        fen += part.fulamt_ownpay_fen if rules.purses_of(_goods(part)) else 0
        found.append(fen if licence_of(part.terms) in rules.scope.licences else 0)
    return found


def _goods(part: LineSplit) -> Part:
    """Which part what is fully self-paid of a line belongs to."""
    return (part.terms and part.terms.goods) or "fully_selfpaid"


def parts_of(
    bill: Bill, split: Split, pooled: Sequence[int], benefit: Benefit, rules: Rules
) -> tuple[BillPart, ...]:
    """The parts that there are, in the order in which they are paid. ``pooled``: what of each line
    is in scope of outpatient pooling."""
    whole = dict.fromkeys(PARTS, 0)
    open_to = dict.fromkeys(PARTS, 0)
    rest: Part = "outpatient" if bill.med_type == MedType.OUTPATIENT else "purchase"
    is_pooled = benefit is not NO_BENEFIT
    all_pooled = ours = 0
    for part, pooled_fen in zip(split.lines, pooled, strict=True):
        may = licence_of(part.terms) in rules.scope.licences
        in_pool = pooled_fen if is_pooled else 0
        all_pooled += in_pool
        ours += in_pool if may else 0
        amounts: tuple[tuple[Part, int], ...] = (
            (rest, part.inscp_scp_fen - in_pool),
            ("first_share", part.preselfpay_fen),
            ("over_limit", part.overlmt_fen),
            (_goods(part), part.fulamt_ownpay_fen),
        )
        for name, fen in amounts:
            whole[name] += fen
            open_to[name] += fen if may else 0
    if all_pooled:
        whole["deductible"] = benefit.deductible_fen
        whole["ratio"] = all_pooled - benefit.deductible_fen - benefit.fund_fen
        # Of every pooled line fund and deductible are the same share (SOURCES F3.5).
        left = ours - portion_of(benefit.fund_fen, ours, all_pooled)
        share = portion_of(benefit.deductible_fen, ours, all_pooled)
        open_to["deductible"] = min(left, share)
        open_to["ratio"] = left - open_to["deductible"]
    return tuple(
        BillPart(name, fen, open_to[name], rules.purses_of(name))
        for name, fen in whole.items()
        if fen
    )
