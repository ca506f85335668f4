"""What was done at the counter: a clerk's own, an approver's region, all for an auditor."""

from __future__ import annotations

from dataclasses import dataclass

from app.api.counter.common import ActView, act_views, clerk_of
from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.ops.operators import AuditQuery
from app.domain.counter.desk import Desk
from app.domain.registry.service import People
from app.kit.reasons import NOT_FOUND

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    desk: Desk
    people: People


async def acts(call: Call[Needs, Nothing, AuditQuery]) -> list[View]:
    found = await call.services.desk.acts(clerk_of(call), call.query.before, _PAGE)
    return list(await act_views(call.services.people, found, call.language))


async def act(call: Call[Needs, Nothing, Nothing]) -> View:
    found = await call.services.desk.act_for(clerk_of(call), call.path_id())
    return (await act_views(call.services.people, [found], call.language))[0]


ENDPOINTS = [
    Endpoint("GET", "/acts", acts, "办理记录", "staff", ActView, query=AuditQuery, many=True),
    Endpoint("GET", "/acts/{id}", act, "一次办理，用于打印", "staff", ActView,
             reasons=(NOT_FOUND,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
