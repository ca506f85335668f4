"""家庭共济 at the counter's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

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
from app.api.phone.aid import Fen
from app.domain.aid import errors
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.limits import Limits
from app.domain.aid.rules.order import Move
from app.domain.aid.service import Aid
from app.domain.counter.desk import Desk
from app.domain.counter.grants import GrantsDesk, GrantWish
from app.domain.counter.values import Clerk
from app.domain.registry import errors as registry
from app.domain.registry.relations import Relation
from app.domain.registry.service import People
from app.kit.reasons import NOT_FOUND, Refusal
from app.regions.periods import COLUMNS, caps_of, with_caps


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    grants_desk: GrantsDesk
    aid: Aid
    desk: Desk
    people: People


@with_caps(Fen | None, None)
class CounterLimitsForm(PaperForm):
    """The donor's own limits, in fen; null: none. Left out in a change: as it stands."""

    purposes: list[Literal["medical", "premium"]] | None = Field(default=None, max_length=4)
    rank: int | None = Field(default=None, ge=0, le=1000, strict=True)
    ends_on: date | None = None


class CounterGrantForm(DocumentForm, CounterLimitsForm):
    """Whom the person lets use the account: ``relation`` says who that is to the person;
    ``agreed``: the relative is here, or has signed; ``once``: for one bill or premium."""

    relation: Relation
    starts_on: date | None = None
    once: bool = Field(default=False, strict=True)
    agreed: bool = Field(default=False, strict=True)


class CounterPauseForm(PaperForm):
    """The day on which the grant goes on by itself."""

    until: date


class CounterOrderForm(PaperForm):
    """Where a grant goes among all of the beneficiary's: 置顶、上移、下移、置底."""

    to: Move


async def grant(call: Call[Needs, CounterGrantForm, Nothing]) -> ActView:
    form = call.body
    wish = GrantWish(
        form.psn_name,
        form.psn_cert_type,
        form.certno,
        form.relation,
        _limits(form, None),
        form.starts_on,
        form.ends_on,
        form.once,
    )
    done = await call.services.grants_desk.grant(
        clerk_of(call), call.path_id(), wish, form.paper(), agreed=form.agreed
    )
    return await _act(call, done)


async def confirm(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.grants_desk.confirm(*_where(call), call.body.paper())
    return await _act(call, done)


async def change(call: Call[Needs, CounterLimitsForm, Nothing]) -> ActView:
    form, (clerk, person_id, grant_id) = call.body, _where(call)
    await call.services.desk.served(clerk, person_id, "counter grant_change")
    views = await call.services.aid.of_person(person_id)
    before = next((view.grant for view in views if view.grant.id == grant_id), None)
    if before is None:
        raise Refusal(NOT_FOUND)
    ends_on = form.ends_on if "ends_on" in form.model_fields_set else before.ends_on
    done = await call.services.grants_desk.change(
        clerk, person_id, grant_id, ends_on, _limits(form, before), form.paper()
    )
    return await _act(call, done)


async def freeze(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.grants_desk.freeze(*_where(call), call.body.paper(), frozen=True)
    return await _act(call, done)


async def unfreeze(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.grants_desk.freeze(*_where(call), call.body.paper(), frozen=False)
    return await _act(call, done)


async def pause(call: Call[Needs, CounterPauseForm, Nothing]) -> ActView:
    form = call.body
    done = await call.services.grants_desk.pause(*_where(call), form.until, form.paper())
    return await _act(call, done)


async def order(call: Call[Needs, CounterOrderForm, Nothing]) -> ActView:
    form = call.body
    done = await call.services.grants_desk.order(*_where(call), form.to, form.paper())
    return await _act(call, done)


async def end(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.grants_desk.end(*_where(call), call.body.paper())
    return await _act(call, done)


def _where(call: Call[Needs, Any, Any]) -> tuple[Clerk, int, int]:
    return clerk_of(call), call.path_id(), call.path_id("grant")


def _limits(form: CounterLimitsForm, before: AidGrant | None) -> Limits:
    def said(name: str) -> Any:
        return getattr(form if before is None or name in form.model_fields_set else before, name)

    purposes = said("purposes")
    return Limits(
        caps=caps_of(said(column) for column in COLUMNS),
        purposes=None if purposes is None else tuple(dict.fromkeys(purposes)),
        rank=form.rank,
    )


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


_MINE = (*SERVED, NOT_FOUND, errors.EXPIRED, errors.ONLY_DONOR_MAY)
_LIMITS = (
    errors.PERIOD_INVALID, errors.LAST_DAY_NEEDED, errors.LAST_DAY_FORBIDDEN,
    errors.PURPOSE_NOT_OFFERED, errors.PURPOSE_NOT_YOURS_TO_CHOOSE, errors.ORDER_FIXED,
    errors.ONLY_BENEFICIARY_MAY,
)  # fmt: skip
_AGREE = (
    registry.BENEFICIARY_NOT_ENROLLED, errors.DONOR_NOT_EMPLOYEE_PLAN,
    errors.DONOR_NO_PERSONAL_ACCOUNT, errors.DONOR_SUSPENDED, registry.RELATION_NOT_ALLOWED,
    registry.RELATION_CONFLICT, errors.AREA_NOT_ALLOWED, registry.MAX_OUT, registry.MAX_IN,
    errors.CHAIN_FORBIDDEN,
)  # fmt: skip
_ONE = "/persons/{id}/grants/{grant}"
ENDPOINTS = [
    Endpoint("POST", "/persons/{id}/grants", grant, "开通家庭共济", "clerk", ActView,
             body=CounterGrantForm, status=201,
             reasons=(*OTHER, *_AGREE, *_LIMITS, NOT_FOUND, registry.ALREADY_BOUND,
                      errors.COOLDOWN)),
    Endpoint("POST", f"{_ONE}/confirm", confirm, "被共济人同意", "clerk", ActView, body=PaperForm,
             reasons=(*SERVED, *_AGREE, NOT_FOUND, errors.EXPIRED, errors.ONLY_BENEFICIARY_MAY)),
    Endpoint("POST", f"{_ONE}/limits", change, "修改限额与期限", "clerk", ActView,
             body=CounterLimitsForm, reasons=(*_MINE, *_LIMITS)),
    Endpoint("POST", f"{_ONE}/freeze", freeze, "立即冻结", "clerk", ActView, body=PaperForm,
             reasons=_MINE),
    Endpoint("POST", f"{_ONE}/unfreeze", unfreeze, "解冻", "clerk", ActView, body=PaperForm,
             reasons=_MINE),
    Endpoint("POST", f"{_ONE}/pause", pause, "暂停到某天，当天自动恢复", "clerk", ActView,
             body=CounterPauseForm, reasons=(*_MINE, errors.PERIOD_INVALID)),
    Endpoint("POST", f"{_ONE}/order", order, "置顶、上移、下移、置底", "clerk", ActView,
             body=CounterOrderForm,
             reasons=(*_MINE, errors.CONSENT_PENDING, errors.ONLY_BENEFICIARY_MAY,
                      errors.ORDER_FIXED)),
    Endpoint("POST", f"{_ONE}/end", end, "解除、谢绝或收回", "clerk", ActView, body=PaperForm,
             reasons=(*SERVED, NOT_FOUND, errors.ONLY_DONOR_MAY, errors.COOLDOWN)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
