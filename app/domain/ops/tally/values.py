"""Counts as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

SLOT = timedelta(minutes=10)


class Counted(IntEnum):
    """``ops_tally.kind``."""

    SETTLED = 1
    UNDONE = 2
    REFUSED = 3
    VOID = 4
    SET_ASIDE = 5
    UNPAID = 6
    """Mutual aid was asked and left something to be paid in cash."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What is counted: when, what, where, why.

    Attributes:
        begins: of ten minutes.
        place: the institution's province, two digits; of unpaid aid the insured's pool, four.
        reason: why; empty: of unpaid aid every bill once, whatever the reasons.
    """

    begins: datetime
    kind: Counted
    place: str
    reason: str = ""


@dataclass(slots=True)
class Sum:
    """How many, and how much money."""

    count: int = 0
    fen: int = 0

    def add(self, fen: int = 0) -> None:
        self.count += 1
        self.fen += fen


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in equal steps, and how far back it is compared."""

    since: datetime
    until: datetime
    step: timedelta
    compared: timedelta

    def steps(self) -> list[datetime]:
        """When each step begins."""
        count = -((self.since - self.until) // self.step)
        return [self.since + self.step * number for number in range(count)]


@dataclass(frozen=True, slots=True)
class Point:
    """A step's counts; ``before``: the bills that were settled in the one that it is compared with,
    None where nothing was counted yet."""

    at: datetime
    settled: int
    undone: int
    refused: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Aid that was asked and left bills unpaid: why, in which pool, how many and how much."""

    reason: str
    pool: str
    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A span's counts. ``counted_to``: up to when all is counted; None: nothing was yet."""

    span: Span
    points: list[Point]
    settled: Sum
    refusals: list[tuple[str, int]]
    unpaid: list[Unpaid]
    unpaid_bills: Sum
    counted_to: datetime | None
