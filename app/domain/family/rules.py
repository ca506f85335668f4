"""Pure rules of the family account: who may be bound, how many, and whose code may be shown."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Literal

from app.domain.family.errors import (
    BINDING_ENDED,
    BINDING_PENDING,
    COMMITMENT_MISSING,
    CONSENT_MISSING,
    MONTHLY_BIND_QUOTA,
    RELATION_UNPROVEN,
)
from app.domain.registry.errors import (
    ALREADY_BOUND,
    GUARDIAN_REQUIRED,
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
from app.kit.clock import age_on, local
from app.kit.reasons import Because, Reason
from app.regions.rules import FamilyRules

if TYPE_CHECKING:
    from app.domain.registry.models import Person

PENDING_DAYS = 7
"""So long a request waits for the relative; then it counts as ended."""
GUARDIAN_AGE = 18
"""Who signs for a minor is of full age."""

BY_COMMITMENT = "commitment"
BY_HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Bond:
    """A binding that has not been ended, and the shower's sex."""

    id: int
    shower_id: int
    holder_id: int | None
    relation: str
    state: Literal["pending", "active"]
    shower_gend: str
    declined_at: datetime | None = None
    asked: Sequence[bytes] = ()
    """Keyed indexes of the holder's number: of one that is kept its own, of a new one what it may
    lie under."""


def _same_number(left: Bond, right: Bond) -> bool:
    found = False
    for one, other in product(left.asked, right.asked):
        found |= hmac.compare_digest(one, other)
    return found


def lapsed_before(now: datetime) -> datetime:
    """A pending request made before this moment has lapsed."""
    return now - timedelta(days=PENDING_DAYS)


def month_begins(now: datetime) -> datetime:
    """The first moment of the calendar month in China."""
    return local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def group_problem(rules: FamilyRules, relation: str) -> Because | None:
    """Why nobody can be added as this relative here, or None."""
    kind = KINDS[relation]
    if kind.group not in rules.relations:
        allowed = "、".join(other.zh for other in KINDS.values() if other.group in rules.relations)
        return Because(
            RELATION_NOT_ALLOWED,
            {
                "relation": kind.zh,
                "allowed": allowed,
                "relation_en": in_english([relation]),
                "allowed_en": in_english(rules.relations),
            },
        )
    return None


def relation_problem(relation: str, shower: Person, holder: Person, today: date) -> Because | None:
    """Why the holder can't be this relative of the shower, or None."""
    detail = contradiction(
        relation,
        my_brdy=shower.brdy,
        my_gend=shower.gend,
        other_brdy=holder.brdy,
        other_gend=holder.gend,
        today=today,
    )
    return Because(RELATION_CONFLICT, {"detail": detail}) if detail else None


def consent_problem(
    rules: FamilyRules, shower: Person, *, commitment: bool, proof: bool, today: date
) -> Because | None:
    """What is missing to bind a relative below the age of consent, or None."""
    age = {"age": str(rules.consent_age)}
    if age_on(shower.brdy, today) < GUARDIAN_AGE:
        return Because(GUARDIAN_REQUIRED, age)
    if not commitment:
        return Because(COMMITMENT_MISSING, age)
    return None if proof else Because(RELATION_UNPROVEN, age)


def bond_problem(showers: FamilyRules, bonds: Sequence[Bond], new: Bond) -> Because | None:
    """Why somebody can't ask for a new bond, whoever it is asked of, or None: by what that person
    is bound to or has asked for.

    What the shower has asked for counts for the shower from the start; for the relative it counts
    once it is active, so that nobody's place can be taken by mere requests.
    """
    out = [bond for bond in bonds if bond.shower_id == new.shower_id]
    if any(_same_number(bond, new) for bond in out):
        return Because(ALREADY_BOUND)
    if len(out) >= showers.max_out:
        return _limit(MAX_OUT, showers.max_out)
    known = set[tuple[int, str, int]]()
    for bond in out:
        known |= _facts(bond)
    if role := contradicting_role(_facts(new), known):
        return Because(RELATION_CONFLICT, {"detail": f"已登记另一位{role}"})
    return None


def begun(bonds: Sequence[Bond], new: Bond) -> Bond | None:
    """The very tie that is to be active at once, if it is already: where ties and people are kept
    apart, a call that broke off in between has made the one and not opened the other's code."""
    return next(
        (
            bond
            for bond in bonds
            if new.state == bond.state == "active"
            and (bond.shower_id, bond.holder_id, bond.relation)
            == (new.shower_id, new.holder_id, new.relation)
        ),
        None,
    )


def activation_problem(
    holders: FamilyRules, bonds: Sequence[Bond], new: Bond, *, made_this_month: int
) -> Because | None:
    """Why a bond can't become active beside the others, or None. ``holders``: the rules where the
    relative is insured."""
    others = [bond for bond in bonds if bond.id != new.id]
    coming_in = [
        bond for bond in others if bond.holder_id == new.holder_id and bond.state == "active"
    ]
    if len(coming_in) >= holders.max_in:
        return _limit(MAX_IN, holders.max_in)
    known = set[tuple[int, str, int]]()
    for bond in others:
        if bond.state == "active" or bond.shower_id == new.shower_id:
            known |= _facts(bond)
    if role := contradicting_role(_facts(new), known):
        return Because(RELATION_CONFLICT, {"detail": f"已登记另一位{role}"})
    if made_this_month >= holders.binds_per_month:
        return _limit(MONTHLY_BIND_QUOTA, holders.binds_per_month)
    return None


def showing_problem(
    *,
    state: str,
    consent: str,
    created_at: datetime,
    now: datetime,
    holder_age: int,
    consent_age: int,
) -> Because | None:
    """Why the code can't be shown under a binding, or None."""
    if state == "ended" or (state == "pending" and created_at < lapsed_before(now)):
        return Because(BINDING_ENDED)
    if state == "pending":
        return Because(BINDING_PENDING)
    if consent == BY_COMMITMENT and holder_age >= consent_age:
        return Because(CONSENT_MISSING, {"age": str(consent_age)})
    return None


def _facts(bond: Bond) -> set[tuple[int, str, int]]:
    other = -bond.id if bond.holder_id is None else bond.holder_id
    return unique_facts(bond.relation, me=bond.shower_id, other=other, my_gend=bond.shower_gend)


def _limit(reason: Reason, limit: int) -> Because:
    return Because(reason, {"limit": str(limit)})
