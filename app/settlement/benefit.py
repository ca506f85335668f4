"""What a bill is worth under the patient's own plan. Pure: no I/O, no clock.

The line split follows 甲/乙/丙, price limit and self-pay share (gateway.md §2.4 and §2.5,
policy.md §5.4). Rounding is half up to the fen, once a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kit.money import fen_of_product, share_of
from app.regions.rules import ScopeRules
from app.settlement.bill import Line, LineSplit, Split, Terms

SELF_PAID = "03"
FIRST_SHARE = "02"


@dataclass(frozen=True, slots=True)
class Benefit:
    """What the pooled fund pays, and of what."""

    deductible_fen: int
    fund_fen: int
    ratio: Decimal


NO_BENEFIT = Benefit(0, 0, Decimal(0))
"""An ordinary purchase at a pharmacy: the pooled fund pays nothing (policy.md §5.2)."""


def split_line(line: Line, terms: Terms | None) -> LineSplit:
    """Splits one line. An item that the catalogue doesn't know is fully self-paid."""
    if terms is None or terms.chrgitm_lv == SELF_PAID:
        return LineSplit(line, terms, line.amount_fen, 0, 0, 0)
    over = 0
    if terms.price_limit is not None and line.price > terms.price_limit:
        within = min(line.amount_fen, fen_of_product(terms.price_limit, line.count))
        over = line.amount_fen - within
    rest = line.amount_fen - over
    first = share_of(rest, terms.selfpay_prop) if terms.chrgitm_lv == FIRST_SHARE else 0
    return LineSplit(line, terms, 0, over, first, rest - first)


def split_bill(lines: Sequence[Line], catalogue: Mapping[str, Terms]) -> Split:
    """Splits all lines and sums them up."""
    parts = tuple(split_line(line, catalogue.get(line.med_list_codg)) for line in lines)
    return Split(
        lines=parts,
        total_fen=sum(part.line.amount_fen for part in parts),
        fulamt_ownpay_fen=sum(part.fulamt_ownpay_fen for part in parts),
        overlmt_fen=sum(part.overlmt_fen for part in parts),
        preselfpay_fen=sum(part.preselfpay_fen for part in parts),
        inscp_scp_fen=sum(part.inscp_scp_fen for part in parts),
    )


def account_payable(split: Split, benefit: Benefit, scope: ScopeRules) -> int:
    """What of the patient's part an account may pay, in fen (policy.md §3.5, §5.4)."""
    payable = split.inscp_scp_fen - benefit.fund_fen
    if scope.first_share:
        payable += split.preselfpay_fen
    if scope.over_limit:
        payable += split.overlmt_fen
    if scope.fully_selfpaid:
        payable += split.fulamt_ownpay_fen
    return payable
