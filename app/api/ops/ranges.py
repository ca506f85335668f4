"""What came of bills in a span of time, at the night shift's door: counts to be compared, refusals
by reason, and mutual aid that was asked and left bills unpaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.ops.figures import blank_reason
from app.domain.ops.tally.rules import Compared, Range
from app.domain.ops.tally.service import Tallies, is_asked
from app.domain.ops.tally.values import Point, Unpaid
from app.kit.clock import iso
from app.kit.reasons import Language
from app.regions.text.places import place_name, provinces

FIRST_DAY, LAST_DAY = date(2024, 1, 2), date(2099, 12, 31)
_SHOWN = 100
_PLACE = 6


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    tallies: Tallies


class RangeQuery(Form):
    """``range``: up to now; ``day``: a whole day instead. ``province``: two digits, that of the
    institution, for aid that of the insured; a week is compared with the week before."""

    range: Range = "day"
    day: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None
    compared: Compared = "yesterday"
    province: str = Field(default="", pattern=r"^([1-9][0-9])?$")


class PointView(View):
    """A step's counts; ``before``: what was settled in the one that it is compared with; null:
    nothing was counted then."""

    at: str
    settled: int
    undone: int
    refused: int
    before: int | None


class RefusalsView(View):
    """How often a reason was given, in words."""

    reason: str
    message: str
    next_step: str
    count: int


class UnpaidView(View):
    """Aid that left bills in cash, for a reason in a pool: how many, how much. ``asked``: false
    where nobody had been made to pay for the patient."""

    reason: str
    message: str
    pool: str
    region: str
    count: int
    fen: int
    asked: bool


class RangeView(View):
    """A span. ``unpaid_bills``: each once, however many reasons it has, with what was left in cash
    of what aid may pay. ``counted_to``: up to when all is counted."""

    since: str
    until: str
    step_s: int
    points: list[PointView]
    settled: int
    settled_fen: int
    refusals: list[RefusalsView]
    unpaid: list[UnpaidView]
    unpaid_bills: int
    unpaid_fen: int
    counted_to: str | None


class ProvinceView(View):
    """A province by its two digits."""

    code: str
    name: str


async def ranges(call: Call[Needs, Nothing, RangeQuery]) -> View:
    asked = call.query
    found = await call.services.tallies.read(
        asked.day or asked.range, asked.compared, asked.province
    )
    span = found.span
    return RangeView(
        since=iso(span.since),
        until=iso(span.until),
        step_s=int(span.step.total_seconds()),
        points=[_point(one) for one in found.points],
        settled=found.settled.count,
        settled_fen=found.settled.fen,
        refusals=[_refusal(*one, call.language) for one in found.refusals],
        unpaid=[_unpaid(one, call.language) for one in found.unpaid[:_SHOWN]],
        unpaid_bills=found.unpaid_bills.count,
        unpaid_fen=found.unpaid_bills.fen,
        counted_to=None if found.counted_to is None else iso(found.counted_to),
    )


async def all_provinces(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    return [ProvinceView(code=one[:2], name=place_name(one)) for one in provinces()]


def _point(one: Point) -> PointView:
    return PointView(
        at=iso(one.at),
        settled=one.settled,
        undone=one.undone,
        refused=one.refused,
        before=one.before,
    )


def _refusal(reason: str, count: int, language: Language) -> RefusalsView:
    message, next_step = blank_reason(reason, language)
    return RefusalsView(reason=reason, message=message, next_step=next_step, count=count)


def _unpaid(one: Unpaid, language: Language) -> UnpaidView:
    return UnpaidView(
        reason=one.reason,
        message=blank_reason(one.reason, language)[0],
        pool=one.pool,
        region=place_name(one.pool.ljust(_PLACE, "0")),
        count=one.count,
        fen=one.fen,
        asked=is_asked(one.reason),
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/ranges",
        ranges,
        "一段时间的结算、拒绝和没付成的共济",
        "viewer",
        RangeView,
        query=RangeQuery,
    ),
    Endpoint("GET", "/provinces", all_provinces, "各省", "viewer", ProvinceView, many=True),
]

RESOURCE = Resource(Needs, ENDPOINTS)
