"""How far a replay has come apart from what happened: balances, uses of caps, benefit counters.

It holds differences only (replay − stored), by person, and drops those that have gone: it is as
large as the change's effect, not as the past. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from app.domain.settlement.model import Use
from app.domain.settlement.rules.benefit import NO_BENEFIT, Enjoyed, level_of
from app.domain.settlement.rules.decide import Decision
from app.domain.settlement.rules.funding import Leg
from app.domain.whatif.model import PastBill
from app.regions.rules import Level

Pair = tuple[date, int]
Term = tuple[date, Level]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a decision takes: out of accounts, and of the patient's benefit terms."""

    patient: int
    day: date
    level: Level
    legs: tuple[Leg, ...]
    deductible_fen: int
    fund_fen: int


def moved(past: PastBill, decision: Decision | None) -> Moved:
    """What a decision of this bill takes; a refusal takes nothing."""
    benefit = decision.benefit if decision else NO_BENEFIT
    return Moved(
        past.patient.id,
        past.stored.counted_on,
        level_of(past.institution.hosp_lv),
        tuple(decision.funding.legs) if decision else (),
        benefit.deductible_fen,
        benefit.fund_fen,
    )


@dataclass(slots=True)
class Drift:
    """Differences by account, by donor, and by patient."""

    accounts: dict[int, int] = field(default_factory=dict)
    _uses: dict[int, dict[Pair, int]] = field(default_factory=dict)
    _deductible: dict[int, dict[Term, int]] = field(default_factory=dict)
    _fund: dict[int, dict[Term, int]] = field(default_factory=dict)

    def move(self, was: Moved, now: Moved) -> None:
        """A bill took ``was`` and takes ``now`` instead."""
        self._add(was, 1)
        self._add(now, -1)

    def uses_of(self, donor: int) -> list[Use]:
        """A donor's uses that came or went, as uses of their own, some of them negative."""
        found = self._uses.get(donor, {}).items()
        return [Use(donor, beneficiary, day, fen, 0) for (day, beneficiary), fen in found]

    def enjoyed_by(self, patient: int) -> list[Enjoyed]:
        """Likewise what a patient used of deductible and fund."""
        deductible = self._deductible.get(patient, {}).items()
        fund = self._fund.get(patient, {}).items()
        return [Enjoyed(day, level, fen, 0) for (day, level), fen in deductible] + [
            Enjoyed(day, level, 0, fen) for (day, level), fen in fund
        ]

    def forget_before(self, year: int) -> None:
        """Counters start afresh with the year: what is older can't matter any more."""
        self._uses = _kept(self._uses, year)
        self._deductible = _kept(self._deductible, year)
        self._fund = _kept(self._fund, year)

    def _add(self, taken: Moved, sign: int) -> None:
        for leg in taken.legs:
            _add(self.accounts, leg.account_id, sign * leg.amount_fen)
            if leg.grant_id is not None:
                pair = (taken.day, taken.patient)
                _add_below(self._uses, leg.person_id, pair, -sign * leg.amount_fen)
        term = (taken.day, taken.level)
        _add_below(self._deductible, taken.patient, term, -sign * taken.deductible_fen)
        _add_below(self._fund, taken.patient, term, -sign * taken.fund_fen)


def _add(sums: dict[Key, int], key: Key, fen: int) -> None:
    total = sums.pop(key, 0) + fen
    if total:
        sums[key] = total


def _add_below(table: dict[int, dict[Key, int]], person: int, key: Key, fen: int) -> None:
    sums = table.setdefault(person, {})
    _add(sums, key, fen)
    if not sums:
        del table[person]


def _kept(
    table: dict[int, dict[tuple[date, Key], int]], year: int
) -> dict[int, dict[tuple[date, Key], int]]:
    kept = {
        person: {key: fen for key, fen in sums.items() if key[0].year >= year}
        for person, sums in table.items()
    }
    return {person: sums for person, sums in kept.items() if sums}
