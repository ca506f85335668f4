"""异地就医备案 at the phones' door: filing for treatment at another place (SOURCES F5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.filing.models import Filing
from app.domain.filing.service import Filings
from app.kit.reasons import NOT_FOUND


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    filings: Filings


class FilingForm(Form):
    """Where I shall be treated: a province, a pool or a district (2, 4 or 6 digits)."""

    area: str = Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")
    kind: Literal["long_term", "temporary"]
    starts_on: date | None = None
    ends_on: date | None = None


class FilingView(View):
    """A filing. Without ``ends_on`` it holds until it is taken back."""

    id: str
    area: str
    kind: str
    starts_on: date
    ends_on: date | None


async def list_filings(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    return [_view(row) for row in await call.services.filings.of_person(call.person_id)]


async def file(call: Call[Needs, FilingForm, Nothing]) -> View:
    form = call.body
    row = await call.services.filings.file(
        call.person_id, form.area, form.kind, form.starts_on, form.ends_on
    )
    return _view(row)


async def take_back(call: Call[Needs, Nothing, Nothing]) -> None:
    await call.services.filings.take_back(call.person_id, call.path_id())


def _view(row: Filing) -> FilingView:
    return FilingView(
        id=str(row.id),
        area=row.area,
        kind=row.kind,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


ENDPOINTS = [
    Endpoint("GET", "/filings", list_filings, "我的异地就医备案", "person", FilingView, many=True),
    Endpoint(
        "POST", "/filings", file, "办理异地就医备案", "person", FilingView,
        body=FilingForm, status=201,
    ),
    Endpoint(
        "DELETE", "/filings/{id}", take_back, "撤销异地就医备案", "person", None,
        reasons=(NOT_FOUND,),
    ),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
