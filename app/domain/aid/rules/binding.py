"""Whether a grant may be made. Pure: facts and rules in, a refusal or nothing out.

SOURCES F3.1 to F3.4. The donor's region decides who may be added and how many;
both sides must lie in its area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.aid import errors
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
from app.kit.reasons import Refusal
from app.regions.rules import AidRules
from app.regions.text.labels import GROUPS
from app.words import Insutype


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


@dataclass(frozen=True, slots=True)
class Ties:
    """What both sides are bound by already."""

    donor_relations: Sequence[str]
    donor_is_beneficiary: bool
    beneficiary_donors: int
    beneficiary_is_donor: bool
    already: bool
    known_roles: frozenset[tuple[int, str, int]] = frozenset()
    """What the live grants of both say of fathers, mothers and spouses."""


def check_grant(
    donor: Party,
    beneficiary: Party,
    relation: str,
    ties: Ties,
    rules: AidRules,
    same_area: bool,
    area_names: tuple[str, str],
    today: date,
) -> None:
    """Refuses a grant that may not be made; the first reason that applies.

    Raises:
        Refusal: any of the reasons for making a grant in ``errors.py``.
    """
    _check_people(donor, beneficiary)
    _check_relation(donor, beneficiary, relation, ties, rules, today)
    if not same_area:
        raise Refusal(
            errors.AREA_NOT_ALLOWED,
            area=area_names[0],
            area_en=area_names[1],
            donor_place=donor.place,
            beneficiary_place=beneficiary.place,
        )
    if ties.already:
        raise Refusal(ALREADY_BOUND)
    if rules.max_out is not None and len(ties.donor_relations) >= rules.max_out:
        raise Refusal(MAX_OUT, limit=rules.max_out)
    if rules.max_in is not None and ties.beneficiary_donors >= rules.max_in:
        raise Refusal(MAX_IN, limit=rules.max_in)
    if not rules.chain and (ties.donor_is_beneficiary or ties.beneficiary_is_donor):
        raise Refusal(errors.CHAIN_FORBIDDEN)


def _check_people(donor: Party, beneficiary: Party) -> None:
    if donor.insutype != Insutype.EMPLOYEE:
        raise Refusal(errors.DONOR_NOT_EMPLOYEE_PLAN, name=donor.masked_name)
    if not donor.in_order:
        raise Refusal(errors.DONOR_SUSPENDED, name=donor.masked_name)
    if not donor.has_account:
        raise Refusal(errors.DONOR_NO_PERSONAL_ACCOUNT, name=donor.masked_name)
    if not beneficiary.in_order:
        raise Refusal(BENEFICIARY_NOT_ENROLLED, name=beneficiary.masked_name)


def _check_relation(
    donor: Party, beneficiary: Party, relation: str, ties: Ties, rules: AidRules, today: date
) -> None:
    kind = KINDS[relation]
    if kind.group not in rules.relations:
        allowed = "、".join(GROUPS[group] for group in rules.relations)
        raise Refusal(
            RELATION_NOT_ALLOWED,
            relation=kind.zh,
            allowed=allowed,
            relation_en=in_english([relation]),
            allowed_en=in_english(rules.relations),
        )
    if donor.id == beneficiary.id:
        raise Refusal(RELATION_CONFLICT, detail="不能与本人共济")
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
