"""What life events have left for the counter to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.api.counter.common import ActView, PaperForm, act_view, clerk_of
from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.domain.counter import errors
from app.domain.counter.desk import Desk
from app.domain.counter.events.service import EventTasks
from app.domain.counter.tasks import CounterTasks
from app.domain.events.kinds import EffectKind
from app.domain.registry.service import People
from app.kit.clock import iso
from app.regions.text.places import place_name


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    event_tasks: EventTasks
    counter_tasks: CounterTasks
    desk: Desk
    people: People


class MergePlanView(View):
    """What a merge would do now: which sums go to the accounts of the row that stays, and how many
    grants and bindings are made anew there. ``held_fen``: what is held, and has to end first."""

    personal_fen: int
    wallet_fen: int
    held_fen: int
    grants: int
    bindings: int


class EventTaskView(View):
    """What an event has left to do.

    Attributes:
        kind: accounts of the dead to pay out; a row that goes, to be merged into ``other``'s; or
            somebody said to be insured after the end.
        accounts, amount_fen: how many the person has open, and with how much in them.
        plan: of a merge, what would go where.
        can_propose, can_close: whether a pay-out or a merge can be proposed, or one clerk may close
            it.
        proposed: it waits for a second one's yes.
    """

    id: str
    kind: Literal["to_pay_out", "to_merge", "contradicts"]
    person: str
    other: str | None
    place: str
    accounts: int
    amount_fen: int
    plan: MergePlanView | None
    since: str
    can_propose: bool
    can_close: bool
    proposed: bool


async def events(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    assert call.operator is not None
    place, services = call.operator.place or "", call.services
    found = await services.event_tasks.open(500, place)
    waiting = {
        one.ref for one, _ in await services.counter_tasks.waiting(place) if one.kind != "refund"
    }
    named = {one for task in found for one in (task.person_id, task.other_id) if one is not None}
    names = await services.people.masked_names(named)
    return [
        EventTaskView(
            id=str(one.id),
            kind=one.kind.value,
            person=names.get(one.person_id, ""),
            other=None if one.other_id is None else names.get(one.other_id),
            place=place_name(one.place),
            accounts=one.accounts,
            amount_fen=one.amount_fen,
            plan=None if one.plan is None else MergePlanView.model_validate(asdict(one.plan)),
            since=iso(one.made_at),
            can_propose=one.kind is EffectKind.TO_MERGE
            or (one.kind is EffectKind.TO_PAY_OUT and one.accounts > 0),
            can_close=one.closable,
            proposed=one.kind is not EffectKind.CONTRADICTS and one.person_id in waiting,
        )
        for one in found
    ]


async def propose(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.event_tasks.propose(
        clerk_of(call), call.path_id(), call.body.paper()
    )
    return await _act(call, done)


async def close(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.event_tasks.close(clerk_of(call), call.path_id(), call.body.paper())
    return await _act(call, done)


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


ENDPOINTS = [
    Endpoint("GET", "/events", events, "参保变动待办", "staff", EventTaskView, many=True),
    Endpoint("POST", "/events/{id}/propose", propose, "提交账户结清或合并，等另一人复核", "clerk",
             ActView, body=PaperForm, status=201,
             reasons=(errors.COUNTER_TASK_UNKNOWN, errors.COUNTER_NO_ACCOUNT,
                      errors.COUNTER_PROPOSED)),
    Endpoint("POST", "/events/{id}/close", close, "办结参保变动待办", "clerk", ActView,
             body=PaperForm,
             reasons=(errors.COUNTER_TASK_UNKNOWN, errors.COUNTER_MONEY_LEFT)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
