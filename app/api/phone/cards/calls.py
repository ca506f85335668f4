"""The own social-security cards at the phones' door: seen, and stopped at once when one is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.domain.card.errors import CARD_NOT_VALID
from app.domain.card.service import Card, Cards
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND
from app.words import CARD_STATES, CardWord


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    cards: Cards


class CardView(View):
    """One card; of its number only the ends. ``can_report``: whether it may be reported lost; found
    again it is said at the counter only."""

    id: str
    number: str
    state: Literal["valid", "lost", "replaced", "cancelled"]
    state_name: str
    since: str
    can_report: bool


async def cards(call: Call[Needs, Any, Any]) -> list[View]:
    """GET /cards"""
    found = await call.services.cards.of_person(call.person_id)
    return [_view(call, card) for card in found]


async def lost(call: Call[Needs, Nothing, Nothing]) -> CardView:
    """POST /cards/{id}/lost: pays nothing from now on."""
    me = call.person_id
    card = await call.services.cards.report_lost(me, call.path_id(), CardWord.PHONE, me)
    return _view(call, card)


def _view(call: Call[Needs, Any, Any], card: Card) -> CardView:
    return CardView(
        id=str(card.id),
        number=card.masked_number,
        state=card.state.value,
        state_name=CARD_STATES[card.state].name(call.language),
        since=iso(card.state_at),
        can_report=card.state == "valid",
    )


ENDPOINTS = [
    Endpoint("GET", "/cards", cards, "我的社保卡", "person", CardView, many=True),
    Endpoint("POST", "/cards/{id}/lost", lost, "社保卡挂失，立即生效", "person", CardView,
             reasons=(NOT_FOUND, CARD_NOT_VALID)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
