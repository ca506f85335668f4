"""Who pays a premium: by the rules of a bill, the whole or nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.domain.aid import errors as aid
from app.domain.aid.rules.giving import caps_of
from app.domain.premium.errors import DONOR_BELOW_PREMIUM
from app.domain.settlement.model import Snapshot
from app.domain.settlement.rules.decide import funding_case
from app.domain.settlement.rules.funding import Case, Leg, fund
from app.kit.money import yuan_text
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.rules import Purpose
from app.words import Terminal

PREMIUM: Purpose = "premium"
_TOO_LITTLE = {
    aid.AID_PAID_PARTLY.code,
    aid.DONOR_BALANCE_BELOW_BILL.code,
    aid.DONORS_TOGETHER_BELOW_BILL.code,
}
"""What a bill is told of too little money; a premium says it in its own words."""


@value
class HeldCap:
    """A cap under which a donor paid, kept with the order, so that it can be judged by it whatever
    becomes of grant and rules. ``all_of_donor``: it counts all that the donor gives, not a pair's
    alone."""

    donor_id: int
    key: str
    amount_fen: int
    all_of_donor: bool


@value
class Paying:
    """Who pays it all, and under which caps."""

    legs: list[Leg]
    caps: list[HeldCap]


def who_pays(
    person_id: int, amount_fen: int, snapshot: Snapshot, today: date, payer_id: int | None
) -> Paying | list[Because]:
    """Who pays it all, or why nobody does.

    ``payer_id``: the donor who pays it alone; None: the resident's own account, wallet and donors,
    in the order of a bill and as many as the region lets pay one.
    """
    resident = snapshot.people[person_id]
    in_force = snapshot.rulebook.at(resident.place, today)
    case = funding_case(
        resident,
        snapshot,
        in_force,
        today,
        today,
        person_part_fen=amount_fen,
        payable_fen=amount_fen,
        wallet_at=Terminal.MOBILE,
        purpose=PREMIUM,
    )
    case = replace(case, terminal=Terminal.MOBILE)  # the wallet may pay premiums everywhere
    if payer_id is not None:
        case = replace(
            case,
            patient=replace(case.patient, current=None, carried=None, wallet=None),
            donors=[donor for donor in case.donors if donor.owner.person_id == payer_id],
        )
    if not case.donors and payer_id is not None:
        return [Because(aid.NO_AID_GRANT, {"name": resident.token})]
    funding = fund(case)
    if funding.cash_fen == 0:
        return Paying(funding.legs, _caps_over(funding.legs, case))
    found = [why for why in funding.because if why.reason.code not in _TOO_LITTLE]
    return found or [Because(DONOR_BELOW_PREMIUM, {"need": yuan_text(amount_fen)})]


def _caps_over(legs: Sequence[Leg], case: Case) -> list[HeldCap]:
    paying = {leg.grant_id for leg in legs}
    return [
        HeldCap(donor.owner.person_id, cap.key, cap.amount_fen, donor.rules.cap_scope == "donor")
        for donor in case.donors
        if donor.grant_id in paying
        for cap in caps_of(donor)
    ]
