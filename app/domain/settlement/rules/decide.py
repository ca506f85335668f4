"""Decides one bill against a snapshot: the same for the preview and for the settlement. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from app.domain.aid.rules.giving import (
    MEDICAL,
    Answer,
    Donor,
    Occasion,
    Owner,
    Purse,
    within_places,
)
from app.domain.registry import rules as registry
from app.domain.settlement.bill import Bill, Split
from app.domain.settlement.model import Facts, Grant, Institution, Snapshot
from app.domain.settlement.rules.benefit import (
    NO_BENEFIT,
    Benefit,
    Treatment,
    account_payable,
    level_of,
    lines_out_of_scope,
    lines_payable,
    lines_pooled,
    pool,
    split_bill,
)
from app.domain.settlement.rules.errors import (
    BILL_TOO_OLD,
    CROSS_REGION_NOT_FILED,
    INSTITUTION_NOT_CONNECTED,
    INSUTYPE_MISMATCH,
)
from app.domain.settlement.rules.funding import Case, Funding, Leg, fund, fund_by, own_purses
from app.domain.settlement.rules.purses.parts import BillPart, lines_open, parts_of
from app.domain.settlement.rules.steps import Steps
from app.kit.clock import local_date
from app.kit.money import yuan_text
from app.kit.reasons import Because, Refusal
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.regions.area import same_area
from app.regions.loader import InForce
from app.regions.periods import COUNTED, Period
from app.regions.rules import BenefitRules, Level, Purpose
from app.words import RETIRED, Insutype, MedType, Terminal

Closed = Literal[
    "not_connected",
    "not_pooled_at_home",
    "not_pooled_here",
    "not_filed",
    "no_account",
    "no_wallet",
    "wallet_not_taken",
    "wallet_other_place",
]
"""Why a fund, an account or a wallet pays nothing of any bill of a kind."""
_NO_ANSWERS: Mapping[int, Answer] = {}


@value
class Entitlement:
    """What could pay a bill of a kind at an institution: None where it could, else why not.

    ``prescribed_only``: of such a bill the pool pays what was prescribed elsewhere.
    """

    pool: Closed | None
    prescribed_only: bool
    account: Closed | None
    wallet: Closed | None = "no_wallet"


@value
class Decision:
    """How a bill splits, who pays, and by which rules."""

    split: Split
    benefit: Benefit
    funding: Funding
    in_force: InForce
    person_part_fen: int
    level: Level
    patient: Facts
    counted_on: date


def decide(bill: Bill, snapshot: Snapshot, institution: Institution, today: date) -> Decision:
    """Splits the bill and finds who pays. The rules are those of the bill's day; caps, deductibles,
    filings and grants are judged today, on the day of settling (law 13).

    Raises:
        Refusal: the patient can't settle here at all (not enrolled, suspended, another plan, an
            institution that is not connected).
    """
    patient = snapshot.people[bill.person_id]
    check_patient(patient, bill.insutype)
    check_place(patient, institution, snapshot)
    return _decide(bill, snapshot, institution, today, None)


def decide_rest(
    bill: Bill,
    snapshot: Snapshot,
    institution: Institution,
    counted_on: date,
    payers: Sequence[Leg],
) -> Decision:
    """Decides what is left of a bill after a part was given back: the original payers pay again,
    in their order, none more than before. Nobody is asked anew, and nothing is refused: it is
    decided where and as what the patient was insured then.

    ``counted_on``: the original's day; what is left counts in the same periods (law 5).
    """
    return _decide(bill, snapshot, institution, counted_on, payers)


def _decide(
    bill: Bill,
    snapshot: Snapshot,
    institution: Institution,
    counted_on: date,
    payers: Sequence[Leg] | None,
) -> Decision:
    patient = patient_of(bill, snapshot.people)
    institution = _place_of_care(bill, institution)
    rules_of = local_date(bill.bill_time)
    in_force = snapshot.rulebook.at(patient.place, rules_of)
    steps = Steps()
    split = split_bill(bill.lines, snapshot.catalogue, rules_of)
    _note_split(split, in_force, steps)
    pooled = lines_pooled(bill, split)
    basis = sum(pooled)
    benefit, unfiled = _pooling(basis, patient, institution, snapshot, in_force, counted_on, steps)
    person_part = split.total_fen - benefit.fund_fen
    payable = lines_payable(split, in_force.rules.scope)
    payable_fen = account_payable(payable, pooled, benefit)
    parts: tuple[BillPart, ...] = ()
    if in_force.rules.purses.by_part:
        parts = parts_of(bill, split, pooled, benefit, in_force.rules)
        payable = lines_open(split, in_force.rules)
        payable_fen = sum(part.open_fen for part in parts if part.purses)
    case = funding_case(
        patient,
        snapshot,
        in_force,
        rules_of,
        counted_on,
        person_part_fen=person_part,
        payable_fen=payable_fen,
        account_used=bill.account_used,
        use_allowed=same_area(
            snapshot.rulebook, in_force.rules.aid.use_area, patient.place, institution.admdvs
        ),
        out_of_scope_lines=lines_out_of_scope(bill, split, payable),
        terminal=bill.terminal,
        wallet_at=institution.wallet_at,
        wallet_used_here=_wallet_used(in_force, patient, institution, snapshot),
        parts=parts,
        answers=bill.answers,
    )
    funding = fund(case, steps) if payers is None else fund_by(case, payers, steps)
    funding.because[:0] = unfiled
    level = level_of(institution.hosp_lv)
    return Decision(split, benefit, funding, in_force, person_part, level, patient, counted_on)


def funding_case(
    patient: Facts,
    snapshot: Snapshot,
    in_force: InForce,
    rules_of: date,
    today: date,
    *,
    person_part_fen: int,
    payable_fen: int,
    account_used: bool = True,
    use_allowed: bool = True,
    out_of_scope_lines: tuple[str, ...] = (),
    purpose: Purpose = MEDICAL,
    terminal: str = Terminal.WINDOW,
    wallet_at: str = "",
    wallet_used_here: bool = True,
    parts: tuple[BillPart, ...] = (),
    answers: Mapping[int, Answer] = _NO_ANSWERS,
) -> Case:
    """What funding needs to know of a patient today. ``rules_of``: the day whose rules hold."""
    aid = in_force.rules.aid
    return Case(
        patient=_with_wallet(patient, snapshot),
        person_part_fen=person_part_fen,
        payable_fen=payable_fen,
        account_used=account_used,
        in_force=in_force,
        occasion=Occasion(
            purpose=purpose,
            day=today,
            place=patient.place,
            area=aid.area,
            in_area=lambda area, place: same_area(snapshot.rulebook, area, place, patient.place),
        ),
        donors=within_places(
            [
                _donor(grant, snapshot, rules_of, today, answers.get(grant.id))
                for grant in snapshot.grants.get(patient.id, ())
                if grant.donor_id in snapshot.people
            ],
            aid,
        ),
        has_family_account=patient.id in snapshot.shown_by_family,
        use_allowed=use_allowed,
        out_of_scope_lines=out_of_scope_lines,
        terminal=terminal,
        wallet_at=wallet_at,
        wallet_used_here=wallet_used_here,
        parts=parts,
    )


def patient_of(bill: Bill, people: Mapping[int, Facts]) -> Facts:
    """A bill's patient, insured as the registry says; of what is left of an earlier bill, as that
    one says."""
    patient, then = people[bill.person_id], bill.insured
    if then is None:
        return patient
    return replace(patient, insutype=bill.insutype, psn_type=then.psn_type, place=then.place)


def _place_of_care(bill: Bill, institution: Institution) -> Institution:
    return replace(institution, admdvs=bill.insured.care_place) if bill.insured else institution


def check_patient(patient: Facts, insutype: str) -> None:
    """Refuses a patient who can't settle.

    Raises:
        Refusal: BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION, INSUTYPE_MISMATCH.
    """
    problem = registry.problem(patient)
    if problem is None and insutype != patient.insutype:
        problem = INSUTYPE_MISMATCH
    if problem is not None:
        raise Refusal(problem, name=patient.token)


def check_dated(bill: Bill, snapshot: Snapshot, today: date) -> None:
    """Refuses a bill whose date lies further back than the patient's region lets such a bill lie
    today (law 13).

    Raises:
        Refusal: BILL_TOO_OLD.
    """
    patient = snapshot.people[bill.person_id]
    dating = snapshot.rulebook.at(patient.place, today).rules.dating
    if bill.visit is not None:
        kind, days = "门诊结算", dating.visit_settle_days
    elif any(line.prescribed for line in bill.lines):
        kind, days = "外配处方购药", dating.prescription_days
    else:
        kind, days = "购药", dating.purchase_days
    check_day(local_date(bill.bill_time), today, days, kind)


def check_day(day: date, today: date, days: int, kind: str) -> None:
    """Refuses a till's date that lies more than some days back.

    Raises:
        Refusal: BILL_TOO_OLD.
    """
    first = today - timedelta(days=days)
    if day < first:
        figures = {"day": day.isoformat(), "first": first.isoformat(), "kind": kind}
        raise Refusal(BILL_TOO_OLD, **figures)


def check_place(patient: Facts, institution: Institution, snapshot: Snapshot) -> None:
    """Refuses a patient of another pool at an institution that settles for its own pool only.

    Raises:
        Refusal: INSTITUTION_NOT_CONNECTED.
    """
    if not institution.cross_region and _away(patient, institution, snapshot):
        raise Refusal(INSTITUTION_NOT_CONNECTED)


def entitlement(
    bill: Bill, snapshot: Snapshot, institution: Institution, today: date
) -> Entitlement:
    """What ``decide`` would let pay a bill of this kind, whatever its lines turn out to be."""
    patient = snapshot.people[bill.person_id]
    in_force = snapshot.rulebook.at(patient.place, local_date(bill.bill_time))
    prescribed_only = bill.med_type != MedType.OUTPATIENT
    away = _away(patient, institution, snapshot)
    if away and not institution.cross_region:
        return Entitlement("not_connected", prescribed_only, "not_connected")
    terms = in_force.rules.benefit(patient.insutype)
    pool = _no_pool(terms, institution)
    if pool is None and terms.away == "nothing" and away:
        pool = None if _filed(patient, institution, snapshot, today) else "not_filed"
    owner = _with_wallet(patient, snapshot)
    own = own_purses(owner, in_force.rules.own)
    wallet: Closed | None = None if owner.wallet else "no_wallet"
    if owner.wallet and not _wallet_used(in_force, patient, institution, snapshot):
        wallet = "wallet_other_place"
    elif owner.wallet and bill.terminal not in institution.wallet_at:
        wallet = "wallet_not_taken"
    return Entitlement(
        pool, prescribed_only, None if any(purse for _, purse in own) else "no_account", wallet
    )


def _no_pool(terms: BenefitRules, institution: Institution) -> Closed | None:
    if not institution.pooling:
        return "not_pooled_here"
    return None if terms.pooled else "not_pooled_at_home"


def _filed(patient: Facts, institution: Institution, snapshot: Snapshot, day: date) -> bool:
    return any(
        institution.admdvs.startswith(filing.area)
        and filing.starts_on <= day
        and (filing.ends_on is None or day <= filing.ends_on)
        for filing in snapshot.filings.get(patient.stays, ())
    )


def _wallet_used(
    in_force: InForce, patient: Facts, institution: Institution, snapshot: Snapshot
) -> bool:
    """Whether an institution lies in the place of use of the patient's wallet."""
    rules = in_force.rules.wallet
    around = (patient.wallet_place if rules.place_choice else "") or patient.place
    return same_area(snapshot.rulebook, rules.use_area, around, institution.admdvs)


