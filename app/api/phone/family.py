"""The phones' calls of the family account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.ties.named import ID, by_grant, other_of
from app.api.phone.views import Paying, PayingView, Why, paying, why_of
from app.domain.aid.errors import NO_AID_GRANT, ONLY_FAMILY_ACCOUNT
from app.domain.aid.service import Aid
from app.domain.family import errors
from app.domain.family.relatives import Relative
from app.domain.family.service import BindRequest, Family
from app.domain.registry import errors as registry_errors
from app.domain.registry.relations import Relation, other_is
from app.domain.registry.service import People
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND, Because, Language
from app.kit.words.text import PlainText, WrittenText
from app.outside.errors import IDENTITY_AWAY

COMMITMENT_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    family: Family
    aid: Aid
    settlements: Settlements
    people: People
    clock: Clock


class FamilyProofForm(Form):
    """A document that proves the relation; of its number only a keyed digest is kept."""

    kind: Literal["household_register", "birth_certificate", "notarised"]
    reference: PlainText = Field(min_length=1, max_length=200)


class FamilyForm(Form):
    """A relative to add. ``relation``: who the relative is to me. With ``grant_id``, a grant
    between us to which the beneficiary has agreed and that is not over, name and number are left
    out, and so is the relation where the grant says it."""

    grant_id: str | None = Field(default=None, pattern=ID)
    psn_name: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    psn_cert_type: str | None = Field(default=None, pattern=r"^[0-9]{2,6}$")
    certno: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    relation: Relation | None = None
    commitment: str | None = Field(default=None, min_length=1, max_length=COMMITMENT_MAX)
    proof: FamilyProofForm | None = None


class RelativeView(View):
    """One binding. ``relation`` is the holder's to the one who shows, ``relation_zh`` what the
    other is to me, ``other_is`` the same in the language asked for. While I wait for the other's
    yes I am told what I have said: no ``person_id``, the name as I gave it."""

    id: str
    direction: Literal["out", "in"]
    person_id: str | None
    name: str
    relation: str
    relation_zh: str
    other_is: str
    state: str
    since: str
    expires_at: str | None
    can_show: bool
    why_not: Why | None
    to_confirm: bool
    i_pay: PayingView
    pays_me: PayingView


class FamilyView(View):
    """Both directions: whose code I may show, and who may show mine."""

    i_may_show: list[RelativeView]
    may_show_me: list[RelativeView]
    server_time: str


async def _paying(call: Call[Needs, Any, Any]) -> Paying:
    services = call.services
    return await paying(services.aid, services.settlements, services.people, call.person_id)


def _paying_view(
    known: Paying, other_id: int | None, name: str, i_pay: bool, language: Language
) -> PayingView:
    """Whether I pay for the other, or the other for me."""
    if other_id is not None and (other_id, i_pay) in known:
        why = known[other_id, i_pay]
    else:
        reason = ONLY_FAMILY_ACCOUNT if i_pay else NO_AID_GRANT
        me = "本人" if language == "zh" else "you"
        why = Because(reason, {"name": name if i_pay else me})
    return PayingView(can_pay=why is None, how=why_of(why, language))


def relative_view(relative: Relative, language: Language, pays: Paying) -> RelativeView:
    """What a phone sees of a binding."""
    other, name = relative.person_id, relative.masked_name
    return RelativeView(
        id=str(relative.binding_id),
        direction=relative.direction,
        person_id=None if relative.person_id is None else str(relative.person_id),
        name=relative.masked_name,
        relation=relative.relation,
        relation_zh=relative.relation_zh,
        other_is=other_is(
            relative.relation, relative.direction == "out", relative.other_gend, language
        ),
        state=relative.state,
        since=iso(relative.since),
        expires_at=iso(relative.expires_at) if relative.expires_at else None,
        can_show=relative.why_not is None,
        why_not=why_of(relative.why_not, language),
        to_confirm=relative.to_confirm,
        i_pay=_paying_view(pays, other, name, True, language),
        pays_me=_paying_view(pays, other, name, False, language),
    )


async def family(call: Call[Needs, Nothing, Nothing]) -> FamilyView:
    """GET /family"""
    relatives = await call.services.family.relatives(call.person_id)
    pays = await _paying(call)
    views = [relative_view(relative, call.language, pays) for relative in relatives]
    return FamilyView(
        i_may_show=[view for view in views if view.direction == "out"],
        may_show_me=[view for view in views if view.direction == "in"],
        server_time=iso(call.services.clock.now()),
    )


async def bind(call: Call[Needs, FamilyForm, Nothing]) -> RelativeView:
    """POST /family"""
    body, services = call.body, call.services
    grant = body.grant_id and partial(
        by_grant, services.aid, services.clock, call.person_id, body.grant_id
    )
    other = await other_of(services.people, body, grant or None)
    request = BindRequest(
        name=other.name,
        cert_type=other.cert_type,
        certno=other.certno,
        relation=other.relation,
        commitment=body.commitment,
        proof=(body.proof.kind, body.proof.reference) if body.proof else None,
    )
    relative = await call.services.family.bind(call.person_id, request)
    return relative_view(relative, call.language, await _paying(call))


async def confirm(call: Call[Needs, Nothing, Nothing]) -> RelativeView:
    """POST /family/{id}/confirm"""
    relative = await call.services.family.confirm(call.person_id, call.path_id())
    return relative_view(relative, call.language, await _paying(call))


async def end(call: Call[Needs, Nothing, Nothing]) -> None:
    """DELETE /family/{id}"""
    await call.services.family.end(call.person_id, call.path_id())


ENDPOINTS = [
    Endpoint(
        "GET", "/family", family, "Whose code I may show, and who may show mine", "person",
        FamilyView,
    ),
    Endpoint(
        "POST", "/family", bind, "Add a relative to the family account", "person", RelativeView,
        body=FamilyForm, status=201,
        reasons=(
            registry_errors.PERSON_UNKNOWN, registry_errors.RELATION_NOT_ALLOWED,
            registry_errors.RELATION_CONFLICT, registry_errors.MAX_OUT, registry_errors.MAX_IN,
            registry_errors.ALREADY_BOUND, registry_errors.GUARDIAN_REQUIRED, errors.BIND_SELF,
            errors.COMMITMENT_MISSING, errors.RELATION_UNPROVEN, errors.NOT_GUARDIAN,
            errors.MONTHLY_BIND_QUOTA, IDENTITY_AWAY, NOT_FOUND,
        ),
    ),
    Endpoint(
        "POST", "/family/{id}/confirm", confirm, "Agree that a relative may show my code",
        "person", RelativeView,
        reasons=(
            NOT_FOUND, errors.HOLDER_MUST_CONFIRM, errors.BINDING_ENDED, registry_errors.MAX_IN,
            registry_errors.RELATION_CONFLICT, registry_errors.GUARDIAN_REQUIRED,
            errors.MONTHLY_BIND_QUOTA,
        ),
    ),
    Endpoint(
        "DELETE", "/family/{id}", end, "End a binding or decline a request", "person", None,
        reasons=(NOT_FOUND,),
    ),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
