"""代缴城乡居民医保费 at the phones' door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.views import Why, whys
from app.api.reasons import because
from app.domain.aid import errors as aid
from app.domain.premium import errors
from app.domain.premium.models import Order, State
from app.domain.premium.offering import Offer
from app.domain.premium.service import Premiums, Seen
from app.domain.registry.service import People
from app.kit.clock import iso
from app.kit.reasons import NOT_FOUND, UNAVAILABLE, Because, Refusal

Year = Annotated[int, Field(ge=2021, le=2200, strict=True)]
StateName = Literal[
    "planned", "reserved", "submitted", "paid", "booked", "released", "refund_asked", "refunded"
]
_NAMES: dict[State, StateName] = {
    State.PLANNED: "planned",
    State.RESERVED: "reserved",
    State.SUBMITTED: "submitted",
    State.PAID: "paid",
    State.BOOKED: "booked",
    State.RELEASED: "released",
    State.REFUND_ASKED: "refund_asked",
    State.REFUNDED: "refunded",
}
_WHOSE = r"^(me|[0-9]{1,19})$"
_ORDER_REASONS = (
    NOT_FOUND, UNAVAILABLE, aid.CONSENT_PENDING, aid.NO_AID_GRANT, errors.PREMIUM_NOT_HERE,
    errors.WINDOW_CLOSED, errors.NOT_RESIDENT_PLAN, errors.EXCLUDED_GROUP, errors.ALREADY_PAID,
    errors.PREMIUM_UNDER_WAY, errors.DONOR_BELOW_PREMIUM, errors.YEAR_NOT_MISSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    premiums: Premiums
    people: People


class OfferQuery(Form):
    """Whose premium: ``me``, or the id of a grant of mine. ``buy_back``: missed years to be paid
    with it, with commas between."""

    beneficiary: str = Field(default="me", pattern=_WHOSE)
    buy_back: str = Field(default="", max_length=60, pattern=r"^([0-9]{4}(,[0-9]{4})*)?$")


class PremiumOfferView(View):
    """What a benefit year costs and buys, if it is paid today.

    Attributes:
        price_fen: of the year; amount_fen: with what is bought back.
        covers_from: the first day of cover, once it is booked; waiting_months: 0 where there is no
            waiting period; missed_years: those that made it longer; each that is bought back
            costs ``price_fen`` and takes ``month_each`` months off, never below ``at_least``.
        charged_on: where accounts are charged on a month's last day, that day.
        closes: the last day of the time in which it is collected; null: that is over.
        by_year: whose notice gives the price: an earlier year's until this one's has been read.
        can_pay: whether the accounts would pay it now; reasons: why not, or why there is no offer.
    """

    year: int
    price_fen: int | None
    amount_fen: int | None
    covers_from: date | None
    waiting_months: int
    missed_years: list[int]
    buy_back: bool
    month_each: int
    at_least: int
    charged_on: date | None
    closes: date | None
    by_year: int | None
    can_pay: bool
    reasons: list[Why]


class PremiumOffersView(View):
    """What may be paid for a resident. ``name``: masked."""

    beneficiary: str
    name: str
    offers: list[PremiumOfferView]


class PremiumWish(Form):
    """One resident's premium: ``me``, or the id of a grant of mine; missed years to buy back."""

    beneficiary: str = Field(default="me", pattern=_WHOSE)
    buy_back: list[Year] = Field(default_factory=list, max_length=10)


class PremiumOrderForm(Form):
    """Premiums of one benefit year for one person or several, each whole or not at all."""

    year: Year
    items: list[PremiumWish] = Field(min_length=1, max_length=20)


class PremiumPayerView(View):
    """One who pays. ``name``: masked; ``me``: whether that is who asks; ``at_counter``: my part
    came back, found its account closed and waits at the insurance office."""

    name: str
    me: bool
    amount_fen: int
    at_counter: bool


class PremiumView(View):
    """An order as one who has to do with it sees it; a donor sees the own part.

    Attributes:
        state: planned (accounts will be charged on ``charge_on``) → reserved → submitted → paid →
            booked; released; refund_asked → refunded.
        short: a planned one for which the accounts hold too little now.
        why: why it came to nothing, or why a refund was not made.
        may_take_back, may_refund: what may be asked for now.
    """

    id: str
    resident: str
    mine: bool
    year: int
    buy_back: list[int]
    price_fen: int
    amount_fen: int
    state: StateName
    charge_on: date | None
    short: bool
    covers_from: date
    payers: list[PremiumPayerView]
    why: Why | None
    taking_back: bool
    may_take_back: bool
    may_refund: bool
    ordered_at: str
    paid_at: str | None
    booked_at: str | None
    ended_at: str | None


class PremiumRefusedView(View):
    """One that was not ordered, and why."""

    beneficiary: str
    why: Why


class PremiumsOrderedView(View):
    """What was ordered and what was not; at least one was."""

    ordered: list[PremiumView]
    refused: list[PremiumRefusedView]


async def offers(call: Call[Needs, Nothing, OfferQuery]) -> View:
    query, services = call.query, call.services
    bought = [int(year) for year in query.buy_back.split(",") if year]
    person_id, found = await services.premiums.offers(call.person_id, query.beneficiary, bought)
    names = await services.people.masked_names({person_id})
    return PremiumOffersView(
        beneficiary=query.beneficiary,
        name=names[person_id],
        offers=[await _offer(call, one) for one in found],
    )


