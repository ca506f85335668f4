"""Operators at the night shift's door: sign-in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from pydantic import ConfigDict, Field

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Form, Nothing, Resource, View
from app.api.http.envelope import REQUEST_ID, fine
from app.api.http.serving.doorkeeper import client_of
from app.domain.staff import errors
from app.domain.staff.service import Operators, SignedIn
from app.domain.staff.tries import KNOWN_S
from app.domain.staff.values import Operator, Role, Visitor
from app.domain.staff.weak import PASSWORD_MAX
from app.kit.clock import Clock, iso
from app.kit.sm import sm3
from app.kit.words.devices import device_name
from app.kit.words.text import PlainText


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    operators: Operators
    clock: Clock


class SignInForm(Form):
    """Name and password, exactly as typed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    name: PlainText = Field(min_length=1, max_length=50)
    password: str = Field(min_length=1, max_length=PASSWORD_MAX)


class AuditQuery(Form):
    """``before``: the id of the last line that is known; none at first."""

    before: int = Field(default=ID_MAX, ge=1, le=ID_MAX)


class OperatorView(View):
    """Who is signed in. A viewer sees figures; an auditor opens stories and the audit too."""

    name: str
    role: Role


class SignedInView(View):
    """A new session. ``expires_at`` moves on while it is used, for twelve hours at the most."""

    token: str
    expires_at: str
    server_time: str
    operator: OperatorView


def visitor(call: Call[Any, Any, Any]) -> Visitor:
    """Who calls, for the audit. A header's word on the address counts from a proxy of ours only."""
    return Visitor(client_of(call.request), call.request[REQUEST_ID])


async def sign_in(call: Call[Needs, SignInForm, Nothing]) -> web.StreamResponse:
    services = call.services
    who = arriving(call, call.body.name)
    done = await services.operators.sign_in(call.body.name, call.body.password, who)
    view = SignedInView(
        token=done.token,
        expires_at=iso(done.expires_at),
        server_time=iso(services.clock.now()),
        operator=_operator(done.operator),
    )
    return known_again(call, view, done)


def arriving(call: Call[Any, Any, Any], name: str) -> Visitor:
    """Who signs in: also on what, and on which device of before."""
    request = call.request
    return replace(
        visitor(call),
        device=request.cookies.get(_cookie(name), ""),
        client=device_name("", request.headers.get("User-Agent", "")),
    )


def known_again(call: Call[Any, SignInForm, Any], view: View, done: SignedIn) -> web.StreamResponse:
    """The answer to a sign-in, by which the device is known the next time."""
    response = fine(call.request, view.model_dump(mode="json"))
    response.set_cookie(
        _cookie(call.body.name),
        done.device,
        max_age=KNOWN_S,
        path=call.request.path,
        secure=call.request.secure,
        httponly=True,
        samesite="Strict",
    )
    return response


async def sign_out(call: Call[Needs, Nothing, Nothing]) -> None:
    authorization = call.request.headers.get("Authorization")
    await call.services.operators.sign_out(authorization, visitor(call))


async def me(call: Call[Needs, Nothing, Nothing]) -> View:
    assert call.operator is not None
    return _operator(call.operator)


def _cookie(name: str) -> str:
    """In which a device keeps that an operator has signed in on it. It opens nothing: it only has
    tries to sign in that nobody else can use up. Several people may share a device."""
    return f"qinji-ops-{sm3(name.encode()).hex()[:16]}"


def _operator(operator: Operator) -> OperatorView:
    return OperatorView(name=operator.name, role=operator.role)


ENDPOINTS = [
    Endpoint("POST", "/sign-in", sign_in, "值班登录", "anyone", SignedInView, body=SignInForm,
             reasons=(errors.OPS_SIGN_IN_FAILED, errors.OPS_TRIES, errors.OPS_OTHER_DOOR)),
    Endpoint("POST", "/sign-out", sign_out, "退出登录", "anyone", None),
    Endpoint("GET", "/me", me, "当前值班员", "viewer", OperatorView),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
