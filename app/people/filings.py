"""异地就医备案 at the phones' door: filing for treatment at another place (policy.md §5.3)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from app.http.endpoint import Call, Endpoint, Form, Nothing, View
from app.kit.clock import local_date
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Refusal
from app.people.models import Filing

_LIVE_MAX = 10


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


async def list_filings(call: Call[Nothing, Nothing]) -> list[View]:
    rows = await Filing.filter(person_id=call.person_id).order_by("id")
    return [_view(row) for row in rows]


async def file(call: Call[FilingForm, Nothing]) -> View:
    form = call.body
    now = call.services.clock.now()
    begins = form.starts_on or local_date(now)
    if form.kind == "temporary" and form.ends_on is None:
        raise Refusal(INVALID_INPUT, detail="ends_on: a temporary filing has a last day")
    if form.ends_on is not None and form.ends_on < begins:
        raise Refusal(INVALID_INPUT, detail="ends_on: before the first day")
    if await Filing.filter(person_id=call.person_id).count() >= _LIVE_MAX:
        raise Refusal(INVALID_INPUT, detail=f"at most {_LIVE_MAX} filings")
    row = await Filing.create(
        id=call.services.database.ids.next(),
        person_id=call.person_id,
        area=form.area,
        kind=form.kind,
        starts_on=begins,
        ends_on=form.ends_on,
        created_at=now,
    )
    return _view(row)


async def take_back(call: Call[Nothing, Nothing]) -> None:
    done = await Filing.filter(id=call.path_id(), person_id=call.person_id).delete()
    if not done:
        raise Refusal(NOT_FOUND)


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
