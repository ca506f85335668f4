"""Refunds that wait at the counter, and what waits for a second one's yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.api.counter.common import SERVED, ActView, PaperForm, Reason, act_view, act_views, clerk_of
from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.counter import errors
from app.domain.counter.desk import Desk
from app.domain.counter.events.service import EventTasks
from app.domain.counter.tasks import CounterTasks
from app.domain.registry.service import People
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND
from app.ledger.kinds import PayOutReason
from app.regions.text.places import place_name

Of = Literal["bill", "wallet", "premium"]
_OF: dict[str, Of] = {
    "refund_without_account": "bill",
    "wallet_without_account": "wallet",
    "premium_without_account": "premium",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    counter_tasks: CounterTasks
    event_tasks: EventTasks
    desk: Desk
    people: People


class RefundTaskView(View):
    """Money whose account is closed: it lies in suspense until it is paid out. ``of``: what it
    comes back of; institution and number of a bill only. ``proposed``: it waits for a second one's
    yes."""

    id: str
    person: str
    place: str
    amount_fen: int
    since: str
    of: Of
    fixmedins_code: str | None
    setl_id: str | None
    proposed: bool


class ProposalView(View):
    """What somebody has proposed and another one has to agree to, until ``expires_at``. ``mine``:
    it is the own one, which others agree to."""

    id: str
    act: ActView
    amount_fen: int
    expires_at: str
    mine: bool


class DeclineForm(Form):
    """Why it isn't agreed to, or is taken back."""

    reason: Reason

    def look(self) -> tuple[str, str]:
        return "", self.reason


async def tasks(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    place = _place(call)
    found = await call.services.counter_tasks.open(500, place)
    waiting = {one.ref for one, _ in await call.services.counter_tasks.waiting(place)}
    names = await call.services.people.masked_names({one.person_id for one in found})
    return [
        RefundTaskView(
            id=str(one.id),
            person=names.get(one.person_id, ""),
            place=place_name(one.place),
            amount_fen=one.amount_fen,
            since=iso(one.created_at),
            of=_OF[one.kind],
            fixmedins_code=one.fixmedins_code,
            setl_id=None if one.settlement_id is None else str(one.settlement_id),
            proposed=one.id in waiting,
        )
        for one in found
    ]


async def propose(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.counter_tasks.propose(
        clerk_of(call), call.path_id(), call.body.paper()
    )
    return await _act(call, done)


class PayOutForm(PaperForm):
    """Why a person's accounts are paid out; the dead's are proposed where their event stands."""

    why: Literal["emigration", "transfer"]


async def propose_pay_out(call: Call[Needs, PayOutForm, Nothing]) -> ActView:
    why = PayOutReason[call.body.why.upper()]
    done = await call.services.counter_tasks.propose_pay_out(
        clerk_of(call), call.path_id(), why, call.body.paper()
    )
    return await _act(call, done)


async def proposals(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    assert call.operator is not None
    place, language = _place(call), call.language
    waiting = await call.services.counter_tasks.waiting(place)
    sums = {one.id: one.amount_fen for one in await call.services.counter_tasks.open(1000, place)}
    ending = [one.person_id for one, _ in waiting if one.kind != "refund"]
    sums |= await call.services.event_tasks.left_of(ending)
    views = await act_views(call.services.people, [act for _, act in waiting], language)
    return [
        ProposalView(
            id=str(one.id),
            act=view,
            amount_fen=sums.get(one.ref, 0),
            expires_at=iso(one.expires_at),
            mine=one.clerk_id == call.operator.id,
        )
        for (one, _), view in zip(waiting, views, strict=True)
    ]


async def agree(call: Call[Needs, Nothing, Nothing]) -> ActView:
    return await _act(call, await call.services.counter_tasks.agree(clerk_of(call), call.path_id()))


async def decline(call: Call[Needs, DeclineForm, Nothing]) -> ActView:
    done = await call.services.counter_tasks.decline(
        clerk_of(call), call.path_id(), call.body.reason
    )
    return await _act(call, done)


async def take_back(call: Call[Needs, DeclineForm, Nothing]) -> ActView:
    done = await call.services.counter_tasks.decline(
        clerk_of(call), call.path_id(), call.body.reason, own=True
    )
    return await _act(call, done)


def _place(call: Call[Needs, Any, Any]) -> str:
    """Whose tasks are shown: an auditor sees all."""
    assert call.operator is not None
    return call.operator.place or ""


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


ENDPOINTS = [
    Endpoint("GET", "/tasks", tasks, "待退的款", "staff", RefundTaskView, many=True),
    Endpoint("POST", "/tasks/{id}/propose", propose, "提交退款，等另一人复核", "clerk", ActView,
             body=PaperForm, status=201,
             reasons=(errors.COUNTER_TASK_UNKNOWN, errors.COUNTER_PROPOSED)),
    Endpoint("POST", "/persons/{id}/pay-out", propose_pay_out, "提交出国定居或无法转移的账户结清",
             "clerk", ActView, body=PayOutForm, status=201,
             reasons=(*SERVED, errors.COUNTER_NO_ACCOUNT, errors.COUNTER_PROPOSED)),
    Endpoint("GET", "/proposals", proposals, "待复核的业务", "staff", ProposalView, many=True),
    Endpoint("POST", "/proposals/{id}/agree", agree, "复核同意", "approver", ActView,
             reasons=(NOT_FOUND, errors.COUNTER_OWN_PROPOSAL, errors.COUNTER_PROPOSAL_OVER,
                      errors.COUNTER_NOT_YET, errors.COUNTER_NO_WALLET)),
    Endpoint("POST", "/proposals/{id}/decline", decline, "复核不同意", "approver", ActView,
             body=DeclineForm, reasons=(NOT_FOUND, errors.COUNTER_PROPOSAL_OVER)),
    Endpoint("POST", "/proposals/{id}/take-back", take_back, "撤回自己提交的", "clerk", ActView,
             body=DeclineForm, reasons=(NOT_FOUND, errors.COUNTER_PROPOSAL_OVER)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
