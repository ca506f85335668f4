"""Why mutual aid would or would not pay for a person now, donor by donor. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.aid.errors import (
    ACCOUNT_USE_DECLINED,
    AREA_NOT_ALLOWED,
    ASK_BENEFICIARY,
    DONOR_NOT_ASKED,
    NO_AID_GRANT,
    ONLY_FAMILY_ACCOUNT,
    OWN_BALANCE_NOT_ZERO,
    PLACE_OF_USE_NOT_ALLOWED,
)
from app.domain.aid.rules.giving import Donor, asked, in_order, obstacle
from app.domain.registry.rules import problems
from app.domain.settlement.model import Snapshot
from app.domain.settlement.rules.decide import funding_case
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.rules import AidRules


@value
class DonorFinding:
    """One grant: what its donor could share now, or why not."""

    grant_id: int
    donor_id: int
    shareable_fen: int
    because: Because | None


@value
class Diagnosis:
    """Everything that stands in aid's way, in order: what holds for all donors, then each one's.
    ``name``: the patient's token."""

    name: str
    own_balance_fen: int
    because: list[Because]
    donors: list[DonorFinding]
    all_or_nothing: bool
    donors_at_once: int | None

    def why_not(self, donor_id: int) -> Because | None:
        """Why this donor would pay nothing, or None: first what holds for all donors."""
        if self.because:
            return self.because[0]
        found = [finding.because for finding in self.donors if finding.donor_id == donor_id]
        return found[0] if found else Because(NO_AID_GRANT, {"name": self.name})


_OF_NOBODY = frozenset(
    {AREA_NOT_ALLOWED.code, PLACE_OF_USE_NOT_ALLOWED.code, ACCOUNT_USE_DECLINED.code}
)
"""Reasons about no person's affairs, which a donor may read beside those about the donor."""


def concerns(why: Because, donor_id: int) -> bool:
    """Whether a reason may be told to a donor: it is about the donor, or about nobody."""
    return why.params.get("name") == f"@{donor_id}" or why.reason.code in _OF_NOBODY


def told_to_donor(why: Because, donor_id: int) -> Because:
    """A reason why nothing is paid for a beneficiary, as the donor may read it: what is the
    beneficiary's or another donor's affair stays theirs."""
    return why if concerns(why, donor_id) else Because(ASK_BENEFICIARY)


def diagnose(person_id: int, snapshot: Snapshot, day: date) -> Diagnosis:
    """Looks at the person and at every grant, with the same rules as a settlement."""
    patient = snapshot.people[person_id]
    in_force = snapshot.rulebook.at(patient.place, day)
    case = funding_case(patient, snapshot, in_force, day, day, person_part_fen=0, payable_fen=0)
    name = {"name": patient.token}
    because = [Because(problem, name) for problem in problems(patient)]
    if not case.donors:
        only_family = case.has_family_account
        because.append(Because(ONLY_FAMILY_ACCOUNT if only_family else NO_AID_GRANT, name))
    elif case.rules.own_first == "zero_required" and case.patient.balance_fen > 0:
        because.append(Because(OWN_BALANCE_NOT_ZERO))
    ordered = in_order(case.donors, case.rules)
    obstacles = [obstacle(donor, case.occasion) for donor in ordered]
    first = asked([d for d, why in zip(ordered, obstacles, strict=True) if not why], case.rules)
    findings = []
    for donor, found in zip(ordered, obstacles, strict=True):
        why = found if found or donor in first else _not_asked(first, case.rules)
        amount = 0 if why else donor.offer.amount_fen
        findings.append(DonorFinding(donor.grant_id, donor.owner.person_id, amount, why))
    return Diagnosis(
        name=patient.token,
        own_balance_fen=case.patient.balance_fen,
        because=because,
        donors=findings,
        all_or_nothing=not case.rules.allow_partial,
        donors_at_once=case.rules.max_donors,
    )


def _not_asked(first: Sequence[Donor], rules: AidRules) -> Because:
    """Why a donor who could give something isn't asked: others come first, and pay alone."""
    return Because(DONOR_NOT_ASKED, {"name": first[0].owner.name, "limit": str(rules.max_donors)})
