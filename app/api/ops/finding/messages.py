"""The messages behind a figure, at the night shift's door: a minute's, a reason's, an
institution's. They tell nothing of anybody, so a viewer sees them, too; a story asks why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Form, Nothing, Resource, View
from app.api.ops.figures import blank_reason
from app.api.ops.words import word
from app.api.tills.table import name_of
from app.domain.ops.finding.service import Finding
from app.domain.ops.finding.values import WantedMessages
from app.domain.settlement.orders import bill_of
from app.kit.clock import iso
from app.kit.reasons import Language
from app.kit.words.text import NotRight, PlainText
from app.store.database import Record

_LONGEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    finding: Finding


class MessagesQuery(Form):
    """Which messages, by when they came: at most eight days of them.

    Attributes:
        state: what became of them (0: undecided), as in ``outcome``.
        reason: why they were refused.
        unpaid: bills instead that aid left unpaid, for this reason; of the insured in ``pool``.
        before: ``more`` of the page before.
    """

    since: AwareDatetime
    until: AwareDatetime
    state: int | None = Field(default=None, ge=0, le=4)
    reason: PlainText = Field(default="", max_length=40)
    fixmedins_code: PlainText = Field(default="", max_length=14)
    unpaid: PlainText = Field(default="", max_length=40)
    pool: str = Field(default="", pattern=r"^([0-9]{4})?$")
    before: int | None = Field(default=None, ge=1, le=ID_MAX)

    @model_validator(mode="after")
    def in_order(self) -> MessagesQuery:
        """From an earlier moment to a later one."""
        if not timedelta(0) < self.until - self.since <= _LONGEST:
            raise NotRight("起止时间至多相隔八天", "at most eight days, in order")
        return self


class MessageView(View):
    """A message and what became of it; ``reason``: why it was refused, or why aid left the bill
    unpaid. ``total_fen``: of a bill that it asked to settle."""

    id: str
    at: str
    fixmedins_code: str
    institution: str
    infno: str
    what: str
    msgid: str
    state: Literal[0, 1, 2, 3, 4]
    state_text: str
    reason: str
    message: str
    total_fen: int | None
    setl_id: str | None


class MessagesView(View):
    """A page, the newest first; ``more``: what the next one is asked for with; ``looked_to``: up to
    when was looked for this page, if not to the end."""

    messages: list[MessageView]
    more: str | None
    looked_to: str | None


class InstitutionsQuery(Form):
    """A part of the name, or the beginning of the code."""

    text: PlainText = Field(min_length=1, max_length=50)


class InstitutionView(View):
    """An institution that bills are searched by."""

    fixmedins_code: str
    fixmedins_name: str
    admdvs: str


async def messages(call: Call[Needs, Nothing, MessagesQuery]) -> View:
    asked = call.query
    found = await call.services.finding.messages(WantedMessages(**dict(asked)))
    return MessagesView(
        messages=[_message(row, found.institutions, call.language) for row in found.rows],
        more=None if found.more is None else str(found.more),
        looked_to=None if found.looked_to is None else iso(found.looked_to),
    )


async def institutions(call: Call[Needs, Nothing, InstitutionsQuery]) -> list[View]:
    return [
        InstitutionView(
            fixmedins_code=one.fixmedins_code,
            fixmedins_name=one.fixmedins_name,
            admdvs=one.admdvs,
        )
        for one in await call.services.finding.institutions(call.query.text)
    ]


def _message(row: Record, names: dict[str, str], language: Language) -> MessageView:
    return MessageView(
        id=str(row["id"]),
        at=iso(row["received_at"]),
        fixmedins_code=row["fixmedins_code"],
        institution=names.get(row["fixmedins_code"], row["fixmedins_code"]),
        infno=row["infno"],
        what=name_of(row["infno"], language),
        msgid=row["msgid"],
        state=row["state"],
        state_text=word("state", row["state"], language),
        reason=row["reason"],
        message=blank_reason(row["reason"], language)[0] if row["reason"] else "",
        total_fen=_total(row),
        setl_id=None if row["settlement_id"] is None else str(row["settlement_id"]),
    )


def _total(row: Record) -> int | None:
    bill = None if row["tombstone"] else bill_of(row["infno"], row["body"])
    return bill.total_fen if bill else None


ENDPOINTS = [
    Endpoint(
        "GET",
        "/messages",
        messages,
        "一段时间里的报文",
        "viewer",
        MessagesView,
        query=MessagesQuery,
    ),
    Endpoint(
        "GET",
        "/institutions",
        institutions,
        "按名称或编号找机构",
        "viewer",
        InstitutionView,
        query=InstitutionsQuery,
        many=True,
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
