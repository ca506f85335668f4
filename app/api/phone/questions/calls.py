"""Asked first, at the phones' door: what I am asked just now, and my yes or no."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.aid.errors import QUESTION_OVER
from app.domain.aid.service import Aid, GrantView
from app.domain.registry.relations import other_is
from app.domain.registry.service import People
from app.domain.settlement.asking.service import topic
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND
from app.store.database import Record
from app.store.news import News

_LOOK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    settlements: Settlements
    aid: Aid
    people: People
    news: News
    clock: Clock


class QuestionView(View):
    """Whether I agree that so much of a relative's bill is paid from my account.

    Attributes:
        grant: by which grant; other: for whom, as that grant names the relative to me;
        other_is: what the relative is to me; institution: where.
        until_at: until when an answer counts, by the server's clock.
    """

    id: str
    grant: str
    other: str
    other_is: str
    institution: str
    amount_fen: int
    asked_at: str
    until_at: str


class QuestionsView(View):
    """What I am asked just now, the most urgent first."""

    items: list[QuestionView]
    server_time: str


class QuestionsQuery(Form):
    """How long to wait, in seconds, for other questions than the ``known`` ones (ids, joined by
    dots)."""

    wait: int = Field(default=0, ge=0, le=20)
    known: str = Field(default="", max_length=400, pattern=r"^[0-9.]*$")


class AnswerForm(Form):
    """Whether I agree."""

    answer: Literal["yes", "no"]


async def questions(call: Call[Needs, Nothing, QuestionsQuery]) -> View:
    """Long poll: answers at once when I am asked anything else than is known, or waits for it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + call.query.wait
    with call.services.news.expect(topic(call.person_id)) as event:
        while True:
            rows = await call.services.settlements.asking.open_of(call.person_id)
            left_s = deadline - loop.time()
            if ".".join(str(row["id"]) for row in rows) != call.query.known or left_s <= 0:
                return await _view(call, rows)
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), min(left_s, _LOOK_EVERY_S))
            event.clear()


async def answer(call: Call[Needs, AnswerForm, Nothing]) -> None:
    await call.services.settlements.asking.answer(
        call.person_id, call.path_id(), yes=call.body.answer == "yes"
    )


async def _view(call: Call[Needs, Any, Any], rows: list[Record]) -> QuestionsView:
    services = call.services
    known: dict[int, GrantView] = {}
    institutions: dict[str, str] = {}
    if rows:
        known = {one.grant.id: one for one in await services.aid.of_person(call.person_id)}
        codes = {row["fixmedins_code"] for row in rows}
        institutions = await services.people.institution_names(codes)
    # A grant that ended meanwhile pays nothing: nothing is left to be asked.
    items = [
        QuestionView(
            id=str(row["id"]),
            grant=str(row["grant_id"]),
            other=view.other_name,
            other_is=other_is(
                view.grant.relation, True, view.other.gend if view.other else "", call.language
            ),
            institution=institutions.get(row["fixmedins_code"], row["fixmedins_code"]),
            amount_fen=row["amount_fen"],
            asked_at=iso(row["asked_at"]),
            until_at=iso(row["until_at"]),
        )
        for row in rows
        if (view := known.get(row["grant_id"])) is not None
    ]
    return QuestionsView(items=items, server_time=iso(services.clock.now()))


ENDPOINTS = [
    Endpoint("GET", "/questions", questions, "正在征求我同意的支付（长轮询）", "person",
             QuestionsView, query=QuestionsQuery),
    Endpoint("POST", "/questions/{id}", answer, "同意或不同意这笔支付", "person", None,
             body=AnswerForm, reasons=(NOT_FOUND, QUESTION_OVER)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
