"""医保钱包 at the phones' door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Nothing, Resource
from app.api.phone.choices import Choice, relation_choices
from app.api.phone.views import Why, whys
from app.api.phone.wallet.forms import (
    HistoryQuery,
    OpenForm,
    PlaceForm,
    ReturnForm,
    TransferForm,
)
from app.api.phone.wallet.views import (
    HistoryView,
    PayeeView,
    SourceView,
    TransferView,
    WalletLimits,
    WalletView,
    WardView,
    offer_view,
    place_of_use,
    sent_view,
)
from app.domain.registry import errors as registry
from app.domain.registry.relations import other_is
from app.domain.registry.service import People
from app.domain.wallet import errors
from app.domain.wallet.looking import Overview, Ward
from app.domain.wallet.service import Wallets
from app.domain.wallet.values import Offer, Sent, Source
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.ledger.kinds import AccountKind
from app.regions.text.places import place_name

_HAVING = (registry.BENEFICIARY_NOT_ENROLLED, registry.MISUSE_SUSPENSION, errors.PLACE_NOT_LIVE)


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    wallets: Wallets
    people: People
    clock: Clock


async def wallet(call: Call[Needs, Any, Any]) -> WalletView:
    """GET /wallet"""
    services, language = call.services, call.language
    seen = await services.wallets.looking.overview(call.person_id)
    rules, standing = seen.rules, seen.standing
    return WalletView(
        opened=seen.wallet is not None,
        opened_at=None if seen.wallet is None else iso(seen.wallet.opened_at),
        place_of_use=place_of_use(seen.place, language),
        place=seen.place,
        home=seen.home,
        places=[Choice(id=one, name=place_name(one)) for one in seen.places],
        balance_fen=standing.held.get(AccountKind.WALLET, 0),
        cannot_open=await _why(call, seen.cannot_open),
        cannot_send=await _why(call, seen.cannot_send),
        rules=WalletLimits(
            sends_a_day=rules.sends_a_day,
            single_fen=rules.single_fen,
            closed_from_hour=rules.closed_from_hour,
            closed_until_hour=rules.closed_until_hour,
            returned_at_hour=rules.returned_at_hour,
            relations=relation_choices(rules.relations, language),
        ),
        sent_today=standing.sent_today,
        sources=[
            SourceView(
                source="wallet" if source is Source.WALLET else "personal", available_fen=fen
            )
            for source, fen in seen.available_fen.items()
        ],
        offers=await _offers(call, seen),
        waiting=[sent_view(one, language) for one in seen.waiting],
        wards=[await _ward(call, ward) for ward in seen.wards],
        payees=[
            PayeeView(
                family=str(one.tie.id) if one.tie.kind == "family" else None,
                grant=str(one.tie.id) if one.tie.kind == "grant" else None,
                person_id=str(one.person_id),
                name=one.name,
                other_is=other_is(one.told, one.mine, one.gend, language),
                ask_relation=one.relation is None,
            )
            for one in seen.known
        ],
        server_time=iso(services.clock.now()),
    )


async def open_wallet(call: Call[Needs, OpenForm, Nothing]) -> WalletView:
    """POST /wallet"""
    services, holder = call.services, call.body.holder
    whose = call.person_id
    if holder != "me":
        acting = await services.wallets.parties.acting_for(call.person_id)
        of_binding = {binding: person_id for person_id, binding in acting.items()}
        if int(holder) not in of_binding:
            raise Refusal(NOT_FOUND)
        whose = of_binding[int(holder)]
    await services.wallets.open(call.person_id, whose)
    return await wallet(call)


async def choose_place(call: Call[Needs, PlaceForm, Nothing]) -> WalletView:
    """PATCH /wallet"""
    chosen = None if call.body.place == "home" else call.body.place
    await call.services.wallets.choose_place(call.person_id, chosen)
    return await wallet(call)


async def history(call: Call[Needs, Nothing, HistoryQuery]) -> HistoryView:
    """GET /wallet/transfers"""
    query = call.query
    before = ID_MAX if query.before is None else min(int(query.before), ID_MAX)
    looking = call.services.wallets.looking
    found = await looking.history(call.person_id, before, query.limit + 1)
    page = found[: query.limit]
    following = str(page[-1].id) if len(found) > query.limit else None
    return HistoryView(items=await _views(call, page), next=following)


async def send(call: Call[Needs, TransferForm, Nothing]) -> TransferView:
    """POST /wallet/transfers"""
    sent = await call.services.wallets.send(call.person_id, call.body.request())
    return sent_view(sent, call.language)


async def accept(call: Call[Needs, Nothing, Nothing]) -> TransferView:
    """POST /wallet/transfers/{id}/accept"""
    offer = await call.services.wallets.accept(call.person_id, call.path_id())
    return (await _views(call, [offer]))[0]


async def refuse(call: Call[Needs, Nothing, Nothing]) -> TransferView:
    """POST /wallet/transfers/{id}/refuse"""
    offer = await call.services.wallets.refuse(call.person_id, call.path_id())
    return (await _views(call, [offer]))[0]


async def give_back(call: Call[Needs, ReturnForm, Nothing]) -> TransferView:
    """POST /wallet/transfers/{id}/return"""
    body = call.body
    sent = await call.services.wallets.give_back(
        call.person_id, call.path_id(), body.amount_fen, body.mark
    )
    return sent_view(sent, call.language)


async def _views(call: Call[Needs, Any, Any], found: Sequence[Sent | Offer]) -> list[TransferView]:
    services, now = call.services, call.services.clock.now()
    offers = [one for one in found if isinstance(one, Offer)]
    returnable = await services.wallets.looking.returnable_fen(call.person_id, offers)
    waits = await services.wallets.looking.at_counter(call.person_id, found)
    others = {one.person_id for one in offers} - {call.person_id}
    names = await services.people.masked_names(others) if others else {}
    return [
        offer_view(
            one,
            call.language,
            for_whom=names.get(one.person_id),
            returnable_fen=returnable.get(one.id, 0),
            over=one.expires_at is not None and one.expires_at <= now,
            at_counter=one.id in waits,
        )
        if isinstance(one, Offer)
        else sent_view(one, call.language, at_counter=one.id in waits)
        for one in found
    ]


async def _offers(call: Call[Needs, Any, Any], seen: Overview) -> list[TransferView]:
    return await _views(call, seen.offers)


async def _ward(call: Call[Needs, Any, Any], ward: Ward) -> WardView:
    return WardView(
        holder=str(ward.binding_id),
        name=ward.name,
        place_of_use=place_of_use(ward.place, call.language),
        opened=ward.opened,
        cannot_open=await _why(call, ward.cannot_open),
    )


async def _why(call: Call[Needs, Any, Any], because: Because | None) -> Why | None:
    if because is None:
        return None
    return (await whys(call.services.people, [because], call.language))[0]


ENDPOINTS = [
    Endpoint("GET", "/wallet", wallet, "我的医保钱包：余额、额度、待接收、待对方接收", "person",
             WalletView),
    Endpoint("POST", "/wallet", open_wallet, "为本人或亲属开通医保钱包", "person", WalletView,
             body=OpenForm, status=201,
             reasons=(NOT_FOUND, registry.RELATIVE_ELSEWHERE, *_HAVING)),
    Endpoint("PATCH", "/wallet", choose_place, "更改使用地；钱包里的钱不变", "person", WalletView,
             body=PlaceForm,
             reasons=(errors.PLACE_FIXED, errors.PLACE_NOT_LIVE, errors.NOT_OPENED)),
    Endpoint("GET", "/wallet/transfers", history, "钱包转账记录", "person", HistoryView,
             query=HistoryQuery),
    Endpoint("POST", "/wallet/transfers", send, "转给近亲属", "person", TransferView,
             body=TransferForm, status=201,
             reasons=(NOT_FOUND, *_HAVING, errors.NOT_OPENED, errors.PAYEE_NOT_OPENED,
                      errors.CLOSED_HOURS, errors.PENDING_UNACCEPTED, errors.DAILY_COUNT,
                      errors.NOT_NEAR_RELATIVE, errors.PAYEE_IS_SENDER, errors.SINGLE_AMOUNT,
                      errors.SOURCE_NOT_OFFERED, errors.SOURCE_SHORT)),
    Endpoint("POST", "/wallet/transfers/{id}/accept", accept, "接收", "person", TransferView,
             reasons=(NOT_FOUND, *_HAVING, errors.OFFER_ENDED, errors.NOT_OPENED)),
    Endpoint("POST", "/wallet/transfers/{id}/refuse", refuse, "拒收", "person", TransferView,
             reasons=(NOT_FOUND, errors.OFFER_ENDED)),
    Endpoint("POST", "/wallet/transfers/{id}/return", give_back, "退回已接收的钱", "person",
             TransferView, body=ReturnForm,
             reasons=(NOT_FOUND, errors.ONLY_OWNER_RETURNS, errors.OFFER_ENDED,
                      errors.CLOSED_HOURS, errors.RETURN_TOO_MUCH)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
