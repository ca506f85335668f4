"""Who may give: whom to ask first, what keeps a donor from paying, and how much one may give.

Pure, and the same for whatever is paid. The order, how many and whether a part will do are the
beneficiary's region's; what of a donor's money may be shared is the donor's region's; both must lie
in the area of each (SOURCES F7.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Literal

from app.domain.aid import errors as reasons
from app.domain.aid.rules.standing import state_on, why_not
from app.kit.money import share_down, yuan_text
from app.kit.reasons import Because, Reason
from app.kit.value import lazy, lazy_value, value
from app.regions.area import AREA_NAMES
from app.regions.loader import InForce
from app.regions.periods import PERIODS, USE, Caps, Period
from app.regions.rules import AidRules, Area, Purpose

MEDICAL: Purpose = "medical"


@value
class Purse:
    """One account as funding sees it."""

    account_id: int
    balance_fen: int


@value
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
    sort_name: str = ""
    employee: bool = True
    """Under the employee plan: only then may the account pay for others (SOURCES F3.1)."""
    wallet: Purse | None = None
    """A patient's 医保钱包: it pays the own bills only, and is no part of the balance."""
    family: Purse | None = None
    """What a donor has set aside for relatives: no part of the balance either."""

    @property
    def balance_fen(self) -> int:
        return _balance(self.current) + _balance(self.carried)


@value
class Answer:
    """What a donor who was asked first has said of one bill, and of how much it was asked."""

    said: Literal["yes", "no", "silent"]
    amount_fen: int


@lazy_value
class Donor:
    """A grant that stands, with its donor. ``bound_order`` grows with the time of binding.

    What the donor can share and offer is asked for several times in a decision, worked out once.
    ``agreed``: the beneficiary has said yes; else it is the donor's word. ``caps``: the donor's
    own. ``used``: what was used before in each period, given-back sums not counted. ``answer``:
    what was said to this bill, for who was asked first; None: nobody has asked. ``spent``: it was
    for one bill, which stands paid.
    """

    grant_id: int
    owner: Owner
    in_force: InForce
    bound_order: int
    rank: int
    starts_on: date
    ends_on: date | None
    frozen: bool
    purposes: tuple[str, ...]
    agreed: bool = True
    caps: Caps = field(default_factory=dict)
    used: Mapping[Period, int] = field(default_factory=dict)
    answer: Answer | None = None
    spent: bool = False
    paused_until: date | None = None

    @property
    def rules(self) -> AidRules:
        return self.in_force.rules.aid

    @lazy
    def shareable_fen(self) -> int:
        """What the donor's own region lets be shared."""
        owner = self.owner
        return shareable_fen(
            self.rules, _balance(owner.current), _balance(owner.carried), _balance(owner.family)
        )

    @lazy
    def offer(self) -> Offer:
        """What the donor may give to one bill: the shareable sum under the tightest cap."""
        amount, tightest = self.shareable_fen, None
        for cap in caps_of(self):
            if cap.left_fen < amount:
                amount, tightest = max(0, cap.left_fen), cap
        answer = self.answer
        if answer is not None and answer.said == "yes" and answer.amount_fen < amount:
            return Offer(self, answer.amount_fen, None, agreed_to=True)
        return Offer(self, amount, tightest)


@value
class Occasion:
    """What donors are asked for.

    Attributes:
        purpose: what is to be paid.
        day: the day on which it is paid (law 13): on it a grant must stand.
        place: the beneficiary's insured place.
        area: where by the beneficiary's region both must be insured; in_area: whether a place lies
            in the same area of a kind as the beneficiary's.
    """

    purpose: Purpose
    day: date
    place: str
    area: Area
    in_area: Callable[[Area, str], bool]


@value
class Cap:
    """A cap that holds for a donor now.

    Attributes:
        key: the rule; by_region: whether it is the region's, else the donor has set a lower one.
        amount_fen: its size; left_fen: what is left of it (below zero: more was used).
    """

    reason: Reason
    key: str
    amount_fen: int
    left_fen: int
    by_region: bool


@value
class Offer:
    """What a donor may give now, and the cap that holds it back, if one does. ``agreed_to``: it is
    what the donor has agreed to when asked first, and no more."""

    donor: Donor
    amount_fen: int
    cap: Cap | None
    agreed_to: bool = False

    @property
    def capped_by(self) -> Because | None:
        """Why it is not more, if a cap holds it back, or what was agreed to."""
        if self.agreed_to:
            figures = {"name": self.donor.owner.name, "amount": yuan_text(self.amount_fen)}
            return Because(reasons.DONOR_AGREED_TO_LESS, figures)
        if self.cap is None:
            return None
        figures = {"name": self.donor.owner.name, "cap": yuan_text(self.cap.amount_fen)}
        return Because(self.cap.reason, figures)


def in_order(donors: Sequence[Donor], rules: AidRules) -> list[Donor]:
    """The donors in the order in which the beneficiary's region asks them; those to whom the
    beneficiary has agreed come before those who say so themselves."""
    key = _order(rules)
    return sorted(donors, key=lambda donor: (not donor.agreed, *key(donor)))


def within_places(donors: Sequence[Donor], rules: AidRules) -> list[Donor]:
    """Those who may give in the places that the beneficiary's region leaves: who is there on the
    own word alone takes nobody's (``aid.max_in``)."""
    if rules.max_in is None:
        return list(donors)
    agreed = sum(donor.agreed for donor in donors)
    left = max(0, rules.max_in - agreed)
    by_word = sorted(donor.bound_order for donor in donors if not donor.agreed)[:left]
    return [donor for donor in donors if donor.agreed or donor.bound_order in by_word]


