"""Whether a grant may be made. Pure: facts and rules in, a refusal or nothing out.

SOURCES F3.1 to F3.4, F7.2. Each side brings its region's rules: the donor's limits what goes out
(who may be added, how many), the beneficiary's what comes in. Both must lie in each one's area, and
a chain needs everybody's region to allow it, so it is the same in whatever order people bind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.aid import errors
from app.domain.aid.rules.giving import unfit_to_give
from app.domain.registry.errors import (
    ALREADY_BOUND,
    BENEFICIARY_NOT_ENROLLED,
    MAX_IN,
    MAX_OUT,
    RELATION_CONFLICT,
    RELATION_NOT_ALLOWED,
)
from app.domain.registry.relations import (
    KINDS,
    contradicting_role,
    contradiction,
    in_english,
    unique_facts,
)
from app.kit.clock import age_on
from app.kit.reasons import Refusal
from app.regions.area import AREA_NAMES
from app.regions.rules import AidRules, Area
from app.regions.text.labels import GROUPS
from app.words import Insutype

NOBODY = 0
"""The id of no person: of whom it is not looked who it is."""


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a grant."""

    id: int
    masked_name: str
    gend: str
    brdy: date
    insutype: str
    place: str
    in_order: bool
    has_account: bool
    rules: AidRules
    """The region's."""


class Tie(Protocol):
    """A grant of somebody, as far as a new one asks."""

    @property
    def donor_id(self) -> int: ...
    @property
    def beneficiary_id(self) -> int | None: ...
    @property
    def agreed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ties:
    """What both sides are bound by already. What a donor has asked for counts for that donor from
    the start; for anybody else it counts once the beneficiary has agreed, so that nobody's place is
    taken by a mere claim."""

    given: int
    """How many the donor gives to, or has asked."""
    received: int
    """How many give to the beneficiary."""
    already: bool
    chain: Sequence[AidRules] = ()
    """The regions of those with whom the grant would make a chain: who gives to the donor, and to
    whom the beneficiary gives."""
    chain_above: Sequence[AidRules] = ()
    """The former of them."""
    known_roles: frozenset[tuple[int, str, int]] = frozenset()
    """What is known of fathers, mothers and spouses (``counts_for``)."""


def counts_for(grant: Tie, donor_id: int) -> bool:
    """Whether what a grant says of two people's relation counts when this donor asks for another:
    what both have agreed to, and what the donor has claimed."""
    return grant.agreed or grant.donor_id == donor_id


def ties_of(
    donor_id: int,
    beneficiary_id: int,
    grants: Iterable[Tie],
    rules_of: Callable[[int], AidRules],
    known_roles: frozenset[tuple[int, str, int]] = frozenset(),
) -> Ties:
    """What the two are bound by, out of all live grants of which either is a side.

    ``rules_of``: the rules of the region where a person is insured.
    """
    known = list(grants)
    pairs = [
        (grant.donor_id, grant.beneficiary_id)
        for grant in known
        if grant.agreed and grant.beneficiary_id is not None
    ]
    above = [rules_of(donor) for donor, beneficiary in pairs if beneficiary == donor_id]
    below = [rules_of(beneficiary) for donor, beneficiary in pairs if donor == beneficiary_id]
    return Ties(
        given=sum(grant.donor_id == donor_id for grant in known),
        received=sum(beneficiary == beneficiary_id for _, beneficiary in pairs),
        already=(donor_id, beneficiary_id) in pairs,
        chain=[*above, *below],
        chain_above=above,
        known_roles=known_roles,
    )


def check_own(donor: Party, relation: str, ties: Ties) -> None:
    """Refuses what a donor may not ask of anybody: all that can be said without a look at whom it
    is asked of. What depends on that person is said once that person has agreed.

    Raises:
        Refusal: any of the reasons for making a grant that lie with the donor.
    """
    _check_donor(donor)
    _check_group(donor, relation)
    said = unique_facts(relation, me=donor.id, other=NOBODY, my_gend=donor.gend)
    role = contradicting_role(said, set(ties.known_roles))
    if role is not None:
        raise Refusal(RELATION_CONFLICT, detail=f"已登记过一位{role}")
    if donor.rules.max_out is not None and ties.given >= donor.rules.max_out:
        raise Refusal(MAX_OUT, limit=donor.rules.max_out)
    if ties.chain_above and not all(rules.chain for rules in (donor.rules, *ties.chain_above)):
        raise Refusal(errors.CHAIN_FORBIDDEN)