def _away(patient: Facts, institution: Institution, snapshot: Snapshot) -> bool:
    return not same_area(snapshot.rulebook, "pool", patient.place, institution.admdvs)


def _note_split(split: Split, in_force: InForce, steps: Steps) -> None:
    steps.add(
        in_force,
        "scope.first_share",
        "split",
        total=yuan_text(split.total_fen),
        scope=yuan_text(split.inscp_scp_fen),
        first=yuan_text(split.preselfpay_fen),
        over=yuan_text(split.overlmt_fen),
        own=yuan_text(split.fulamt_ownpay_fen),
    )


def _pooling(
    basis: int,
    patient: Facts,
    institution: Institution,
    snapshot: Snapshot,
    in_force: InForce,
    day: date,
    steps: Steps,
) -> tuple[Benefit, list[Because]]:
    """What the pool pays: outpatient treatment, or prescribed drugs at a pharmacy that may."""
    terms = in_force.rules.benefit(patient.insutype)
    if _no_pool(terms, institution) or not basis:
        return NO_BENEFIT, []
    away = _away(patient, institution, snapshot)
    filed = _filed(patient, institution, snapshot, day)
    treatment = Treatment(
        day, level_of(institution.hosp_lv), patient.psn_type.startswith(RETIRED), away, filed
    )
    section = "benefit_employee" if patient.insutype == Insutype.EMPLOYEE else "benefit_resident"
    history = snapshot.history.get(patient.stays, ())
    benefit = pool(basis, treatment, terms, history, in_force, section, steps)
    if not away or filed or terms.away == "same":
        return benefit, []
    effect = "不予支付" if terms.away == "nothing" else "降低比例支付"
    return benefit, [Because(CROSS_REGION_NOT_FILED, {"effect": effect})]


