"""What a verification finds: by check, what exactly is wrong, what was expected, what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

KEPT = 200
"""Findings of one check that are kept word for word; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``row`` names it: a table and an id."""

    check: str
    row: str
    expected: str
    found: str


@dataclass(slots=True)
class Tally:
    """How often a check looked, and how often it found something."""

    rows: int = 0
    wrong: int = 0


@dataclass(slots=True)
class Report:
    """A verification's result."""

    begun_at: datetime
    ended_at: datetime | None = None
    checks: dict[str, Tally] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def looked(self, check: str, rows: int) -> None:
        """Counts rows that a check has looked at."""
        self.checks.setdefault(check, Tally()).rows += rows

    def add(self, check: str, row: str, expected: object, found: object) -> None:
        """Notes something wrong."""
        tally = self.checks.setdefault(check, Tally())
        tally.wrong += 1
        if tally.wrong <= KEPT:
            self.findings.append(Finding(check, row, str(expected), str(found)))

    @property
    def wrong(self) -> int:
        """How many things are wrong, those not kept included."""
        return sum(tally.wrong for tally in self.checks.values())

    def counts(self) -> dict[str, Any]:
        """The part that is stored as ``verification.counts``."""
        checks = {name: asdict(tally) for name, tally in self.checks.items()}
        return {"wrong": self.wrong, "checks": checks, "figures": self.figures}

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "begun_at": self.begun_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            **self.counts(),
            "findings": [asdict(finding) for finding in self.findings],
        }