async def order(call: Call[Needs, PremiumOrderForm, Nothing]) -> View:
    form, premiums = call.body, call.services.premiums
    ordered: list[PremiumView] = []
    refused: list[PremiumRefusedView] = []
    first: Refusal | None = None
    for wish in form.items:
        try:
            made = await premiums.order(call.person_id, wish.beneficiary, form.year, wish.buy_back)
        except Refusal as refusal:
            first = first or refusal
            [why] = await whys(
                call.services.people, [refusal.because()], call.language, call.person_id
            )
            refused.append(PremiumRefusedView(beneficiary=wish.beneficiary, why=why))
        else:
            ordered += await _views(call, [await premiums.one(call.person_id, made.id)])
    if first is not None and not ordered:
        raise first
    return PremiumsOrderedView(ordered=ordered, refused=refused)


async def list_orders(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    return [*await _views(call, await call.services.premiums.of_person(call.person_id))]


async def one_order(call: Call[Needs, Nothing, Nothing]) -> View:
    return await _one(call)


async def take_back(call: Call[Needs, Nothing, Nothing]) -> View:
    await call.services.premiums.take_back(call.person_id, call.path_id())
    return await _one(call)


async def ask_refund(call: Call[Needs, Nothing, Nothing]) -> View:
    await call.services.premiums.ask_refund(call.person_id, call.path_id())
    return await _one(call)


async def _one(call: Call[Needs, Any, Any]) -> View:
    seen = await call.services.premiums.one(call.person_id, call.path_id())
    return (await _views(call, [seen]))[0]


async def _offer(call: Call[Needs, Any, Any], found: Offer | Because) -> PremiumOfferView:
    people, language = call.services.people, call.language
    if isinstance(found, Because):
        return PremiumOfferView(
            year=int(found.params.get("year", 0)),
            price_fen=None,
            amount_fen=None,
            covers_from=None,
            waiting_months=0,
            missed_years=[],
            buy_back=False,
            month_each=0,
            at_least=0,
            charged_on=None,
            closes=None,
            by_year=None,
            can_pay=False,
            reasons=await whys(people, [found], language, call.person_id),
        )
    quote = found.quote
    return PremiumOfferView(
        year=quote.year,
        price_fen=quote.price_fen,
        amount_fen=found.amount_fen,
        covers_from=quote.covers_from,
        waiting_months=quote.waiting_months,
        missed_years=list(quote.missed_years),
        buy_back=quote.buy_back,
        month_each=quote.month_each,
        at_least=quote.at_least,
        charged_on=quote.charged_on,
        closes=quote.closes,
        by_year=quote.by_year,
        can_pay=not found.because,
        reasons=await whys(people, found.because, language, call.person_id),
    )


async def _views(call: Call[Needs, Any, Any], found: Sequence[Seen]) -> list[PremiumView]:
    people = call.services.people
    ids = {seen.order.person_id for seen in found} | {one for seen in found for one in seen.legs}
    names = await people.masked_names(ids)
    orders = [seen.order.id for seen in found]
    waits = await call.services.premiums.at_counter(call.person_id, orders)
    views = []
    for seen in found:
        [why] = (
            await whys(
                people,
                [because(seen.order.reason, seen.order.params)],
                call.language,
                call.person_id,
            )
            if seen.order.reason
            else [None]
        )
        views.append(_view(call.person_id, seen, names, why, at_counter=seen.order.id in waits))
    return views


def _view(
    me: int, seen: Seen, names: dict[int, str], why: Why | None, *, at_counter: bool
) -> PremiumView:
    order: Order = seen.order
    return PremiumView(
        id=str(order.id),
        resident=names[order.person_id],
        mine=order.person_id == me,
        year=order.year,
        buy_back=list(order.bought_years),
        price_fen=order.price_fen,
        amount_fen=order.amount_fen,
        state=_NAMES[order.state],
        charge_on=order.charge_on if order.state is State.PLANNED else None,
        short=order.state is State.PLANNED and order.short_since is not None,
        covers_from=order.covers_from,
        payers=[
            PremiumPayerView(
                name=names[person],
                me=person == me,
                amount_fen=fen,
                at_counter=at_counter and person == me,
            )
            for person, fen in seen.legs.items()
        ],
        why=why,
        taking_back=order.void_asked and order.state is State.SUBMITTED,
        may_take_back=seen.may_take_back,
        may_refund=seen.may_refund,
        ordered_at=iso(order.created_at),
        paid_at=iso(order.paid_at) if order.paid_at else None,
        booked_at=iso(order.booked_at) if order.booked_at else None,
        ended_at=iso(order.ended_at) if order.ended_at else None,
    )


_TAKE_BACK = (
    NOT_FOUND, errors.ONLY_ASKER_MAY, errors.PREMIUM_WITH_TAX_OFFICE, errors.NOTHING_TO_REFUND,
)  # fmt: skip
ENDPOINTS = [
    Endpoint("GET", "/premiums/offers", offers, "居民医保费：要缴多少、从哪天起有待遇", "person",
             PremiumOffersView, query=OfferQuery,
             reasons=(NOT_FOUND, aid.CONSENT_PENDING, aid.NO_AID_GRANT)),
    Endpoint("GET", "/premiums", list_orders, "我的居民医保费代缴", "person", PremiumView,
             many=True),
    Endpoint("POST", "/premiums", order, "代缴居民医保费", "person", PremiumsOrderedView,
             body=PremiumOrderForm, reasons=_ORDER_REASONS, status=201),
    Endpoint("GET", "/premiums/{id}", one_order, "一笔代缴的进度", "person", PremiumView,
             reasons=(NOT_FOUND,)),
    Endpoint("DELETE", "/premiums/{id}", take_back, "撤回代缴", "person", PremiumView,
             reasons=_TAKE_BACK),
    Endpoint("POST", "/premiums/{id}/refund", ask_refund, "待遇开始前申请退费", "person",
             PremiumView,
             reasons=(NOT_FOUND, errors.ONLY_ASKER_MAY, errors.NOTHING_TO_REFUND,
                      errors.REFUND_TOO_LATE)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
