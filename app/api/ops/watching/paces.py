"""How long tills wait for answers, for the night shift: everywhere, by region, by shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.ops.ranges import FIRST_DAY, LAST_DAY
from app.domain.ops.pace.service import Pacing
from app.domain.ops.pace.values import Pace
from app.domain.ops.tally.rules import Range
from app.kit.clock import iso
from app.regions.text.places import place_name

_PLACE = 6


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    pacing: Pacing


class PacesQuery(Form):
    """``range``: up to now; ``day``: a whole day instead. ``province``: two digits, that of the
    institution."""

    range: Range = "hour"
    day: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None
    province: str = Field(default="", pattern=r"^([1-9][0-9])?$")


class PaceView(View):
    """How long half of some messages waited at the most, and nineteen of twenty. ``code``: an
    institution's, or a pool's four digits; empty: all of them."""

    code: str
    name: str
    count: int
    p50_ms: float
    p95_ms: float


class PacesView(View):
    """A span's, the slowest first, those with few messages last; fifty each at the most.
    ``sampled``: there were more messages than are looked at, so each part of the span is told by
    its newest."""

    since: str
    until: str
    all: PaceView | None
    institutions: list[PaceView]
    pools: list[PaceView]
    sampled: bool


async def paces(call: Call[Needs, Nothing, PacesQuery]) -> View:
    asked = call.query
    found = await call.services.pacing.read(asked.day or asked.range, asked.province)
    return PacesView(
        since=iso(found.span.since),
        until=iso(found.span.until),
        all=None if found.all is None else _pace(found.all, ""),
        institutions=[_pace(one, one.name) for one in found.institutions],
        pools=[_pace(one, place_name(one.code.ljust(_PLACE, "0"))) for one in found.pools],
        sampled=found.sampled,
    )


def _pace(one: Pace, name: str) -> PaceView:
    return PaceView(code=one.code, name=name, count=one.count, p50_ms=one.p50_ms, p95_ms=one.p95_ms)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/paces",
        paces,
        "收银台等多久：按机构、按地区",
        "viewer",
        PacesView,
        query=PacesQuery,
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
