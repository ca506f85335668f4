"""医保码 at the phones' door. Never cached, and a code never stands in a URL."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.pictures.drawing import modules, svg
from app.api.phone.ties.named import binding_of
from app.api.phone.views import Payer, Why, payers, sided
from app.api.reasons import because
from app.domain.aid.service import Aid
from app.domain.credential import errors
from app.domain.credential.service import Credentials
from app.domain.family.errors import BINDING_ENDED, BINDING_PENDING, CONSENT_MISSING
from app.domain.family.service import Family
from app.domain.registry.errors import (
    BENEFICIARY_NOT_ENROLLED,
    MISUSE_SUSPENSION,
    NOT_ACTIVATED,
)
from app.domain.registry.relations import KINDS
from app.domain.registry.service import People
from app.domain.settlement.bills.standing import BillState, StandingBill, bills_of
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, age_on, iso, local_date
from app.kit.reasons import NOT_FOUND
from app.store.news import News

_LOOK_EVERY_S = 2.0
_ELDER_AGE = 60
"""From this birthday on the law on elders counts somebody as one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    credentials: Credentials
    family: Family
    settlements: Settlements
    aid: Aid
    people: People
    news: News
    clock: Clock


class CodeForm(Form):
    """Whose code: ``me``, or a family binding's id. What for: WIRE 6101, empty for anything."""

    holder: str = Field(default="me", max_length=20, pattern=r"^(me|[0-9]+)$")
    business_type: str = Field(default="", max_length=5)


class HolderView(View):
    """Whose code it is. ``elder``: it is one's own, and its holder of the age at which a phone
    offers large letters."""

    name: str
    relation: str
    relation_zh: str
    elder: bool


class CodeView(View):
    """A code to show: modules to draw it, and how long it lives by the server's clock."""

    id: str
    code: str
    qr: list[str]
    barcode: str
    expires_at: str
    server_time: str
    refresh_after_s: int
    holder: HolderView


class BillView(View):
    """A bill of the code as it stands now.

    Attributes:
        setl_id: the number of what stands, or of what gave it back.
        total_fen: what of it is bought now; ``was_fen``: what was bought first.
        cash_fen: what of it is paid in cash; ``cash_back_fen``: what comes back over the counter of
            the cash that was paid first, below 0: so much more is owed.
        legs: who pays what now; of a bill given back whole: who had paid what.
        reasons: why aid pays no more.
    """

    setl_id: str
    what: BillState
    institution: str
    total_fen: int
    was_fen: int
    cash_fen: int
    cash_back_fen: int
    legs: list[Payer]
    reasons: list[Why]
    at: str


class StateView(View):
    """What became of a code. ``newest``: the last thing that happened to its bills, empty: none."""

    id: str
    state: Literal["shown", "decoded", "paid", "expired"]
    decoded_by: str | None
    bills: list[BillView]
    newest: str
    expires_at: str
    server_time: str


class StateQuery(Form):
    """How long to wait, in seconds, for the state to become another than ``known``, or for its
    bills to change from what ``newest`` was."""

    wait: int = Field(default=0, ge=0, le=20)
    known: Literal["shown", "decoded", "paid", "expired"] = "shown"
    newest: str | None = Field(default=None, max_length=20, pattern=r"^[0-9]*$")


class PictureQuery(Form):
    kind: Literal["qr", "barcode"] = "qr"


async def show(call: Call[Needs, CodeForm, Nothing]) -> View:
    binding_id = binding_of(call.body.holder)
    issued = await call.services.credentials.issue(
        call.person_id, binding_id, call.body.business_type
    )
    age = age_on(issued.holder.brdy, local_date(issued.server_time))
    return CodeView(
        id=str(issued.shown.id),
        code=issued.code,
        **modules(issued.code),
        expires_at=iso(issued.shown.expires_at),
        server_time=iso(issued.server_time),
        refresh_after_s=issued.refresh_after_s,
        holder=HolderView(
            name=call.services.people.masked_name(issued.holder),
            relation=issued.shown.relation,
            relation_zh=KINDS[issued.shown.relation].zh,
            elder=binding_id is None and age >= _ELDER_AGE,
        ),
    )


