"""Who a new tie is with. With whom one has a tie already to which both have agreed, one need not
type anew: what was typed then is in the registry, and stays there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.api.http.endpoint import ID_MAX
from app.domain.aid.rules.standing import is_over
from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.registry.relations import relation_back
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Refusal

ID = r"^[0-9]{1,19}$"


def binding_of(holder: str) -> int | None:
    """The binding by which a relative is named; ``me``: None, it is the caller."""
    return None if holder == "me" else min(int(holder), ID_MAX)


@dataclass(frozen=True, slots=True)
class Other:
    """Whom somebody asks for, and who that is to the one who asks."""

    name: str
    cert_type: str
    certno: str
    relation: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Who is at the other end of a tie; ``mine``: the relation was told by me, not by the other."""

    person_id: int
    relation: str
    mine: bool


async def other_of(people: People, form: Any, find: Callable[[], Awaitable[Tie]] | None) -> Other:
    """Whom a form names: by a tie, which ``find`` looks up, or else by name, number and relation.

    Raises:
        Refusal: INVALID_INPUT: nobody is named, somebody twice, or the tie does not say who the
            other is to me; NOT_FOUND: there is no such tie of mine to which both have agreed.
    """
    if find is None:
        if form.psn_name and form.psn_cert_type and form.certno and form.relation:
            return Other(form.psn_name, form.psn_cert_type, form.certno, form.relation)
        raise _unclear()
    if form.psn_name is not None or form.certno is not None:
        raise _unclear()
    tie = await find()
    other = await people.get(tie.person_id)
    known = tie.relation if tie.mine else relation_back(tie.relation, other.gend)
    said = form.relation or known
    if said is None:
        raise _unclear()
    return Other(people.name(other), other.psn_cert_type, people.certno(other), said)


async def by_binding(family: Family, me: int, binding_id: str) -> Tie:
    """A tie of the family account."""
    for one in await family.relatives(me):
        if (
            one.binding_id == int(binding_id)
            and one.state == "active"
            and one.person_id is not None
        ):
            return Tie(one.person_id, one.relation, one.direction == "out")
    raise Refusal(NOT_FOUND)


async def by_grant(aid: Aid, clock: Clock, me: int, grant_id: str) -> Tie:
    """A tie of mutual aid."""
    today = local_date(clock.now())
    for view in await aid.of_person(me):
        grant, other = view.grant, view.other
        if grant.id != int(grant_id) or other is None or not grant.agreed:
            continue
        if not is_over(grant.standing, today):
            return Tie(other.id, grant.relation, view.i_am_donor)
    raise Refusal(NOT_FOUND)


def _unclear() -> Refusal:
    return Refusal(
        INVALID_INPUT,
        detail="请以姓名、证件号码和关系，或以与对方已有的亲情账户、共济授权之一指明亲属",
        detail_en="name the relative by psn_name, certno and relation, or by the tie that there is",
    )
