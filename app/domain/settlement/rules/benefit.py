"""What a bill is worth under the patient's own plan. Pure: no I/O, no clock.

The line split follows 甲/乙/丙, price limit and self-pay share (SOURCES F5.4);
outpatient pooling is each pool's own (SOURCES F5.2). Rounding is half up to the fen, once a
figure; a fund never pays more than is left of its cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from app.domain.settlement.bill import Bill, Line, LineSplit, Split, Terms
from app.domain.settlement.rules.steps import Steps
from app.kit.money import fen_of_product, portion_of, share_of, yuan_text
from app.kit.value import value
from app.regions.loader import InForce
from app.regions.rules import BenefitRules, Level, Licence, ScopeRules
from app.words import ItemLevel, MedType

# What an approval number says (SOURCES F3.5); where there is none, the kind of list.
_LICENCES: tuple[tuple[str, Licence], ...] = (
    ("消字", "disinfectant"), ("卫消", "disinfectant"), ("健", "health_food"), ("准字", "drug"),
    ("械", "device"),
)  # fmt: skip
_LISTS: dict[str, Licence] = {
    "101": "drug", "102": "slices", "103": "drug", "104": "drug", "201": "service",
    "301": "device",
}  # fmt: skip


@value
class Benefit:
    """What the pooled fund pays, and of what."""

    deductible_fen: int
    fund_fen: int
    ratio: Decimal


NO_BENEFIT = Benefit(0, 0, Decimal(0))
"""An ordinary purchase at a pharmacy: the pooled fund pays nothing (SOURCES S118)."""


@value
class Enjoyed:
    """What one earlier bill of the person used, cancelled ones left out. ``day``: on which it
    counts."""

    day: date
    level: Level
    deductible_fen: int
    fund_fen: int
    settlement_id: int = 0


@value
class Treatment:
    """Where a bill arises and on which day it is settled, as far as pooling asks.

    ``away``: the institution lies in another pool; ``filed``: the patient has filed for it.
    """

    day: date
    level: Level
    retired: bool
    away: bool
    filed: bool


def level_of(hosp_lv: str) -> Level:
    """The level of an institution by its national code: 01 to 04 third, 05 to 07 second."""
    if hosp_lv in ("01", "02", "03", "04"):
        return "third"
    return "second" if hosp_lv in ("05", "06", "07") else "basic"


def licence_of(terms: Terms | None) -> Licence:
    """What kind of goods an item is."""
    if terms is None:
        return "none"
    for mark, licence in _LICENCES:
        if mark in terms.licence:
            return licence
    return _LISTS.get(terms.list_type, "none")


def split_line(line: Line, terms: Terms | None) -> LineSplit:
    """Splits one line. An item that the catalogue doesn't know is fully self-paid."""
    if terms is None or terms.chrgitm_lv == ItemLevel.SELF_PAID:
        return LineSplit(line, terms, line.amount_fen, 0, 0, 0)
    over = 0
    if terms.price_limit is not None and line.price > terms.price_limit:
        within = min(line.amount_fen, fen_of_product(terms.price_limit, line.count))
        over = line.amount_fen - within
    rest = line.amount_fen - over
    first = share_of(rest, terms.selfpay_prop) if terms.chrgitm_lv == ItemLevel.FIRST_SHARE else 0
    return LineSplit(line, terms, 0, over, first, rest - first)


def split_bill(lines: Sequence[Line], catalogue: Mapping[str, Terms], day: date) -> Split:
    """Splits all lines by what the catalogue says on a day, and sums them up."""
    parts = tuple(split_line(line, _terms(line, catalogue, day)) for line in lines)
    total = own = over = first = scope = 0
    for part in parts:
        total += part.line.amount_fen
        own += part.fulamt_ownpay_fen
        over += part.overlmt_fen
        first += part.preselfpay_fen
        scope += part.inscp_scp_fen
    return Split(parts, total, own, over, first, scope)


def line_payable(part: LineSplit, scope: ScopeRules) -> int:
    """What of one line's cost an account may pay, before the pooled fund is taken off."""
    if licence_of(part.terms) not in scope.licences:
        return 0
    payable = part.inscp_scp_fen
    payable += part.preselfpay_fen if scope.first_share else 0
    payable += part.overlmt_fen if scope.over_limit else 0
    return payable + (part.fulamt_ownpay_fen if scope.fully_selfpaid else 0)


