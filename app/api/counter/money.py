"""Wallet, premiums and the own code at the counter's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from app.api.counter.common import SERVED, ActView, PaperForm, act_view, clerk_of
from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.pictures.drawing import svg
from app.api.phone.views import Why, whys
from app.domain.aid import errors as aid
from app.domain.counter.desk import Desk
from app.domain.counter.money import MoneyDesk
from app.domain.credential.code import ANY
from app.domain.credential.errors import BUSINESS_TYPE_UNKNOWN
from app.domain.premium import errors
from app.domain.premium.offering import Offer
from app.domain.registry import errors as registry
from app.domain.registry.service import People
from app.domain.wallet.errors import PLACE_NOT_LIVE
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND, UNAVAILABLE, Because

_WHOSE = r"^(me|[0-9]{1,19})$"


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    money_desk: MoneyDesk
    desk: Desk
    people: People


class QuoteQuery(Form):
    """Whose premium: ``me``, or the number of a grant of the person's; missed years to pay with it,
    with commas between."""

    beneficiary: str = Field(default="me", pattern=_WHOSE)
    buy_back: str = Field(default="", max_length=60, pattern=r"^([0-9]{4}(,[0-9]{4})*)?$")


class CounterPremiumForm(PaperForm):
    """A premium to be paid from the accounts."""

    beneficiary: str = Field(default="me", pattern=_WHOSE)
    year: int = Field(ge=2021, le=2200, strict=True)
    buy_back: list[Annotated[int, Field(ge=2003, le=2200, strict=True)]] = Field(
        default_factory=list, max_length=10
    )


class QuotedView(View):
    """What a year costs; ``can_pay``: whether the accounts would pay it now, ``reasons``: why not,
    or why there is nothing to pay."""

    year: int
    amount_fen: int | None
    covers_from: date | None
    waiting_months: int
    missed_years: list[int]
    charged_on: date | None
    closes: date | None
    can_pay: bool
    reasons: list[Why]


class QuotesView(View):
    """What may be paid for a resident. ``name``: masked."""

    name: str
    years: list[QuotedView]


class ShownCodeView(View):
    """The person's own code for a till beside the counter; ``picture``: its QR, as SVG."""

    code: str
    picture: str
    expires_at: str
    server_time: str
    act: ActView


async def open_wallet(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.money_desk.open_wallet(
        clerk_of(call), call.path_id(), call.body.paper()
    )
    return await _act(call, done)


async def quotes(call: Call[Needs, Nothing, QuoteQuery]) -> View:
    query = call.query
    bought = [int(year) for year in query.buy_back.split(",") if year]
    whose, found = await call.services.money_desk.offers(
        clerk_of(call), call.path_id(), query.beneficiary, bought
    )
    people = call.services.people
    names = await people.masked_names([whose])
    return QuotesView(name=names[whose], years=[await _quoted(call, one) for one in found])


async def premium(call: Call[Needs, CounterPremiumForm, Nothing]) -> ActView:
    form = call.body
    done = await call.services.money_desk.premium(
        clerk_of(call),
        call.path_id(),
        form.beneficiary,
        form.year,
        form.buy_back,
        form.paper(),
    )
    return await _act(call, done)


async def take_back(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.money_desk.premium_back(
        clerk_of(call), call.path_id(), call.path_id("order"), call.body.paper()
    )
    return await _act(call, done)


async def refund(call: Call[Needs, PaperForm, Nothing]) -> ActView:
    done = await call.services.money_desk.premium_refund(
        clerk_of(call), call.path_id(), call.path_id("order"), call.body.paper()
    )
    return await _act(call, done)


async def code(call: Call[Needs, PaperForm, Nothing]) -> View:
    act_id, issued = await call.services.money_desk.code(
        clerk_of(call), call.path_id(), ANY, call.body.paper()
    )
    return ShownCodeView(
        code=issued.code,
        picture=svg(issued.code, "qr"),
        expires_at=iso(issued.shown.expires_at),
        server_time=iso(issued.server_time),
        act=await _act(call, act_id),
    )


async def _quoted(call: Call[Needs, Any, Any], found: Offer | Because) -> QuotedView:
    people, language = call.services.people, call.language
    if isinstance(found, Because):
        return QuotedView(
            year=int(found.params.get("year", 0)),
            amount_fen=None,
            covers_from=None,
            waiting_months=0,
            missed_years=[],
            charged_on=None,
            closes=None,
            can_pay=False,
            reasons=await whys(people, [found], language),
        )
    return QuotedView(
        year=found.quote.year,
        amount_fen=found.amount_fen,
        covers_from=found.quote.covers_from,
        waiting_months=found.quote.waiting_months,
        missed_years=list(found.quote.missed_years),
        charged_on=found.quote.charged_on,
        closes=found.quote.closes,
        can_pay=not found.because,
        reasons=await whys(people, found.because, language),
    )


async def _act(call: Call[Needs, Any, Any], act_id: int) -> ActView:
    return await act_view(call.services.desk, call.services.people, act_id, call.language)


_USABLE = (registry.BENEFICIARY_NOT_ENROLLED, registry.MISUSE_SUSPENSION)
_QUOTE = (NOT_FOUND, aid.CONSENT_PENDING, aid.NO_AID_GRANT)
_ONE = "/persons/{id}/premiums/{order}"
ENDPOINTS = [
    Endpoint("POST", "/persons/{id}/wallet", open_wallet, "开通医保钱包", "clerk", ActView,
             body=PaperForm, reasons=(*SERVED, *_USABLE, NOT_FOUND, PLACE_NOT_LIVE)),
    Endpoint("GET", "/persons/{id}/premiums/offers", quotes, "居民医保费：要缴多少", "clerk",
             QuotesView, query=QuoteQuery, reasons=(*SERVED, *_QUOTE)),
    Endpoint("POST", "/persons/{id}/premiums", premium, "代缴居民医保费", "clerk", ActView,
             body=CounterPremiumForm, status=201,
             reasons=(*SERVED, *_QUOTE, UNAVAILABLE, errors.PREMIUM_NOT_HERE,
                      errors.WINDOW_CLOSED, errors.NOT_RESIDENT_PLAN, errors.EXCLUDED_GROUP,
                      errors.ALREADY_PAID, errors.PREMIUM_UNDER_WAY, errors.DONOR_BELOW_PREMIUM,
                      errors.YEAR_NOT_MISSED)),
    Endpoint("POST", f"{_ONE}/take-back", take_back, "撤回代缴", "clerk", ActView, body=PaperForm,
             reasons=(*SERVED, NOT_FOUND, errors.ONLY_ASKER_MAY, errors.PREMIUM_WITH_TAX_OFFICE,
                      errors.NOTHING_TO_REFUND)),
    Endpoint("POST", f"{_ONE}/refund", refund, "待遇开始前申请退费", "clerk", ActView,
             body=PaperForm,
             reasons=(*SERVED, NOT_FOUND, errors.ONLY_ASKER_MAY, errors.NOTHING_TO_REFUND,
                      errors.REFUND_TOO_LATE)),
    Endpoint("POST", "/persons/{id}/code", code, "在窗口出示本人医保码", "clerk", ShownCodeView,
             body=PaperForm, status=201, reasons=(*SERVED, *_USABLE, BUSINESS_TYPE_UNKNOWN)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
