"""A person at the counter: looked up by the document, and all that can be done for the person on
one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.api.counter.common import SERVED, ActView, DocumentForm, act_views, clerk_of
from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.phone.views import ACCOUNT_NAMES, AccountName, Paying, Why, paying, why_of
from app.domain.aid.rules.standing import GrantState, is_paused, state_of
from app.domain.aid.service import Aid, GrantView
from app.domain.card.service import Cards
from app.domain.counter import errors
from app.domain.counter.desk import Desk
from app.domain.counter.tasks import CounterTasks
from app.domain.family.relatives import Relative
from app.domain.family.service import Family
from app.domain.premium.service import Premiums, Seen
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.models import Person
from app.domain.registry.relations import other_is
from app.domain.registry.service import People
from app.domain.settlement.service import Settlements
from app.domain.wallet.service import Wallets
from app.kit.clock import Clock, iso, local_date
from app.kit.reasons import Language
from app.ledger.balances import Balances
from app.regions.loader import Rulebook
from app.regions.periods import values_of, with_caps
from app.regions.text.places import place_name
from app.words import INSUTYPES


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    desk: Desk
    people: People
    aid: Aid
    family: Family
    settlements: Settlements
    premiums: Premiums
    wallets: Wallets
    cards: Cards
    balances: Balances
    counter_tasks: CounterTasks
    rulebook: Rulebook
    clock: Clock


class HeldView(View):
    """What an account holds."""

    kind: AccountName
    balance_fen: int


class BoundView(View):
    """A family binding. ``other_is``: what the other is to the person; ``to_confirm``: it waits for
    the person's yes."""

    id: str
    direction: Literal["out", "in"]
    name: str
    other_is: str
    state: str
    since: str
    can_show: bool
    why_not: Why | None
    to_confirm: bool


@with_caps(int | None)
class GivenView(View):
    """A grant from the person's side. ``may_order``, ``may_end``: whether this side may; ``rank``:
    its place among the beneficiary's, 0 where the region has an order of its own; ``once``: for one
    bill or premium; ``paused_until``: the day on which it goes on by itself, while it is paused."""

    id: str
    role: Literal["donor", "beneficiary"]
    agreed: bool
    other: str
    other_is: str
    state: GrantState
    starts_on: date
    ends_on: date | None
    purposes: list[str]
    rank: int
    may_order: bool
    may_end: bool
    can_pay: bool
    why_not: Why | None
    once: bool
    paused_until: date | None


class HeldCardView(View):
    """A social-security card. ``number``: masked."""

    id: str
    number: str
    state: str
    since: str


class OrderedView(View):
    """A premium that was ordered."""

    id: str
    resident: str
    year: int
    amount_fen: int
    state: str
    covers_from: date
    may_take_back: bool
    may_refund: bool


class WaitingRefundView(View):
    """Money in suspense that waits for the person."""

    id: str
    amount_fen: int
    since: str


class PersonStateView(View):
    """A person, masked, with all that the counter can do something about.

    Attributes:
        wallet: whether it has been opened; cannot_open: why it can't be.
        aid_alias: what mutual aid is called where the person is insured.
        acts: what was done at the counter for the person, the newest first.
    """

    id: str
    name: str
    certno: str
    psn_no: str
    born: date
    plan: str
    place: str
    place_name: str
    insured: bool
    suspended: bool
    accounts: list[HeldView]
    wallet: bool
    cannot_open: Why | None
    aid_alias: str
    relatives: list[BoundView]
    grants: list[GivenView]
    cards: list[HeldCardView]
    premiums: list[OrderedView]
    refunds: list[WaitingRefundView]
    acts: list[ActView]
    server_time: str


async def look(call: Call[Needs, DocumentForm, Nothing]) -> View:
    form = call.body
    found = await call.services.desk.look(
        clerk_of(call), form.psn_name, form.psn_cert_type, form.certno
    )
    return await _state(call, found)


async def again(call: Call[Needs, Nothing, Nothing]) -> View:
    person = await call.services.desk.served(clerk_of(call), call.path_id(), "GET /persons/{id}")
    return await _state(call, person)