async def picture(call: Call[Needs, Nothing, PictureQuery]) -> web.StreamResponse:
    code = await call.services.credentials.code_of(call.path_id(), call.person_id)
    return web.Response(
        text=svg(code, call.query.kind),
        content_type="image/svg+xml",
        headers={"Cache-Control": "no-store"},
    )


async def state(call: Call[Needs, Nothing, StateQuery]) -> View:
    """Long poll: answers at once when the state is not the known one, else waits for news."""
    credential_id = call.path_id()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + call.query.wait
    with call.services.news.expect(f"credential:{credential_id}") as event:
        while True:
            view = await _state(call, credential_id)
            left_s = deadline - loop.time()
            if view.state != call.query.known or left_s <= 0:
                return view
            if call.query.newest not in (None, view.newest):
                return view
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), min(left_s, _LOOK_EVERY_S))
            event.clear()


async def _state(call: Call[Needs, Any, Any], credential_id: int) -> StateView:
    services = call.services
    shown = await services.credentials.shown(credential_id, call.person_id)
    now = services.clock.now()
    bills = bills_of(await services.settlements.paid_with(credential_id))
    what: Literal["shown", "decoded", "paid", "expired"] = "shown"
    if bills:
        what = "paid"
    elif shown["decoded_at"] is not None:
        what = "decoded"
    elif now > shown["expires_at"]:
        what = "expired"
    codes = {bill.first.fixmedins_code for bill in bills}
    if shown["fixmedins_code"]:
        codes.add(shown["fixmedins_code"])
    names = await services.people.institution_names(codes)
    return StateView(
        id=str(credential_id),
        state=what,
        decoded_by=names.get(shown["fixmedins_code"]),
        bills=[await _bill(call, bill, names) for bill in bills],
        newest=str(bills[0].newest.id) if bills else "",
        expires_at=iso(shown["expires_at"]),
        server_time=iso(now),
    )


async def _bill(call: Call[Needs, Any, Any], bill: StandingBill, names: dict[str, str]) -> BillView:
    people, row = call.services.people, bill.shown
    reasons = [because(r.code, r.params) for r in bill.stands.trace.reasons] if bill.stands else []
    return BillView(
        setl_id=str(bill.number),
        what=bill.state,
        institution=names.get(row.fixmedins_code, row.fixmedins_code),
        total_fen=bill.total_fen,
        was_fen=bill.first.medfee_sumamt_fen,
        cash_fen=bill.cash_fen,
        cash_back_fen=bill.cash_back_fen,
        legs=await payers(people, row),
        reasons=await sided(
            people, call.services.aid, reasons, call.person_id, row.person_id, call.language
        ),
        at=iso(bill.newest.settled_at),
    )


async def made_in(call: Call[Needs, CodeForm, Nothing]) -> str | None:
    """A code is made where its holder is insured."""
    return await call.services.family.cell_of(call.person_id, binding_of(call.body.holder))


async def was_made_in(call: Call[Needs, Any, Any]) -> str | None:
    return await call.services.credentials.cell_of_code(call.path_id(), call.person_id)


_REASONS = (
    errors.BUSINESS_TYPE_UNKNOWN, BINDING_ENDED, BINDING_PENDING, CONSENT_MISSING,
    BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION, NOT_ACTIVATED, NOT_FOUND,
)  # fmt: skip
ENDPOINTS = [
    Endpoint("POST", "/credentials", show, "出示我的或亲属的医保码", "person", CodeView,
             body=CodeForm, reasons=_REASONS, status=201, where=made_in),
    Endpoint("GET", "/credentials/{id}/image.svg", picture, "医保码的图片", "person", None,
             query=PictureQuery, reasons=(NOT_FOUND, errors.CODE_EXPIRED), media="image/svg+xml",
             where=was_made_in),
    Endpoint("GET", "/credentials/{id}", state, "这个码后来怎样了（长轮询）", "person", StateView,
             query=StateQuery, reasons=(NOT_FOUND,), where=was_made_in),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
