"""Sums up a replay: bills, people, payers, reasons. Memory grows with what changes only. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.domain.whatif.model import Effect, Paid, Problem, Replayed

PAYERS = ("fund", "own", "wallet", "aid", "cash")


@dataclass(slots=True)
class Change:
    """What the changed rules do to one person, all bills together."""

    cash_fen: int = 0
    refused: bool = False
    touched: bool = False
    """Some bill is paid in another way; False: there are only bills that can't be replayed."""

    @property
    def effect(self) -> Effect:
        if self.refused:
            return Effect.REFUSED
        if not self.touched:
            return Effect.UNKNOWN
        if self.cash_fen:
            return Effect.MORE if self.cash_fen < 0 else Effect.LESS
        return Effect.SHIFTED


@dataclass(slots=True)
class Tally:
    """Counts of bills that stand. A bill that was cancelled later is replayed (its money was away
    until then) and only counted as such."""

    bills: Counter[Effect] = field(default_factory=Counter)
    problems: Counter[Problem] = field(default_factory=Counter)
    cancelled_later: int = 0
    before: list[int] = field(default_factory=lambda: [0] * len(PAYERS))
    after: list[int] = field(default_factory=lambda: [0] * len(PAYERS))
    not_replayed_fen: int = 0
    appear: Counter[str] = field(default_factory=Counter)
    disappear: Counter[str] = field(default_factory=Counter)
    changes: dict[int, Change] = field(default_factory=dict)
    last_id: int = 0

    def add(self, bill: Replayed) -> None:
        self.last_id = bill.stored.id
        if not bill.stands:
            self.cancelled_later += 1
            return
        self.bills[bill.effect] += 1
        if bill.effect is not Effect.SAME:
            self._change(bill)
        if bill.after is None:
            assert bill.problem is not None
            self.problems[bill.problem] += 1
            self.not_replayed_fen += bill.stored.medfee_sumamt_fen
            return
        _sum(self.before, bill.before)
        _sum(self.after, bill.after)
        before, after = set(bill.reasons_before), set(bill.reasons_after)
        self.appear.update(after - before)
        self.disappear.update(before - after)

    def people(self, everybody: int) -> Counter[Effect]:
        """People by what happens to them; ``everybody``: how many there are."""
        counts = Counter(change.effect for change in self.changes.values())
        counts[Effect.SAME] = everybody - sum(counts.values())
        return counts

    def _change(self, bill: Replayed) -> None:
        change = self.changes.setdefault(bill.stored.person_id, Change())
        if bill.after is None:
            return
        change.touched = True
        change.refused = change.refused or bill.effect is Effect.REFUSED
        change.cash_fen += bill.after.cash_fen - bill.before.cash_fen


def _sum(sums: list[int], paid: Paid) -> None:
    for place, payer in enumerate(PAYERS):
        sums[place] += getattr(paid, f"{payer}_fen")
