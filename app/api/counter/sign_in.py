"""Clerks at the counter's door: signing in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.ops.operators import SignInForm, arriving, known_again, visitor
from app.domain.registry.relations import RELATIONS, relation_text
from app.domain.staff import errors
from app.domain.staff.service import Operators
from app.domain.staff.values import Operator, Role
from app.kit.clock import Clock, iso
from app.kit.reasons import Language
from app.regions.text.places import place_name
from app.words import DOCUMENTS, PURPOSES, Word


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    operators: Operators
    clock: Clock


class ClerkView(View):
    """Who works here. A clerk acts for those insured at ``place``; an approver also agrees to what
    others propose; an auditor only reads, everywhere."""

    name: str
    role: Role
    place: str | None
    place_name: str


class ClerkSignedInView(View):
    """A new session. ``expires_at`` moves on while it is used, for twelve hours at the most."""

    token: str
    expires_at: str
    server_time: str
    clerk: ClerkView


class NamedChoice(View):
    """A value that a form takes, and what people call it."""

    value: str
    name: str


class ChoicesView(View):
    """What the counter's forms offer."""

    relations: list[NamedChoice]
    documents: list[NamedChoice]
    purposes: list[NamedChoice]


async def choices(call: Call[Needs, Nothing, Nothing]) -> View:
    language = call.language
    return ChoicesView(
        relations=[
            NamedChoice(value=one, name=relation_text(one, language))
            for one in RELATIONS
            if one != "self"
        ],
        documents=_named(DOCUMENTS, language),
        purposes=_named(PURPOSES, language),
    )


def _named(words: Mapping[str, Word], language: Language) -> list[NamedChoice]:
    return [NamedChoice(value=one, name=word.name(language)) for one, word in words.items()]


async def sign_in(call: Call[Needs, SignInForm, Nothing]) -> web.StreamResponse:
    form, services = call.body, call.services
    who = arriving(call, form.name)
    done = await services.operators.sign_in(form.name, form.password, who, "counter")
    view = ClerkSignedInView(
        token=done.token,
        expires_at=iso(done.expires_at),
        server_time=iso(services.clock.now()),
        clerk=_clerk(done.operator),
    )
    return known_again(call, view, done)


async def sign_out(call: Call[Needs, Nothing, Nothing]) -> None:
    authorization = call.request.headers.get("Authorization")
    await call.services.operators.sign_out(authorization, visitor(call))


async def me(call: Call[Needs, Nothing, Nothing]) -> View:
    assert call.operator is not None
    return _clerk(call.operator)


def _clerk(operator: Operator) -> ClerkView:
    place = operator.place
    return ClerkView(
        name=operator.name,
        role=operator.role,
        place=place,
        place_name=place_name(place) if place else "",
    )


ENDPOINTS = [
    Endpoint("POST", "/sign-in", sign_in, "经办登录", "anyone", ClerkSignedInView, body=SignInForm,
             reasons=(errors.OPS_SIGN_IN_FAILED, errors.OPS_TRIES, errors.OPS_OTHER_DOOR)),
    Endpoint("POST", "/sign-out", sign_out, "退出登录", "anyone", None),
    Endpoint("GET", "/me", me, "当前经办人", "staff", ClerkView),
    Endpoint("GET", "/choices", choices, "表单中的选项", "staff", ChoicesView),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
