"""Signed papers in a batch at the counter's door."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from app.api.counter.common import clerk_of
from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.counter.papers import PapersDesk


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    papers_desk: PapersDesk


class PapersForm(Form):
    """The file's text: CSV with a header."""

    table: str = Field(min_length=1, max_length=1_000_000)


class RefusedRowView(View):
    """A row that was not done: its line (the header is the first), the column, and why."""

    line: int
    column: str
    why: str


class PapersReportView(View):
    """How many rows were done, were done before, and which were refused."""

    done: int
    known: int
    refused: list[RefusedRowView]


async def take(call: Call[Needs, PapersForm, Nothing]) -> View:
    found = await call.services.papers_desk.take(
        clerk_of(call), call.body.table.encode(errors="replace")
    )
    return PapersReportView(
        done=found.done,
        known=found.known,
        refused=[
            RefusedRowView(line=one.line, column=one.column, why=one.why(call.language))
            for one in found.refused
        ],
    )


ENDPOINTS = [
    Endpoint("POST", "/authorisations", take, "成批办理已签字的纸质授权", "clerk",
             PapersReportView, body=PapersForm),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