def check_grant(
    donor: Party,
    beneficiary: Party,
    relation: str,
    ties: Ties,
    apart: Area | None,
    today: date,
) -> None:
    """Refuses a grant that two people may not have; the first reason that applies.

    ``apart``: an area that both should lie in and don't.

    Raises:
        Refusal: any of the reasons for making a grant in ``errors.py``.
    """
    _check_donor(donor)
    if not beneficiary.in_order:
        raise Refusal(BENEFICIARY_NOT_ENROLLED, name=beneficiary.masked_name)
    _check_group(donor, relation)
    _check_relation(donor, beneficiary, relation, ties, today)
    if apart is not None:
        area, area_en = AREA_NAMES[apart]
        raise Refusal(
            errors.AREA_NOT_ALLOWED,
            area=area,
            area_en=area_en,
            donor_place=donor.place,
            beneficiary_place=beneficiary.place,
        )
    if ties.already:
        raise Refusal(ALREADY_BOUND)
    if donor.rules.max_out is not None and ties.given >= donor.rules.max_out:
        raise Refusal(MAX_OUT, limit=donor.rules.max_out)
    if beneficiary.rules.max_in is not None and ties.received >= beneficiary.rules.max_in:
        raise Refusal(MAX_IN, limit=beneficiary.rules.max_in)
    if ties.chain and not all(
        rules.chain for rules in (donor.rules, beneficiary.rules, *ties.chain)
    ):
        raise Refusal(errors.CHAIN_FORBIDDEN)


def asks_relative(rules: AidRules) -> bool:
    """Whether a grant waits for the beneficiary's word: where both must agree, and where a register
    has to show the relation (SOURCES S45). The centre has no line to such a register, so there the
    relative says himself that it is true. ``rules``: the donor's region's."""
    return rules.consent == "both" or rules.proof == "registry"


def stands_at_once(rules: AidRules, brdy: date, consent_age: int, today: date) -> bool:
    """Whether a new grant needs nobody's word but the donor's.

    It doesn't of a beneficiary below the age of consent either: a child can't give it, and what the
    donor has declared and pays for is the child's own care.
    """
    return not asks_relative(rules) or age_on(brdy, today) < consent_age


def _check_donor(donor: Party) -> None:
    unfit = unfit_to_give(
        in_order=donor.in_order,
        employee=donor.insutype == Insutype.EMPLOYEE,
        has_account=donor.has_account,
    )
    if unfit is not None:
        raise Refusal(unfit, name=donor.masked_name)


def _check_group(donor: Party, relation: str) -> None:
    kind, rules = KINDS[relation], donor.rules
    if kind.group not in rules.relations:
        allowed = "、".join(GROUPS[group] for group in rules.relations)
        raise Refusal(
            RELATION_NOT_ALLOWED,
            relation=kind.zh,
            allowed=allowed,
            relation_en=in_english([relation]),
            allowed_en=in_english(rules.relations),
        )


def _check_relation(
    donor: Party, beneficiary: Party, relation: str, ties: Ties, today: date
) -> None:
    said = unique_facts(relation, me=donor.id, other=beneficiary.id, my_gend=donor.gend)
    role = contradicting_role(said, set(ties.known_roles))
    if role is not None:
        raise Refusal(RELATION_CONFLICT, detail=f"已登记过一位{role}")
    detail = contradiction(
        relation,
        my_brdy=donor.brdy,
        my_gend=donor.gend,
        other_brdy=beneficiary.brdy,
        other_gend=beneficiary.gend,
        today=today,
    )
    if detail:
        raise Refusal(RELATION_CONFLICT, detail=detail)
