"""Who I am, at the phones' door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.domain.aid.rules.giving import shareable_fen, unfit_to_give
from app.domain.registry.rules import in_order
from app.domain.registry.service import People
from app.kit.clock import Clock, iso, local_date
from app.kit.reasons import Language
from app.ledger.balances import Balances
from app.ledger.holding import Holdings
from app.ledger.holds import Hold, HoldPurpose
from app.ledger.kinds import AccountKind
from app.regions.loader import Rulebook
from app.words import HOLDS, INSUTYPES, Insutype

_Name = Literal["current", "carried_over", "wallet", "held", "family"]
_NAMES: dict[AccountKind, _Name] = {
    AccountKind.CURRENT: "current",
    AccountKind.CARRIED: "carried_over",
    AccountKind.WALLET: "wallet",
    AccountKind.HELD: "held",
    AccountKind.FAMILY: "family",
}
"""This call has named it so from the beginning; statements say ``carried``."""
_SHARED = {AccountKind.CURRENT, AccountKind.CARRIED}


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    people: People
    balances: Balances
    holdings: Holdings
    rulebook: Rulebook
    clock: Clock


class AccountView(View):
    """One account: what it held at ``as_of``; ``held``: what is set aside of the others."""

    kind: _Name
    balance_fen: int
    as_of: str


class HoldView(View):
    """What is set aside for one thing, and until when at the latest."""

    purpose: Literal["wallet", "premium"]
    what: str
    amount_fen: int
    since: str
    expires_at: str | None


class MeView(View):
    """The insured person who calls. ``shareable_fen``: what relatives could use now;
    ``cannot_give``: why nobody could, by the reason that a new grant would be refused for."""

    name: str
    certno: str
    insutype: str
    plan_zh: str
    region: str
    place: str
    insured: bool
    suspended: bool
    accounts: list[AccountView]
    holds: list[HoldView]
    shareable_fen: int
    cannot_give: str | None
    aid_alias: str
    server_time: str


async def me(call: Call[Needs, Nothing, Nothing]) -> View:
    services = call.services
    person = await services.people.get(call.person_id)
    now = services.clock.now()
    rules = services.rulebook.at(person.insuplc_admdvs, local_date(now)).rules
    accounts = await services.balances.of_person(person.id)
    held = {account.kind: account.balance_fen for account in accounts}
    unfit = unfit_to_give(
        in_order=in_order(person),
        employee=person.insutype == Insutype.EMPLOYEE,
        has_account=bool(_SHARED & held.keys()),
    )
    shareable = (
        0
        if unfit
        else shareable_fen(
            rules.aid,
            held.get(AccountKind.CURRENT, 0),
            held.get(AccountKind.CARRIED, 0),
            held.get(AccountKind.FAMILY, 0),
        )
    )
    return MeView(
        name=services.people.masked_name(person),
        certno=services.people.masked_certno(person),
        insutype=person.insutype,
        plan_zh=INSUTYPES[person.insutype].zh,
        region=services.rulebook.region_name(person.insuplc_admdvs),
        place=person.insuplc_admdvs,
        insured=person.insured,
        suspended=person.suspended,
        accounts=[
            AccountView(kind=_NAMES[a.kind], balance_fen=a.balance_fen, as_of=a.as_of)
            for a in accounts
        ],
        holds=[
            _hold_view(hold, call.language) for hold in await services.holdings.of_person(person.id)
        ],
        shareable_fen=shareable,
        cannot_give=unfit.code if unfit else None,
        aid_alias=rules.display.aid_alias,
        server_time=iso(now),
    )


def _hold_view(hold: Hold, language: Language) -> HoldView:
    return HoldView(
        purpose="wallet" if hold.purpose is HoldPurpose.WALLET else "premium",
        what=HOLDS[hold.purpose.name].name(language),
        amount_fen=hold.amount_fen,
        since=iso(hold.made_at),
        expires_at=None if hold.expires_at is None else iso(hold.expires_at),
    )


ENDPOINTS = [
    Endpoint("GET", "/me", me, "我的参保信息与账户余额", "person", MeView),
]

RESOURCE = Resource(Needs, ENDPOINTS)
