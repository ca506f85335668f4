"""亲情账户 at the counter's door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.api.counter.common import (
    OTHER,
    SERVED,
    ActView,
    DocumentForm,
    PaperForm,
    act_view,
    clerk_of,
)
from app.api.http.endpoint import Call, Endpoint, Nothing, Resource
from app.api.phone.family import FamilyProofForm
from app.domain.counter.desk import Desk
from app.domain.counter.relatives import RelativesDesk
from app.domain.family import errors
from app.domain.family.service import BindRequest
from app.domain.registry import errors as registry
from app.domain.registry.relations import Relation
from app.domain.registry.service import People
from app.kit.reasons import NOT_FOUND


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    relatives_desk: RelativesDesk
    desk: Desk
    people: People


class BindForm(DocumentForm, PaperForm):
    """A relative to add. ``relation``: who the relative is to the person; ``agreed``: the relative
    is here, or has signed. Of a minor: the guardian's document; the commitment is the form."""

    relation: Relation
    agreed: bool = Field(default=False, strict=True)
    proof: FamilyProofForm | None = None

    def request(self) -> BindRequest:
        proof = (self.proof.kind, self.proof.reference) if self.proof else None
        return BindRequest(
            self.psn_name, self.psn_cert_type, self.certno, self.relation, self.form_no, proof
        )


async def bind(call: Call[Needs, BindForm, Nothing]) -> ActView:
    form = call.body
    done = await call.services.relatives_desk.bind(
        clerk_of(call), call.path_id(), form.request(), form.paper(), agreed=form.agreed
    )
    return await _act(call, done)


async def confirm(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.relatives_desk.confirm(
        clerk_of(call), call.path_id(), call.path_id("binding"), call.body.paper()
    )
    return await _act(call, done)


async def end(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.relatives_desk.end(
        clerk_of(call), call.path_id(), call.path_id("binding"), call.body.paper()
    )
    return await _act(call, done)


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


_CONFIRM = (
    NOT_FOUND, errors.HOLDER_MUST_CONFIRM, errors.BINDING_ENDED, registry.MAX_IN,
    registry.RELATION_CONFLICT, registry.GUARDIAN_REQUIRED, errors.MONTHLY_BIND_QUOTA,
)  # fmt: skip
ENDPOINTS = [
    Endpoint("POST", "/persons/{id}/relatives", bind, "绑定亲情成员", "clerk", ActView,
             body=BindForm, status=201,
             reasons=(*OTHER, *_CONFIRM, registry.RELATION_NOT_ALLOWED, registry.MAX_OUT,
                      registry.ALREADY_BOUND, errors.BIND_SELF, errors.COMMITMENT_MISSING,
                      errors.RELATION_UNPROVEN)),
    Endpoint("POST", "/persons/{id}/relatives/{binding}/confirm", confirm, "本人同意被绑定",
             "clerk", ActView, body=PaperForm, reasons=(*SERVED, *_CONFIRM)),
    Endpoint("POST", "/persons/{id}/relatives/{binding}/end", end, "解除或谢绝绑定", "clerk",
             ActView, body=PaperForm, reasons=(*SERVED, NOT_FOUND)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