def _owner(person: Facts, snapshot: Snapshot) -> Owner:
    return Owner(
        person_id=person.id,
        name=person.token,
        place=person.place,
        in_order=registry.in_order(person),
        current=_purse(snapshot, person.id, AccountKind.CURRENT),
        carried=_purse(snapshot, person.id, AccountKind.CARRIED),
        sort_name=person.sort_name,
        employee=person.insutype == Insutype.EMPLOYEE,
        family=_purse(snapshot, person.id, AccountKind.FAMILY),
    )


def _with_wallet(patient: Facts, snapshot: Snapshot) -> Owner:
    """The patient, whose wallet pays too; a donor's is nobody else's."""
    wallet = _purse(snapshot, patient.id, AccountKind.WALLET)
    owner = _owner(patient, snapshot)
    return owner if wallet is None else replace(owner, wallet=wallet)


def _purse(snapshot: Snapshot, person_id: int, kind: AccountKind) -> Purse | None:
    account = snapshot.accounts.get((person_id, kind))
    return Purse(account.id, account.balance_fen) if account and not account.closed else None


def _donor(
    grant: Grant, snapshot: Snapshot, rules_of: date, today: date, answer: Answer | None
) -> Donor:
    donor = snapshot.people[grant.donor_id]
    in_force = snapshot.rulebook.at(donor.place, rules_of)
    return Donor(
        grant_id=grant.id,
        owner=_owner(donor, snapshot),
        in_force=in_force,
        bound_order=grant.id,
        rank=grant.rank,
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        frozen=grant.frozen,
        purposes=grant.purposes,
        agreed=grant.agreed,
        caps=grant.caps,
        used=_used(grant, snapshot, today, in_force.rules.aid.cap_scope),
        answer=answer,
        spent=grant.id in snapshot.spent,
        paused_until=grant.paused_until,
    )


def _used(grant: Grant, snapshot: Snapshot, day: date, scope: str) -> dict[Period, int]:
    """What was used in each period: of the pair, or of all the donor's grants.

    A pair that was ended and bound anew is still the same pair (its caps don't start afresh).
    """
    uses = [
        use
        for use in snapshot.uses
        if use.donor_id == grant.donor_id
        and (scope == "donor" or use.beneficiary_id == grant.beneficiary_id)
    ]
    used = {}
    for period in COUNTED if uses else ():
        first, last = period.days_around(day)
        used[period] = sum(use.amount_fen for use in uses if first <= use.day <= last)
    return used
