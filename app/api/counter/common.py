"""What the counter's calls have in common: who calls, the paper on which an act rests, and an act
as it is read and printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.api.http.endpoint import Call, Form, View
from app.api.ops.operators import visitor
from app.domain.counter import errors
from app.domain.counter.desk import Desk
from app.domain.counter.values import Act, Clerk, Kind, Paper
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.service import People
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND, Language, Refusal
from app.kit.words.text import NotRight, PlainText, WrittenText
from app.regions.text.places import place_name
from app.words import COUNTER_ACTS

_ID_NUMBER_MIN = 15


def _form_number(value: str) -> str:
    """A form's number is kept in clear, so nobody's own number may stand there."""
    if sum(one.isdigit() for one in value) >= _ID_NUMBER_MIN:
        raise NotRight("不能填写证件号码", "must not be a person's own number")
    return value


FormNumber = Annotated[
    str,
    Field(min_length=1, max_length=30, pattern=r"^[A-Za-z0-9/-]+$"),
    AfterValidator(_form_number),
]
Reason = Annotated[PlainText, Field(min_length=4, max_length=200)]


class PaperForm(Form):
    """On what an act rests: the paper form's number, and why."""

    form_no: FormNumber
    reason: Reason

    def look(self) -> tuple[str, str]:
        return self.form_no, self.reason

    def paper(self) -> Paper:
        return Paper(self.form_no, self.reason)


class DocumentForm(Form):
    """A person by the document that lies on the counter."""

    psn_name: WrittenText = Field(min_length=1, max_length=50)
    psn_cert_type: str = Field(default="01", pattern=r"^[0-9]{2,6}$")
    certno: WrittenText = Field(min_length=1, max_length=50)


class ActView(View):
    """What was done at the counter, as it is read and printed. Names of people are masked.

    Attributes:
        other: whom else it concerns, or null; second: who has agreed to it, or null.
    """

    id: str
    kind: Kind
    what: str
    person_id: str
    person: str
    other: str | None
    clerk: str
    second: str | None
    place: str
    form_no: str
    reason: str
    at: str


def clerk_of(call: Call[Any, Any, Any]) -> Clerk:
    """Who calls."""
    assert call.operator is not None
    return Clerk(call.operator, visitor(call))


async def act_view(desk: Desk, people: People, act_id: int, language: Language) -> ActView:
    """An act by its number.

    Raises:
        Refusal: NOT_FOUND.
    """
    act = await desk.one(act_id)
    if act is None:
        raise Refusal(NOT_FOUND)
    return (await act_views(people, [act], language))[0]


async def act_views(people: People, acts: Sequence[Act], language: Language) -> list[ActView]:
    """Acts with the names of those whom they concern."""
    ids = {one for act in acts for one in (act.person_id, act.other_id) if one is not None}
    names = await people.masked_names(ids)
    return [
        ActView(
            id=str(act.id),
            kind=act.kind,
            what=COUNTER_ACTS[act.kind].name(language),
            person_id=str(act.person_id),
            person=names.get(act.person_id, ""),
            other=None if act.other_id is None else names.get(act.other_id),
            clerk=act.clerk,
            second=act.second,
            place=place_name(act.place),
            form_no=act.form_no,
            reason=act.reason,
            at=iso(act.at),
        )
        for act in acts
    ]


SERVED = (errors.COUNTER_LOOK_FIRST, errors.COUNTER_OTHER_REGION)
"""What any act for a person may be told."""
OTHER = (*SERVED, PERSON_UNKNOWN)
"""The same where it names another one."""
