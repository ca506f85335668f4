"""Why mutual aid would or would not pay for a person now, donor by donor. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from app.domain.aid.rules.giving import Donor, asked, caps_of, in_order, obstacle
from app.domain.aid.rules.own_words import in_own_words
from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.domain.registry.rules import problems
from app.domain.settlement.model import Snapshot
from app.domain.settlement.rules.decide import funding_case
from app.domain.settlement.rules.funding import Case, Funding, fund
from app.domain.settlement.rules.purses.parts import BillPart
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.periods import COUNTED, Period
from app.regions.rules import AidRules


@value
class CapUsed:
    """A cap on what a grant pays in a period, and what of it is used and left today.
    ``by_region``: it is the region's, else the donor has set a lower one."""

    period: Period
    cap_fen: int
    used_fen: int
    left_fen: int
    by_region: bool


@value
class DonorFinding:
    """One grant: what its donor could share now, or why not; and its caps that count days."""

    grant_id: int
    donor_id: int
    shareable_fen: int
    because: Because | None
    caps: tuple[CapUsed, ...]


@value
class OfAmount:
    """Who would pay a sum that accounts may pay and the pooled fund doesn't. ``own_fen`` and
    ``cash_fen`` are the patient's affair: None where a donor asks, and ``aid_fen`` is that donor's
    part of a sum that is left to mutual aid."""

    amount_fen: int
    aid_fen: int
    own_fen: int | None
    cash_fen: int | None
    because: list[Because]


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
    case: Case

    def caps(self, donor_id: int) -> tuple[CapUsed, ...]:
        """The caps of this donor's grant that count days."""
        return next((one.caps for one in self.donors if one.donor_id == donor_id), ())

    def of_amount(self, amount_fen: int, donor_id: int | None = None) -> OfAmount:
        """Who would pay a sum: as the patient may know it, or one donor."""
        if donor_id is None:
            funding = self._fund(_with_amount(self.case, amount_fen))
            own, cash = funding.own_fen, amount_fen - funding.own_fen - funding.mulaid_fen
            return OfAmount(amount_fen, funding.mulaid_fen, own, cash, funding.because)
        alone = _with_amount(_left_to(donor_id, self.case), amount_fen)
        why = self.why_not(donor_id)
        funding = Funding(because=[why]) if why else self._fund(alone)
        told = {one.reason.code: told_to_donor(one, donor_id) for one in funding.because}
        return OfAmount(amount_fen, funding.mulaid_fen, None, None, list(told.values()))

    def _fund(self, case: Case) -> Funding:
        """Who can't settle at all has nobody who pays."""
        problem = [why for why in self.because if why.reason.code in _SETTLES_NOTHING]
        return Funding(because=problem) if problem else fund(case)

    def why_not(self, donor_id: int) -> Because | None:
        """Why this donor would pay nothing, or None: first what holds for all donors."""
        if self.because:
            return self.because[0]
        found = [finding.because for finding in self.donors if finding.donor_id == donor_id]
        return found[0] if found else Because(NO_AID_GRANT, {"name": self.name})


_SETTLES_NOTHING = frozenset({BENEFICIARY_NOT_ENROLLED.code, MISUSE_SUSPENSION.code})


def _with_amount(case: Case, fen: int) -> Case:
    """A purchase of medicines in scope for a sum."""
    rules = case.in_force.rules
    parts: tuple[BillPart, ...] = ()
    if rules.purses.by_part:
        parts = (BillPart("purchase", fen, fen, rules.purses_of("purchase")),)
    return replace(case, person_part_fen=fen, payable_fen=fen, parts=parts)


def _left_to(donor_id: int, case: Case) -> Case:
    """What one donor is asked for, whatever the patient and others have."""
    nothing = replace(case.patient, current=None, carried=None, wallet=None)
    donors = [donor for donor in case.donors if donor.owner.person_id == donor_id]
    return replace(case, patient=nothing, donors=donors)


_OF_NOBODY = frozenset(
    {AREA_NOT_ALLOWED.code, PLACE_OF_USE_NOT_ALLOWED.code, ACCOUNT_USE_DECLINED.code}
)
"""Reasons about no person's affairs, which a donor may read beside those about the donor."""


def concerns(why: Because, donor_id: int) -> bool:
    """Whether a reason may be told to a donor: it is about the donor, or about nobody."""
    return why.params.get("name") == f"@{donor_id}" or why.reason.code in _OF_NOBODY


def told_to_donor(why: Because, donor_id: int) -> Because:
    """A reason why nothing is paid for a beneficiary, as the donor may read it: what is the
    beneficiary's or another donor's affair stays theirs, and what is the donor's is said to "you".
    """
    return in_own_words(why, donor_id) if concerns(why, donor_id) else Because(ASK_BENEFICIARY)


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
        person, caps = donor.owner.person_id, _caps_used(donor)
        findings.append(DonorFinding(donor.grant_id, person, amount, why, caps))
    return Diagnosis(
        name=patient.token,
        own_balance_fen=case.patient.balance_fen,
        because=because,
        donors=findings,
        all_or_nothing=not case.rules.allow_partial,
        donors_at_once=case.rules.max_donors,
        case=case,
    )


def _caps_used(donor: Donor) -> tuple[CapUsed, ...]:
    counted = {period.key: period for period in COUNTED}
    return tuple(
        CapUsed(
            counted[cap.key],
            cap.amount_fen,
            cap.amount_fen - cap.left_fen,
            max(0, cap.left_fen),
            cap.by_region,
        )
        for cap in caps_of(donor)
        if cap.key in counted
    )


def _not_asked(first: Sequence[Donor], rules: AidRules) -> Because:
    """Why a donor who could give something isn't asked: others come first, and pay alone."""
    return Because(DONOR_NOT_ASKED, {"name": first[0].owner.name, "limit": str(rules.max_donors)})
