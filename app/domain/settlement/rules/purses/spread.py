"""Which purse pays how much of which part of a bill. Pure: sums only, whoever they belong to.

The own money pays first, of every part that it may pay, in the order of the parts (law 4); then
wallet and donors pay of each part in its order what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.settlement.rules.purses.parts import BillPart
from app.kit.value import value
from app.regions.rules import OWN, Part, PurseName

Money = Mapping[PurseName, int]
"""What each purse holds."""


@value
class PartPaid:
    """What was paid of one part, by whom; the rest of ``fen`` is cash (negative: given back)."""

    part: Part
    fen: int
    paid: dict[PurseName, int]

    @property
    def cash_fen(self) -> int:
        return self.fen - sum(self.paid.values())

    @property
    def negative(self) -> PartPaid:
        """The same, given back."""
        return PartPaid(self.part, -self.fen, {purse: -fen for purse, fen in self.paid.items()})


@dataclass(slots=True)
class Spread:
    """A bill's parts under payment, and what is left in the purses."""

    parts: tuple[BillPart, ...]
    left: dict[PurseName, int]
    paid: list[dict[PurseName, int]] = field(default_factory=list)

    @classmethod
    def begun(cls, parts: tuple[BillPart, ...], money: Money) -> Spread:
        """With the own money spread already."""
        spread = cls(parts, dict(money), [{} for _ in parts])
        spread._pay(OWN)
        return spread

    def open(self, purse: PurseName) -> int:
        """What is still to be paid of the parts that a purse may pay."""
        return sum(
            part.open_fen - sum(paid.values())
            for part, paid in zip(self.parts, self.paid, strict=True)
            if purse in part.purses
        )

    @property
    def used(self) -> list[PurseName]:
        """The purses that pay something, in the order of their first payment."""
        return list(dict.fromkeys(purse for paid in self.paid for purse in paid))

    def of(self, purse: PurseName) -> int:
        """What a purse pays of all parts."""
        return sum(paid.get(purse, 0) for paid in self.paid)

    def ended(self, donors_fen: int) -> Spread:
        """As it is when the donors give so much at the most: wallet and donors pay the rest."""
        left = {**self.left, "donors": donors_fen}
        spread = Spread(self.parts, left, [dict(paid) for paid in self.paid])
        spread._pay(("wallet", "donors"))
        return spread

    def told(self) -> tuple[PartPaid, ...]:
        """What was paid of each part."""
        return tuple(
            PartPaid(part.part, part.fen, paid)
            for part, paid in zip(self.parts, self.paid, strict=True)
        )

    def _pay(self, purses: Iterable[PurseName]) -> None:
        for part, paid in zip(self.parts, self.paid, strict=True):
            need = part.open_fen - sum(paid.values())
            for purse in part.purses:
                fen = min(need, self.left.get(purse, 0)) if purse in purses else 0
                if fen > 0:
                    paid[purse] = paid.get(purse, 0) + fen
                    self.left[purse] -= fen
                    need -= fen
