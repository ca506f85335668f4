"""Whether a person's insurance can be used at all: one answer at phones, tills and for donors.

Pure. Who is neither enrolled nor free of a suspension is told first what comes first: without an
enrolment there is nothing that could be suspended.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.kit.reasons import Reason
from app.kit.words.names import number_form
from app.words import IDENTITY_CARD

_BIRTHDAY = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]")


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


def born_by_number(cert_type: str, certno: str) -> date | None:
    """The birthday in the number of an identity card, or None if it has none."""
    found = _BIRTHDAY.fullmatch(number_form(certno)) if cert_type == IDENTITY_CARD else None
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
