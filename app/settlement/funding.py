"""Who pays the patient's part: own account, then donors, then cash. Pure: no I/O, no clock.

Law 4: own account first, the donor's benefits never. The region that governs is the beneficiary's
for the settlement and the donor's for the source of the funds (policy.md §7.2 #3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.aid import errors as reasons
from app.kit.money import yuan_text
from app.kit.reasons import Because
from app.regions.rules import AidRules

MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Purse:
    """One account as funding sees it."""

    account_id: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A person who may pay: the patient or a donor. None: there is no such account.

    ``name`` is a token (``@<person id>``) that the door replaces by a masked name.
    """

    person_id: int
    name: str
    place: str
    in_order: bool
    current: Purse | None
    carried: Purse | None

    @property
    def balance_fen(self) -> int:
        return sum(purse.balance_fen for purse in (self.current, self.carried) if purse)


@dataclass(frozen=True, slots=True)
class Donor:
    """A grant that stands, with its donor. ``bound_order`` grows with the time of binding."""

    grant_id: int
    owner: Owner
    rules: AidRules
    bound_order: int
    rank: int
    starts_on: date
    ends_on: date | None
    frozen: bool
    purposes: tuple[str, ...]
    cap_per_use_fen: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that funding needs to know of one bill."""

    patient: Owner
    person_part_fen: int
    payable_fen: int
    account_used: bool
    day: date
    rules: AidRules
    same_area: Callable[[str, str], bool]
    area_names: tuple[str, str]
    donors: Sequence[Donor] = ()
    has_family_account: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """One account that pays a part. ``grant_id`` is None for the patient's own account."""

    account_id: int
    person_id: int
    grant_id: int | None
    amount_fen: int


@dataclass(slots=True)
class Funding:
    """The outcome: legs, cash, and why it is so."""

    legs: list[Leg] = field(default_factory=list)
    own_fen: int = 0
    mulaid_fen: int = 0
    cash_fen: int = 0
    because: list[Because] = field(default_factory=list)


def fund(case: Case) -> Funding:
    """Decides who pays. The legs and the cash sum to the patient's part."""
    funding = Funding()
    outside = case.person_part_fen - case.payable_fen
    if outside > 0:
        funding.because.append(Because(reasons.ITEM_OUT_OF_SCOPE, {"amount": yuan_text(outside)}))
    need = case.payable_fen
    if case.account_used:
        had_own = case.patient.balance_fen > 0
        _take(funding, case.patient, None, min(need, case.patient.balance_fen), own_order=True)
        funding.own_fen = min(need, case.patient.balance_fen)
        need -= funding.own_fen
        if need > 0:
            _fund_by_donors(funding, case, need, had_own)
    elif need > 0:
        funding.because.append(Because(reasons.ACCOUNT_USE_DECLINED))
    funding.cash_fen = case.person_part_fen - funding.own_fen - funding.mulaid_fen
    assert funding.cash_fen >= 0
    assert sum(leg.amount_fen for leg in funding.legs) == funding.own_fen + funding.mulaid_fen
    return funding


def _fund_by_donors(funding: Funding, case: Case, need: int, had_own: bool) -> None:
    if not case.donors:
        reason = reasons.ONLY_FAMILY_ACCOUNT if case.has_family_account else reasons.NO_AID_GRANT
        funding.because.append(Because(reason, {"name": case.patient.name}))
        return
    if case.rules.own_first == "zero_required" and had_own:
        funding.because.append(Because(reasons.OWN_BALANCE_NOT_ZERO))
        return
    usable = []
    for donor in donors_in_order(case):
        why = obstacle(donor, case)
        if why is None:
            usable.append(donor)
        else:
            funding.because.append(why)
    chosen = usable[: case.rules.max_donors] if case.rules.max_donors else usable
    offers = [(donor, shareable(donor)) for donor in chosen]
    total = sum(min(amount, _cap(donor)) for donor, amount in offers)
    if offers and total < need:
        funding.because.append(_too_little(case, chosen, offers, need, total))
        if not case.rules.allow_partial:
            return
    for donor, amount in offers:
        part = min(need, amount, _cap(donor))
        if part > 0:
            _take(funding, donor.owner, donor, part, own_order=False)
            funding.mulaid_fen += part
            need -= part


