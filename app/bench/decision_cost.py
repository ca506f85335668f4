"""What one decision costs: microseconds a bill by donors and lines, on one core, no database."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median, quantiles

from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Facts, Grant, Institution, Request, Snapshot
from app.domain.settlement.orders import SETTLE, Purchase
from app.domain.settlement.rules.benefit import (
    Treatment,
    account_payable,
    level_of,
    lines_out_of_scope,
    lines_payable,
    lines_pooled,
    pool,
    split_bill,
)
from app.domain.settlement.rules.decide import decide, funding_case
from app.domain.settlement.rules.funding import fund
from app.domain.settlement.rules.settlement_row import row_of
from app.domain.settlement.rules.steps import Steps
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.regions.loader import Rulebook
from app.regions.periods import MONTH

DONORS = (0, 1, 2, 4, 8)
LINES = (1, 5, 20, 100)
PLACE = "340100"
"""Hefei: outpatient pooling, and the nation's rules for donors, who all pay in turn."""
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_DAY = date(2026, 11, 21)
_PATIENT = 1
_GOODS = ("A", "B", "C", "D")
_CATALOGUE = {
    "A": Terms("甲", "101", "01", Decimal(0), None, "国药准字1"),
    "B": Terms("乙", "101", "02", Decimal("0.10"), Decimal("8.00"), "国药准字2"),
    "C": Terms("丙", "101", "03", Decimal(1), None, "国药准字3"),
    "D": Terms("械", "101", "01", Decimal(0), None, "冀械备4"),
}


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds a bill: the middle of several runs, and where the middle 80 % of them lie."""

    part: str
    donors: int
    lines: int
    median_us: float
    low_us: float
    high_us: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A bill that its own account can't pay, so that every donor is asked and gives a part."""

    bill: Bill
    snapshot: Snapshot
    institution: Institution


def scene(rulebook: Rulebook, donors: int, lines: int) -> Scene:
    """A clinic's bill of so many lines, for a patient with so many donors under a monthly cap."""
    snapshot = Snapshot(rulebook, catalogue=dict(_CATALOGUE))
    goods = [
        Line(str(n), _GOODS[n % len(_GOODS)], 10_000, Decimal(5), Decimal(20)) for n in range(lines)
    ]
    bill = Bill(_PATIENT, "310", "11", NOON, 10_000 * lines, True, tuple(goods))
    each = 1_000 * lines // max(1, donors) + 1
    for person in range(_PATIENT, _PATIENT + donors + 1):
        snapshot.people[person] = Facts(person, f"N{person}", "310", "11", PLACE, True, False)
        for kind in (AccountKind.CURRENT, AccountKind.CARRIED):
            fen = 100 if person == _PATIENT else each
            account = Account(person * 10 + kind, kind, person, fen, 1)
            snapshot.accounts[(person, kind)] = account
            snapshot.accounts_by_id[account.id] = account
        if person != _PATIENT:
            grant = Grant(
                person * 100,
                person,
                _PATIENT,
                date(2026, 1, 1),
                None,
                0,
                False,
                ("medical",),
                {MONTH: 2 * each - 1},
            )
            snapshot.grants.setdefault(_PATIENT, []).append(grant)
    return Scene(bill, snapshot, Institution("H00000000002", PLACE, "05", True, False))


def parts(scene: Scene) -> dict[str, Callable[[], object]]:
    """The decision as a whole, what is stored of it, and its parts, each ready to be called."""
    bill, snapshot, institution = scene.bill, scene.snapshot, scene.institution
    patient = snapshot.people[bill.person_id]
    in_force = snapshot.rulebook.at(PLACE, _DAY)
    rules, terms = in_force.rules, in_force.rules.benefit(bill.insutype)
    split = split_bill(bill.lines, snapshot.catalogue, _DAY)
    decision = decide(bill, snapshot, institution, _DAY)
    treatment = Treatment(_DAY, level_of(institution.hosp_lv), False, False, False)
    request = Request(1, institution.code, "m", SETTLE, 0, Purchase("N1", bill))

    def funding() -> object:
        payable = lines_payable(split, rules.scope)
        case = funding_case(
            patient,
            snapshot,
            snapshot.rulebook.at(PLACE, _DAY),
            _DAY,
            _DAY,
            person_part_fen=decision.person_part_fen,
            payable_fen=account_payable(payable, lines_pooled(bill, split), decision.benefit),
            out_of_scope_lines=lines_out_of_scope(bill, split, payable),
        )
        return fund(case)

    return {
        "decide": lambda: decide(bill, snapshot, institution, _DAY),
        "split": lambda: split_bill(bill.lines, snapshot.catalogue, _DAY),
        "pooling": lambda: pool(
            split.inscp_scp_fen, treatment, terms, (), in_force, "benefit_employee", Steps()
        ),
        "funding": funding,
        "row": lambda: row_of(request, bill, decision, PLACE, NOON, 1),
    }


def measure(call: Callable[[], object], runs: int, run_s: float) -> tuple[float, float, float]:
    """Median, 10th and 90th percentile of runs, in microseconds a call."""
    calls = 1
    while _seconds(call, calls) < run_s / 4:
        calls *= 2
    calls *= 4
    found = [_seconds(call, calls) / calls * 1e6 for _ in range(runs)]
    tenths = quantiles(found, n=10, method="inclusive") if runs > 1 else [found[0]] * 9
    return median(found), tenths[0], tenths[-1]


def _seconds(call: Callable[[], object], calls: int) -> float:
    """The thread's own time: what other processes take of the core does not count."""
    gc.collect()
    started = time.thread_time()
    for _ in range(calls):
        call()
    return time.thread_time() - started


def run(
    donors: Sequence[int] = DONORS, lines: Sequence[int] = LINES, *, runs: int, run_s: float
) -> Iterator[Timing]:
    """All timings: the whole decision for every pair, each part for every number of lines."""
    rulebook = Rulebook.load()
    for count in lines:
        for givers in donors:
            for part, call in parts(scene(rulebook, givers, count)).items():
                yield Timing(part, givers, count, *measure(call, runs, run_s))
