"""Whether a person's insurance can be used at all: one answer at phones, tills and for donors.

Pure. Who is neither enrolled nor free of a suspension is told first what comes first: without an
enrolment there is nothing that could be suspended.
"""

from __future__ import annotations

from typing import Protocol

from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.kit.reasons import Reason


class Enrolled(Protocol):
    """A person as far as this asks."""

    @property
    def insured(self) -> bool:
        """Whether the person's basic insurance is in order."""

    @property
    def suspended(self) -> bool:
        """Whether its use is suspended for misuse."""


def problems(person: Enrolled) -> list[Reason]:
    """All that keeps a person from using the own insurance; what is told first stands first."""
    found = []
    if not person.insured:
        found.append(BENEFICIARY_NOT_ENROLLED)
    if person.suspended:
        found.append(MISUSE_SUSPENSION)
    return found


def problem(person: Enrolled) -> Reason | None:
    """What a person is told who can't use the own insurance; None: it can be used."""
    return next(iter(problems(person)), None)


def in_order(person: Enrolled) -> bool:
    """Whether a person is insured and not suspended."""
    return person.insured and not person.suspended