def asked(usable: Sequence[Donor], rules: AidRules) -> Sequence[Donor]:
    """Who of the donors in order who could give something is asked for a bill: no more than the
    beneficiary's region lets pay one. The others give nothing, however large the bill."""
    return usable if rules.max_donors is None else usable[: rules.max_donors]


def _order(rules: AidRules) -> Callable[[Donor], tuple[object, ...]]:
    def key(donor: Donor) -> tuple[object, ...]:
        tie = donor.owner.sort_name if rules.tie_break == "name" else ""
        if rules.donor_order == "balance_desc":
            return (-donor.shareable_fen, tie, donor.bound_order)
        if rules.donor_order == "bind_last":
            return (-donor.bound_order,)
        if rules.donor_order == "user_order":
            return (donor.rank, tie, donor.bound_order)
        return (donor.bound_order,)

    return key


def shareable_fen(rules: AidRules, current_fen: int, carried_fen: int, family_fen: int = 0) -> int:
    """What a region lets be shared of an account: above the floor, of the right part; or what was
    set aside for relatives, which was above the floor then."""
    return (
        family_fen
        if rules.fund_source == "allotted"
        else sendable_fen(rules, current_fen, carried_fen)
    )


def sendable_fen(rules: AidRules, current_fen: int, carried_fen: int) -> int:
    """What may leave an account for a relative at all, set aside or sent: above the floor, of the
    right part."""
    above_floor = max(0, current_fen + carried_fen - rules.floor_fen)
    return min(above_floor, carried_fen) if rules.fund_source == "carried_over" else above_floor


def unfit_to_give(*, in_order: bool, employee: bool, has_account: bool) -> Reason | None:
    """What keeps a person from giving anything to anybody, or None.

    ``employee``: under the employee plan: only then may the account pay for others.
    """
    if not in_order:
        return reasons.DONOR_SUSPENDED
    if not employee:
        return reasons.DONOR_NOT_EMPLOYEE_PLAN
    return None if has_account else reasons.DONOR_NO_PERSONAL_ACCOUNT


def obstacle(donor: Donor, occasion: Occasion) -> Because | None:
    """Why a grant can't pay anything, or None. One reason, the first that applies."""
    owner = donor.owner
    state = state_on(donor, occasion.day)
    if why := why_not(donor, state, owner.name):
        return why
    if occasion.purpose not in donor.purposes:
        return Because(reasons.PURPOSE_NOT_AUTHORISED, {"name": owner.name})
    has_account = owner.current is not None or owner.carried is not None
    unfit = unfit_to_give(in_order=owner.in_order, employee=owner.employee, has_account=has_account)
    if unfit is not None:
        return Because(unfit, {"name": owner.name})
    because = _apart(donor, occasion) or _nothing_to_share(donor) or _used_up(donor)
    return because or _not_agreed_now(donor)


def _not_agreed_now(donor: Donor) -> Because | None:
    """Who was asked first of this bill and did not say yes to it."""
    if donor.answer is None or donor.answer.said == "yes":
        return None
    reason = reasons.DONOR_SAID_NO if donor.answer.said == "no" else reasons.DONOR_SILENT
    return Because(reason, {"name": donor.owner.name})


def _apart(donor: Donor, occasion: Occasion) -> Because | None:
    """As at binding: both must lie in the area of each one's region."""
    place = donor.owner.place
    for area in (donor.rules.area, occasion.area):
        if not occasion.in_area(area, place):
            zh, en = AREA_NAMES[area]
            figures = {"donor_place": place, "beneficiary_place": occasion.place}
            return Because(reasons.AREA_NOT_ALLOWED, {"area": zh, "area_en": en, **figures})
    return None


def _nothing_to_share(donor: Donor) -> Because | None:
    name = {"name": donor.owner.name}
    if donor.shareable_fen > 0:
        return None
    if donor.rules.fund_source == "allotted":
        return Because(reasons.NOTHING_ALLOTTED, name)
    if donor.owner.balance_fen == 0:
        return Because(reasons.DONOR_BALANCE_ZERO, name)
    if donor.rules.fund_source == "carried_over" and not _balance(donor.owner.carried):
        return Because(reasons.CURRENT_YEAR_NOT_SHAREABLE, name)
    floor = yuan_text(donor.rules.floor_fen)
    return Because(reasons.BELOW_FLOOR, {**name, "floor": floor})


def _used_up(donor: Donor) -> Because | None:
    return donor.offer.capped_by if donor.offer.amount_fen == 0 else None


def caps_of(donor: Donor) -> Iterator[Cap]:
    """Each cap that applies, the lower of region's and donor's."""
    regions = donor.rules.caps
    for period in PERIODS:
        region, own = regions.get(period), donor.caps.get(period)
        by_region = region is not None and (own is None or region <= own)
        cap = region if by_region else own
        if cap is not None:
            left = cap - donor.used.get(period, 0)
            yield Cap(reasons.CAPS[period], period.key, cap, left, by_region)
    if donor.rules.cap_share is not None:
        cap = share_down(donor.owner.balance_fen, donor.rules.cap_share)
        yield Cap(reasons.CAPS[USE], "aid.cap_share", cap, cap, True)


def _balance(purse: Purse | None) -> int:
    return purse.balance_fen if purse else 0