def donors_in_order(case: Case) -> list[Donor]:
    """The donors in the order in which the region asks them."""
    return sorted(case.donors, key=_order(case.rules))


def obstacle(donor: Donor, case: Case) -> Because | None:
    """Why a grant can't pay at all on this bill, or None. One reason, the first that applies."""
    name = {"name": donor.owner.name}
    if donor.frozen:
        return Because(reasons.FROZEN, name)
    if case.day < donor.starts_on:
        return Because(reasons.NOT_YET_EFFECTIVE, {**name, "day": donor.starts_on.isoformat()})
    if donor.ends_on is not None and case.day > donor.ends_on:
        return Because(reasons.EXPIRED, {**name, "day": donor.ends_on.isoformat()})
    if MEDICAL not in donor.purposes:
        return Because(reasons.PURPOSE_NOT_AUTHORISED, name)
    if not donor.owner.in_order:
        return Because(reasons.DONOR_SUSPENDED, name)
    if donor.owner.current is None and donor.owner.carried is None:
        return Because(reasons.DONOR_NO_PERSONAL_ACCOUNT, name)
    if not case.same_area(donor.owner.place, case.patient.place):
        return Because(reasons.AREA_NOT_ALLOWED, {
            "area": case.area_names[0], "area_en": case.area_names[1],
            "donor_place": donor.owner.place, "beneficiary_place": case.patient.place,
        })  # fmt: skip
    if shareable(donor) > 0:
        return None
    if donor.owner.balance_fen == 0:
        return Because(reasons.DONOR_BALANCE_ZERO, name)
    if donor.rules.fund_source == "carried_over" and not _balance(donor.owner.carried):
        return Because(reasons.CURRENT_YEAR_NOT_SHAREABLE, name)
    floor = yuan_text(donor.rules.floor_fen)
    return Because(reasons.BELOW_FLOOR, {**name, "floor": floor})


def shareable(donor: Donor) -> int:
    """What a donor's own region lets be shared now, in fen: above the floor, of the right part."""
    above_floor = max(0, donor.owner.balance_fen - donor.rules.floor_fen)
    if donor.rules.fund_source == "carried_over":
        return min(above_floor, _balance(donor.owner.carried))
    return above_floor


def _cap(donor: Donor) -> int:
    return shareable(donor) if donor.cap_per_use_fen is None else donor.cap_per_use_fen


def _balance(purse: Purse | None) -> int:
    return purse.balance_fen if purse else 0


def _too_little(
    case: Case, chosen: Sequence[Donor], offers: Sequence[tuple[Donor, int]], need: int, total: int
) -> Because:
    figures = {"need": yuan_text(need), "short": yuan_text(need - total)}
    capped = next((d for d, amount in offers if _cap(d) < min(amount, need)), None)
    if capped is not None:
        cap = yuan_text(_cap(capped))
        return Because(reasons.CAP_SINGLE, {"name": capped.owner.name, "cap": cap})
    if case.rules.allow_partial:
        return Because(reasons.AID_PAID_PARTLY, figures)
    if len(chosen) == 1:
        return Because(reasons.DONOR_BALANCE_BELOW_BILL, {"name": chosen[0].owner.name, **figures})
    return Because(reasons.DONORS_TOGETHER_BELOW_BILL, figures)


def _order(rules: AidRules) -> Callable[[Donor], tuple[object, ...]]:
    def key(donor: Donor) -> tuple[object, ...]:
        if rules.donor_order == "balance_desc":
            return (-shareable(donor), donor.bound_order)
        if rules.donor_order == "bind_last":
            return (-donor.bound_order,)
        if rules.donor_order == "user_order":
            return (donor.rank, donor.bound_order)
        return (donor.bound_order,)

    return key


def _take(
    funding: Funding, owner: Owner, donor: Donor | None, amount: int, *, own_order: bool
) -> None:
    """Adds legs for an amount from an owner's accounts.

    Own use spends the current year first; a donor gives carried-over money first, and nothing else
    where only that may be shared.
    """
    purses = [owner.current, owner.carried] if own_order else [owner.carried, owner.current]
    for purse in purses:
        part = min(amount, purse.balance_fen) if purse else 0
        if purse and part > 0:
            grant_id = donor.grant_id if donor else None
            funding.legs.append(Leg(purse.account_id, owner.person_id, grant_id, part))
            amount -= part
    assert amount == 0, "more was promised than the accounts hold"