def _terms(line: Line, catalogue: Mapping[str, Terms], day: date) -> Terms | None:
    terms = line.terms or catalogue.get(line.med_list_codg)
    return terms.on(day) if terms is not None and terms.later else terms


def lines_payable(split: Split, scope: ScopeRules) -> list[int]:
    """What of each line an account may pay, before the pooled fund is taken off."""
    return [line_payable(part, scope) for part in split.lines]


def lines_pooled(bill: Bill, split: Split) -> list[int]:
    """What of each line is in scope of outpatient pooling, in fen."""
    return [
        part.inscp_scp_fen if bill.med_type == MedType.OUTPATIENT or part.line.prescribed else 0
        for part in split.lines
    ]


def account_payable(payable: Sequence[int], pooled: Sequence[int], benefit: Benefit) -> int:
    """What of the patient's part an account may pay, in fen (SOURCES F3.5).

    Of every line that is pooled the fund pays the same share, also of those that no account may
    pay: what it pays of them takes nothing off what accounts may pay of the others.
    """
    if not benefit.fund_fen:
        return sum(payable)
    ours = sum(pooled_fen for pooled_fen, may in zip(pooled, payable, strict=True) if may)
    return sum(payable) - portion_of(benefit.fund_fen, ours, sum(pooled))


def lines_out_of_scope(bill: Bill, split: Split, payable: Sequence[int]) -> tuple[str, ...]:
    """The lines of which an account may not pay the whole: a visit's by the numbers that the clinic
    gave them, since they came in several messages; a purchase's by their place, from 1."""
    return tuple(
        part.line.feedetl_sn if bill.visit else str(place)
        for place, (part, may) in enumerate(zip(split.lines, payable, strict=True), 1)
        if may < part.line.amount_fen
    )


def pool(
    basis_fen: int,
    treatment: Treatment,
    terms: BenefitRules,
    history: Sequence[Enjoyed],
    in_force: InForce,
    section: str,
    steps: Steps,
) -> Benefit:
    """What the pooled fund pays of an amount in scope: deductible, ratio, cap."""
    ratio = (terms.ratio_retired if treatment.retired else terms.ratio_active).at(treatment.level)
    if treatment.away and not treatment.filed and terms.away != "same":
        if terms.away == "nothing":
            steps.add(in_force, f"{section}.away", "no_pooling", why="异地就医未备案")
            return NO_BENEFIT
        ratio = max(Decimal(0), ratio - terms.away_points)
    year = [used for used in history if used.day.year == treatment.day.year]
    deductible = min(basis_fen, _deductible(treatment, terms, year))
    before = sum(used.deductible_fen for used in year)
    full = terms.deductible_fen.at(treatment.level)
    steps.add(
        in_force,
        f"{section}.deductible_fen",
        "deductible",
        now=yuan_text(deductible),
        full=yuan_text(full),
        before=yuan_text(before),
    )
    base = basis_fen - deductible
    fund = share_of(base, ratio)
    key = f"{section}.ratio_{'retired' if treatment.retired else 'active'}"
    steps.add(in_force, key, "ratio", ratio=str(ratio), base=yuan_text(base), paid=yuan_text(fund))
    cap = terms.cap_retired_fen if treatment.retired else terms.cap_active_fen
    if cap is not None:
        month = [used for used in year if used.day.month == treatment.day.month]
        paid_before = sum(u.fund_fen for u in (month if terms.cap_per == "month" else year))
        left = max(0, cap - paid_before)
        if fund > left:
            fund = left
            key = f"{section}.cap_{'retired' if treatment.retired else 'active'}_fen"
            steps.add(
                in_force,
                key,
                "benefit_cap",
                cap=yuan_text(cap),
                before=yuan_text(paid_before),
                paid=yuan_text(fund),
            )
    return Benefit(deductible, fund, ratio)


def _deductible(treatment: Treatment, terms: BenefitRules, year: Sequence[Enjoyed]) -> int:
    """What is still to be borne before the pool pays."""
    full = terms.deductible_fen.at(treatment.level)
    if terms.deductible_per == "year":
        full -= sum(used.deductible_fen for used in year if used.level == treatment.level)
    if terms.deductible_ceiling_fen is not None:
        borne = sum(used.deductible_fen for used in year)
        full = min(full, terms.deductible_ceiling_fen - borne)
    return max(0, full)
