"""Social-security cards at the counter's door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.api.counter.common import SERVED, ActView, PaperForm, act_view, clerk_of
from app.api.http.endpoint import Call, Endpoint, Nothing, Resource
from app.domain.card.errors import CARD_NOT_VALID
from app.domain.counter.cards import CardsDesk
from app.domain.counter.desk import Desk
from app.domain.registry.service import People
from app.kit.reasons import NOT_FOUND


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    cards_desk: CardsDesk
    desk: Desk
    people: People


async def lost(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.cards_desk.lost(
        clerk_of(call), call.path_id(), call.path_id("card"), call.body.paper()
    )
    return await _act(call, done)


async def found(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.cards_desk.found(
        clerk_of(call), call.path_id(), call.path_id("card"), call.body.paper()
    )
    return await _act(call, done)


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


_REASONS = (*SERVED, NOT_FOUND, CARD_NOT_VALID)
_ONE = "/persons/{id}/cards/{card}"
ENDPOINTS = [
    Endpoint("POST", f"{_ONE}/lost", lost, "社保卡挂失", "clerk", ActView, body=PaperForm,
             reasons=_REASONS),
    Endpoint("POST", f"{_ONE}/found", found, "社保卡解除挂失", "clerk", ActView, body=PaperForm,
             reasons=_REASONS),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
