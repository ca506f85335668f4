"""What a file of people changes in somebody's insurance, for whoever depends on it."""

from __future__ import annotations

from app.kit.value import value


@value
class Insurance:
    """A person's insurance, as far as others depend on it."""

    insured: bool
    employee: bool
    place: str


@value
class InsuranceChange:
    """What it was for a person, and what it is now."""

    person_id: int
    before: Insurance
    after: Insurance
