"""Decides one bill against a snapshot: the same for the preview and for the settlement. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.kit.clock import local_date
from app.kit.reasons import Because, Reason, Refusal
from app.ledger.kinds import AccountKind
from app.people.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.regions.area import AREA_NAMES, same_area
from app.regions.loader import InForce
from app.settlement.benefit import NO_BENEFIT, Benefit, account_payable, split_bill
from app.settlement.bill import Bill, Split
from app.settlement.errors import INSUTYPE_MISMATCH
from app.settlement.funding import Case, Donor, Funding, Owner, Purse, fund
from app.settlement.model import Facts, Grant, Snapshot


@dataclass(frozen=True, slots=True)
class Decision:
    """How a bill splits, who pays, and by which rules."""

    split: Split
    benefit: Benefit
    funding: Funding
    rules: InForce
    person_part_fen: int


def decide(bill: Bill, snapshot: Snapshot) -> Decision:
    """Splits the bill and finds who pays.

    Raises:
        Refusal: the patient can't settle at all (not enrolled, suspended, another plan).
    """
    patient = snapshot.people[bill.person_id]
    check_patient(patient, bill.insutype)
    day = local_date(bill.bill_time)
    rules = snapshot.rulebook.at(patient.place, day)
    split = split_bill(bill.lines, snapshot.catalogue)
    benefit = NO_BENEFIT
    person_part = split.total_fen - benefit.fund_fen
    case, rules = funding_case(
        patient,
        snapshot,
        day,
        person_part_fen=person_part,
        payable_fen=account_payable(split, benefit, rules.rules.scope),
        account_used=bill.account_used,
    )
    funding = fund(case)
    return Decision(split, benefit, funding, rules, person_part)


def funding_case(
    patient: Facts,
    snapshot: Snapshot,
    day: date,
    *,
    person_part_fen: int,
    payable_fen: int,
    account_used: bool = True,
) -> tuple[Case, InForce]:
    """What funding needs to know of a patient on a day, and the rules in force."""
    rules = snapshot.rulebook.at(patient.place, day)
    aid = rules.rules.aid
    case = Case(
        patient=_owner(patient, snapshot),
        person_part_fen=person_part_fen,
        payable_fen=payable_fen,
        account_used=account_used,
        day=day,
        rules=aid,
        same_area=lambda a, b: same_area(snapshot.rulebook, aid.area, a, b),
        area_names=AREA_NAMES[aid.area],
        donors=[
            _donor(grant, snapshot, day)
            for grant in snapshot.grants.get(patient.id, ())
            if grant.donor_id in snapshot.people
        ],
        has_family_account=patient.id in snapshot.shown_by_family,
    )
    return case, rules


def check_patient(patient: Facts, insutype: str) -> None:
    """Refuses a patient who can't settle.

    Raises:
        Refusal: BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION, INSUTYPE_MISMATCH.
    """
    problem: Reason | None = None
    if not patient.insured:
        problem = BENEFICIARY_NOT_ENROLLED
    elif patient.suspended:
        problem = MISUSE_SUSPENSION
    elif insutype != patient.insutype:
        problem = INSUTYPE_MISMATCH
    if problem is not None:
        raise Refusal(problem, name=patient.token)


def _owner(person: Facts, snapshot: Snapshot) -> Owner:
    return Owner(
        person_id=person.id,
        name=person.token,
        place=person.place,
        in_order=person.insured and not person.suspended,
        current=_purse(snapshot, person.id, AccountKind.CURRENT),
        carried=_purse(snapshot, person.id, AccountKind.CARRIED),
    )


def _purse(snapshot: Snapshot, person_id: int, kind: AccountKind) -> Purse | None:
    account = snapshot.accounts.get((person_id, kind))
    return Purse(account.id, account.balance_fen) if account and not account.closed else None


def _donor(grant: Grant, snapshot: Snapshot, day: date) -> Donor:
    donor = snapshot.people[grant.donor_id]
    return Donor(
        grant_id=grant.id,
        owner=_owner(donor, snapshot),
        rules=snapshot.rulebook.at(donor.place, day).rules.aid,
        bound_order=grant.id,
        rank=grant.rank,
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        frozen=grant.frozen,
        purposes=grant.purposes,
        cap_per_use_fen=grant.cap_per_use_fen,
    )


def explain(because: list[Because]) -> list[dict[str, object]]:
    """Reasons as they are stored with a settlement: code and figures."""
    return [{"code": item.reason.code, "params": item.params} for item in because]
