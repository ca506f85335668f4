"""Operators' log-ins at the night shift's door: one's own, and an auditor's look at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.http.envelope import REQUEST_ID
from app.api.http.serving.doorkeeper import client_of
from app.domain.staff.service import Operators
from app.domain.staff.sessions import Session
from app.domain.staff.values import Operator, Role, Visitor
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND
from app.kit.words.text import PlainText


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    operators: Operators


class EndForm(Form):
    """Whose log-ins are ended, and why."""

    name: PlainText = Field(min_length=1, max_length=50)
    reason: PlainText = Field(min_length=4, max_length=200)

    def look(self) -> tuple[str, str]:
        return self.name, self.reason


class LogInView(View):
    """One log-in. ``used_at`` is right to a minute; ``client``: on what it runs, empty if it didn't
    say."""

    id: str
    begun_at: str
    used_at: str
    client: str
    address: str
    present: bool


class OperatorLogInsView(View):
    """An operator, and how many log-ins live."""

    name: str
    role: Role
    disabled_at: str | None
    log_ins: int


class EndedView(View):
    """How many log-ins have been ended."""

    ended: int


async def mine(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    log_ins = call.services.operators.log_ins
    present = log_ins.key_in(_authorization(call))
    found = await log_ins.of(_operator(call))
    found.sort(key=lambda one: one.key != present)
    return [_view(one, present) for one in found]


async def end_one(call: Call[Needs, Nothing, Nothing]) -> None:
    await call.services.operators.log_ins.end_one(_operator(call), call.path_id(), _visitor(call))


async def end_others(call: Call[Needs, Nothing, Nothing]) -> View:
    log_ins = call.services.operators.log_ins
    return EndedView(
        ended=await log_ins.end_others(_operator(call), _authorization(call), _visitor(call))
    )


async def every(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    found = await call.services.operators.log_ins.look_at_all(_operator(call), _visitor(call))
    return [
        OperatorLogInsView(
            name=one.name,
            role=one.role,
            disabled_at=iso(one.disabled_at) if one.disabled_at else None,
            log_ins=len(sessions),
        )
        for one, sessions in found
    ]


async def end_all_of(call: Call[Needs, EndForm, Nothing]) -> View:
    form = call.body
    return EndedView(
        ended=await call.services.operators.log_ins.end_all_of(
            form.name, _operator(call), _authorization(call), form.reason, _visitor(call)
        )
    )


def _operator(call: Call[Needs, Any, Any]) -> Operator:
    assert call.operator is not None
    return call.operator


def _authorization(call: Call[Needs, Any, Any]) -> str | None:
    return call.request.headers.get("Authorization")


def _visitor(call: Call[Needs, Any, Any]) -> Visitor:
    return Visitor(client_of(call.request), call.request[REQUEST_ID])


def _view(session: Session, present: str | None) -> LogInView:
    return LogInView(
        id=str(session.id),
        begun_at=iso(session.begun_at),
        used_at=iso(session.used_at),
        client=session.client,
        address=session.address,
        present=session.key == present,
    )


ENDPOINTS = [
    Endpoint("GET", "/sessions", mine, "我的登录", "viewer", LogInView, many=True),
    Endpoint("DELETE", "/sessions/{id}", end_one, "结束我的一个登录", "viewer", None,
             reasons=(NOT_FOUND,)),
    Endpoint("POST", "/sessions/end-others", end_others, "结束我的其他登录", "viewer", EndedView),
    Endpoint("GET", "/operators", every, "各值班员现有几个登录", "auditor", OperatorLogInsView,
             many=True),
    Endpoint("POST", "/operators/end-sessions", end_all_of, "结束某值班员的全部登录", "auditor",
             EndedView, body=EndForm, reasons=(NOT_FOUND,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
