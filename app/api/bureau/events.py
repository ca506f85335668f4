"""Life events at the bureaus' door: a machine that signs, not somebody who has signed in.

It stands beside the operators' door, not in it: a session of staff must not be able to end a
family's ties, nor a bureau's key to open a story.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.events.reading import read
from app.domain.events.service import Came, Events, Outcome
from app.domain.registry.imports.lines import Bad
from app.kit.clock import Clock

MANY = 500


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    events: Events
    clock: Clock


class EventForm(Form):
    """One event, as a line of the file ``events``; what a kind needs besides is in ``details``."""

    event_id: str = Field(max_length=64)
    psn_no: str = Field(max_length=30)
    kind: str = Field(max_length=20)
    at: str = Field(max_length=40)
    details: dict[str, str] = Field(default_factory=dict, max_length=10)


class EventsForm(Form):
    """What has happened, each event by itself: one that is refused keeps no other out."""

    events: list[EventForm] = Field(min_length=1, max_length=MANY)


class OutcomeView(View):
    """What became of an event; ``known``: it came in before; of one that is ``refused`` the column
    that is wrong, and why."""

    event_id: str
    came: Literal["done", "known", "refused"]
    column: str
    reason: str


async def take(call: Call[Needs, EventsForm, Nothing]) -> list[View]:
    return [_view(await _taken(call, one)) for one in call.body.events]


async def _taken(call: Call[Needs, Any, Any], one: EventForm) -> Outcome:
    assert call.bureau is not None
    now = call.services.clock.now()
    try:
        written = read(one.event_id, one.psn_no, one.kind, one.at, one.details, now)
    except Bad as bad:
        return Outcome(one.event_id, Came.REFUSED, bad.column, bad.reason)
    return await call.services.events.take(call.bureau.code, written, call.bureau.places)


def _view(outcome: Outcome) -> View:
    return OutcomeView(
        event_id=outcome.event_id,
        came=outcome.came.value,
        column=outcome.column,
        reason=outcome.reason,
    )


ENDPOINTS = [
    Endpoint("POST", "/events", take, "参保人重大事件", "bureau", OutcomeView,
             body=EventsForm, many=True),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
