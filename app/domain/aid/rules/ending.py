"""When a grant ends by itself. Pure.

With an insurance it ends only where a region says so. Elsewhere it rests: what keeps it from paying
is asked of the present (``giving.py``), and it pays again once the insurance is in order.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.registry.imports.insurance import Insurance
from app.kit.value import value
from app.regions.rules import AidRules

DONOR_STOPPED = "donor_stopped"
DONOR_LEFT_PLAN = "donor_left_plan"
BENEFICIARY_STOPPED = "beneficiary_stopped"
MOVED_APART = "moved_apart"
DIVORCED = "divorced"
DONOR_DIED = "donor_died"
DONOR_MERGED = "donor_merged"
BENEFICIARY_DIED = "beneficiary_died"
BENEFICIARY_MERGED = "beneficiary_merged"
WITH_INSURANCE = (DONOR_STOPPED, DONOR_LEFT_PLAN, BENEFICIARY_STOPPED, MOVED_APART)
BY_EVENT = (DIVORCED, DONOR_DIED, DONOR_MERGED, BENEFICIARY_DIED, BENEFICIARY_MERGED)
DONOR_PAID_OUT = "donor_paid_out"
BENEFICIARY_PAID_OUT = "beneficiary_paid_out"
CAUSES = (*WITH_INSURANCE, *BY_EVENT, DONOR_PAID_OUT, BENEFICIARY_PAID_OUT)
"""Why a grant ended that nobody has ended, as stored with it."""


@value
class Side:
    """One side's insurance before and after a change; of the side that it does not concern, twice
    the same."""

    before: Insurance
    after: Insurance

    @property
    def insured(self) -> bool:
        """Both times: what resumes had stopped."""
        return self.before.insured and self.after.insured


def cause_of_end(
    donor: Side,
    beneficiary: Side | None,
    rules_at: Callable[[str], AidRules],
    apart: Callable[[str, str], bool],
) -> str | None:
    """Why a change ends the grant of the two, or None.

    Either side's region may say that a grant ends with the insurance: the one where they were
    insured before. ``apart``: whether two places are not in the area in which both must lie.
    ``beneficiary``: None while the beneficiary has not agreed: what is the beneficiary's own affair
    would be told to the donor by an end.
    """
    sides = (donor,) if beneficiary is None else (donor, beneficiary)
    places = [side.before.place for side in sides]
    if not any(rules.ends_with_insurance for rules in map(rules_at, places)):
        return None
    if not donor.insured:
        return DONOR_STOPPED
    if not (donor.before.employee and donor.after.employee):
        return DONOR_LEFT_PLAN
    if beneficiary is None:
        return None
    if not beneficiary.insured:
        return BENEFICIARY_STOPPED
    if apart(donor.before.place, beneficiary.before.place) or apart(
        donor.after.place, beneficiary.after.place
    ):
        return MOVED_APART
    return None
