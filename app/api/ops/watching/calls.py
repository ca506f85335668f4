"""The watch: an alarm is seen, a shift handed over, a limit set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import Field, model_validator

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.ops.operators import visitor
from app.domain.ops.figures.kinds import CODES
from app.domain.ops.figures.rules.limits import BOUNDS, USUAL, WORDS
from app.domain.ops.watch.service import Watch
from app.domain.ops.watch.values import NOTE_MAX, Board, Note
from app.domain.staff.values import Operator
from app.kit.clock import iso
from app.kit.reasons import Language
from app.kit.words.text import NotRight, PlainText


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    watch: Watch


class SeenForm(Form):
    """``code``: which trouble was seen, and what is done about it."""

    code: str = Field(max_length=40, pattern=r"^[A-Z_]+$")
    note: PlainText = Field(min_length=1, max_length=NOTE_MAX)

    @model_validator(mode="after")
    def is_known(self) -> SeenForm:
        """One of this house's troubles."""
        if self.code not in CODES:
            raise NotRight("没有这种告警", "there is no such trouble")
        return self


class HandOverForm(Form):
    """What the next shift should know."""

    note: PlainText = Field(min_length=1, max_length=NOTE_MAX)


class LimitForm(Form):
    """From when on something is wrong, and why it is changed."""

    name: str = Field(max_length=40)
    value: int
    reason: PlainText = Field(min_length=4, max_length=200)

    @model_validator(mode="after")
    def is_within(self) -> LimitForm:
        """Between its bounds."""
        least, most = BOUNDS.get(self.name, (1, 0))
        if not least <= self.value <= most:
            raise NotRight(f"应在{least}与{most}之间", f"must be {least} to {most}")
        return self

    def look(self) -> tuple[str, str]:
        return f"{self.name} = {self.value}", self.reason


class LimitView(View):
    """A limit; ``by``, ``since``: who has set it when, null for the usual one."""

    name: str
    what: str
    value: int
    usual: int
    least: int
    most: int
    by: str | None
    since: str | None


class NoteView(View):
    """What somebody has written."""

    by: str
    at: str
    note: str


class BoardView(View):
    """Limits, and what shifts have handed over, the newest first."""

    limits: list[LimitView]
    hand_overs: list[NoteView]


async def board(call: Call[Needs, Nothing, Nothing]) -> View:
    return _board(await call.services.watch.board(), call.language)


async def seen(call: Call[Needs, SeenForm, Nothing]) -> None:
    form = call.body
    await call.services.watch.note("seen", form.code, form.note, _operator(call))


async def hand_over(call: Call[Needs, HandOverForm, Nothing]) -> View:
    await call.services.watch.note("hand_over", "", call.body.note, _operator(call))
    return _board(await call.services.watch.board(), call.language)


async def set_limit(call: Call[Needs, LimitForm, Nothing]) -> View:
    form, watch = call.body, call.services.watch
    await watch.set_limit(form.name, form.value, form.reason, _operator(call), visitor(call))
    return _board(await watch.board(), call.language)


def note_view(note: Note) -> NoteView:
    """A note as operators read it."""
    return NoteView(by=note.operator, at=iso(note.at), note=note.text)


def _board(found: Board, language: Language) -> BoardView:
    values, usual = asdict(found.limits), asdict(USUAL)
    changed = {one.name: one for one in found.changed}
    return BoardView(
        limits=[
            LimitView(
                name=name,
                what=WORDS[name].name(language),
                value=values[name],
                usual=usual[name],
                least=least,
                most=most,
                by=changed[name].operator if name in changed else None,
                since=iso(changed[name].at) if name in changed else None,
            )
            for name, (least, most) in BOUNDS.items()
        ],
        hand_overs=[note_view(note) for note in found.hand_overs],
    )


def _operator(call: Call[Needs, Any, Any]) -> Operator:
    assert call.operator is not None
    return call.operator


ENDPOINTS = [
    Endpoint("GET", "/board", board, "告警门槛和交班留言", "viewer", BoardView),
    Endpoint("POST", "/troubles/seen", seen, "告警已看到", "viewer", None, body=SeenForm),
    Endpoint("POST", "/hand-overs", hand_over, "交班留言", "viewer", BoardView, body=HandOverForm),
    Endpoint(
        "POST", "/limits", set_limit, "改告警门槛（记入审计）", "auditor", BoardView, body=LimitForm
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
