"""What becomes of what, and closing the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.leaving.errors import MONEY_WAITS
from app.domain.leaving.service import Leaving


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    leaving: Leaving


class EndsView(View):
    """What would become of what: how many grants I give (``given``) and have (``received``) and
    bindings (``shows``: I show their code, ``shown``: they show mine) end; ``frozen``: my grants
    that can't be ended yet and pay nothing from then on; ``stay``: grants to me that I
    may not end, or not yet. ``waits_fen``, ``premiums``: money on its way, for which one waits."""

    given: int
    received: int
    frozen: int
    stay: int
    shows: int
    shown: int
    waits_fen: int
    premiums: bool


class LeaveForm(Form):
    """The yes to what can't be undone."""

    agreed: Literal[True]


async def ends(call: Call[Needs, Nothing, Nothing]) -> EndsView:
    """GET /leaving"""
    found = await call.services.leaving.ends(call.person_id)
    return EndsView(
        given=found.given,
        received=found.received,
        frozen=found.frozen,
        stay=found.stay,
        shows=found.shows,
        shown=found.shown,
        waits_fen=found.waits_fen,
        premiums=found.premiums,
    )


async def leave(call: Call[Needs, LeaveForm, Nothing]) -> None:
    """POST /leaving"""
    await call.services.leaving.leave(call.login_id, call.person_id)


ENDPOINTS = [
    Endpoint("GET", "/leaving", ends, "注销后各项会怎样", "person", EndsView),
    Endpoint(
        "POST",
        "/leaving",
        leave,
        "注销：立即生效，不能撤回",
        "person",
        None,
        body=LeaveForm,
        reasons=(MONEY_WAITS,),
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
