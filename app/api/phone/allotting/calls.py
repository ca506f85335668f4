"""划拨: how much is set aside for relatives, and setting more aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.views import Why, whys
from app.domain.aid import errors
from app.domain.aid.allotting import Allotted, Allotting
from app.domain.registry.service import People


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    allotting: Allotting
    people: People


class AllotForm(Form):
    """How much."""

    amount_fen: Annotated[int, Field(ge=1, le=10**12, strict=True)]


class AllottedView(View):
    """What is set aside for relatives. ``offered``: whether the region has it; ``most_fen``: what
    may be set aside now, above ``floor_fen``, which stays; ``cannot``: why nothing now."""

    offered: bool
    held_fen: int
    most_fen: int
    floor_fen: int
    cannot: Why | None


async def standing(call: Call[Needs, Nothing, Nothing]) -> View:
    """GET /allotted"""
    return await _view(call, await call.services.allotting.standing(call.person_id))


async def allot(call: Call[Needs, AllotForm, Nothing]) -> View:
    """POST /allotted"""
    done = await call.services.allotting.allot(call.person_id, call.body.amount_fen)
    return await _view(call, done)


async def _view(call: Call[Needs, Any, Any], found: Allotted) -> AllottedView:
    why = (
        found.cannot
        and (await whys(call.services.people, [found.cannot], call.language, call.person_id))[0]
    )
    return AllottedView(
        offered=found.offered,
        held_fen=found.held_fen,
        most_fen=found.most_fen,
        floor_fen=found.floor_fen,
        cannot=why,
    )


ENDPOINTS = [
    Endpoint("GET", "/allotted", standing, "家庭共济账户：已划拨多少、最高可划拨多少", "person",
             AllottedView),
    Endpoint("POST", "/allotted", allot, "划入家庭共济账户，供亲属使用", "person", AllottedView,
             body=AllotForm, status=201,
             reasons=(errors.NO_ALLOTTING, errors.ALLOTTED_THIS_MONTH, errors.ALLOTTED_TOO_MUCH,
                      errors.DONOR_SUSPENDED, errors.DONOR_NOT_EMPLOYEE_PLAN,
                      errors.DONOR_NO_PERSONAL_ACCOUNT)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