async def _state(call: Call[Needs, Any, Any], person: Person) -> PersonStateView:
    services, language = call.services, call.language
    now = services.clock.now()
    pays = await paying(services.aid, services.settlements, services.people, person.id)
    grants = await services.aid.of_person(person.id) + await services.aid.ended_by_rule(person.id)
    seen = await services.wallets.looking.overview(person.id)
    rules = services.rulebook.at(person.insuplc_admdvs, local_date(now)).rules
    people = services.people
    return PersonStateView(
        id=str(person.id),
        name=people.masked_name(person),
        certno=people.masked_certno(person),
        psn_no=person.psn_no,
        born=person.brdy,
        plan=INSUTYPES[person.insutype].name(language),
        place=person.insuplc_admdvs,
        place_name=place_name(person.insuplc_admdvs),
        insured=person.insured,
        suspended=person.suspended,
        accounts=[
            HeldView(kind=ACCOUNT_NAMES[one.kind], balance_fen=one.balance_fen)
            for one in await services.balances.of_person(person.id)
        ],
        wallet=seen.wallet is not None,
        cannot_open=why_of(seen.cannot_open, language),
        aid_alias=rules.display.aid_alias,
        relatives=[_relative(one, language) for one in await services.family.relatives(person.id)],
        grants=[_grant(one, pays, local_date(now), language) for one in grants],
        cards=[
            HeldCardView(
                id=str(one.id),
                number=one.masked_number,
                state=one.state.value,
                since=iso(one.state_at),
            )
            for one in await services.cards.of_person(person.id)
        ],
        premiums=await _premiums(people, await services.premiums.of_person(person.id)),
        refunds=[
            WaitingRefundView(id=str(one.id), amount_fen=one.amount_fen, since=iso(one.created_at))
            for one in await services.counter_tasks.of_person(person.id)
        ],
        acts=await act_views(people, await services.desk.acts_of(person.id), language),
        server_time=iso(now),
    )


def _relative(one: Relative, language: Language) -> BoundView:
    return BoundView(
        id=str(one.binding_id),
        direction=one.direction,
        name=one.masked_name,
        other_is=other_is(one.relation, one.direction == "out", one.other_gend, language),
        state=one.state,
        since=iso(one.since),
        can_show=one.why_not is None,
        why_not=why_of(one.why_not, language),
        to_confirm=one.to_confirm,
    )


def _grant(view: GrantView, pays: Paying, today: date, language: Language) -> GivenView:
    grant, other = view.grant, view.other
    key = (other.id if other else 0, view.i_am_donor)
    why = pays.get(key, view.because) if other else view.because
    return GivenView(
        id=str(grant.id),
        role="donor" if view.i_am_donor else "beneficiary",
        agreed=grant.agreed,
        other=view.other_name,
        other_is=other_is(grant.relation, view.i_am_donor, other.gend if other else "", language),
        state=state_of(grant.standing, today),
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        purposes=list(grant.purposes),
        rank=view.place,
        may_order=view.may_order,
        may_end=view.may_end,
        can_pay=key in pays and why is None,
        why_not=why_of(why, language),
        once=grant.once,
        paused_until=grant.paused_until if is_paused(grant.standing, today) else None,
        **values_of(grant.caps),
    )


async def _premiums(people: People, found: Sequence[Seen]) -> list[OrderedView]:
    names = await people.masked_names({seen.order.person_id for seen in found})
    return [
        OrderedView(
            id=str(seen.order.id),
            resident=names[seen.order.person_id],
            year=seen.order.year,
            amount_fen=seen.order.amount_fen,
            state=seen.order.state.name.lower(),
            covers_from=seen.order.covers_from,
            may_take_back=seen.may_take_back,
            may_refund=seen.may_refund,
        )
        for seen in found
    ]


ENDPOINTS = [
    Endpoint("POST", "/persons", look, "凭证件查一位参保人（每次查询都记入审计）", "clerk",
             PersonStateView, body=DocumentForm,
             reasons=(PERSON_UNKNOWN, errors.COUNTER_OTHER_REGION)),
    Endpoint("GET", "/persons/{id}", again, "今天查过的参保人的现状", "clerk", PersonStateView,
             reasons=SERVED),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
