"""先算一算: what would be paid by whom, before anyone walks to the till."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BeforeValidator, Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.pages.regions.rules_page import rule_address
from app.api.phone.pictures.slip import slip
from app.api.phone.views import Payer, Why, payers, sided
from app.api.reasons import EVERY, because
from app.domain.aid.errors import ASK_BENEFICIARY, CONSENT_PENDING
from app.domain.aid.service import Aid
from app.domain.credential.service import Credentials
from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.domain.registry.service import People
from app.domain.settlement.bill import Bill, Line, LineSplit
from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.diagnosis import concerns
from app.domain.settlement.rules.errors import (
    INSTITUTION_NOT_CONNECTED,
    INSTITUTION_NOT_DESIGNATED,
)
from app.domain.settlement.rules.steps import Step, plain, shown_to_donor, shown_to_patient
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, iso, local_date
from app.kit.money import MAX_FEN, fen_of_product, plain_number, written_out
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Because, Language, Refusal
from app.kit.words.normal import capital_form
from app.kit.words.text import NotRight, PlainText
from app.ledger.proof.service import Verification
from app.regions.loader import Rulebook
from app.regions.sources import Source, citation
from app.words import InstitutionType, MedType


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    settlements: Settlements
    credentials: Credentials
    aid: Aid
    people: People
    verification: Verification
    rulebook: Rulebook
    clock: Clock


def _plain(value: object) -> object:
    """What a till may send: plain notation, and no true."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise NotRight("应为数字", "must be a number")
    text = written_out(value) if isinstance(value, float) else str(value)
    if plain_number(text) is None:
        raise NotRight("应为数字，如12.50", "must be a number in plain notation, such as 12.50")
    return text


Number = Annotated[Decimal, BeforeValidator(_plain)]


class ItemForm(Form):
    """One item: price in yuan as a text, up to six places; count up to four. ``prescribed``: bought
    at a pharmacy on a prescription from outside, which the pool may pay for."""

    med_list_codg: PlainText = Field(min_length=1, max_length=50)
    price: Number = Field(gt=0, lt=10**8, max_digits=14, decimal_places=6)
    count: Number = Field(gt=0, lt=10**6, max_digits=10, decimal_places=4)
    prescribed: bool = Field(default=False, strict=True)


class PreviewForm(Form):
    """A bill for me, or for a beneficiary of mine (the grant's id), at an institution.

    ``med_type``: the kind of care; left out, what the institution settles: visits at a hospital or
    clinic, purchases at a pharmacy."""

    patient: str = Field(default="me", max_length=20, pattern=r"^(me|[0-9]+)$")
    fixmedins_code: PlainText = Field(min_length=12, max_length=14)
    items: list[ItemForm] = Field(min_length=1, max_length=200)
    use_account: bool = True
    med_type: Literal[MedType.OUTPATIENT, MedType.PURCHASE] | None = None


SLIP = "application/pdf"
"""What a phone may ask for instead of JSON: the slip."""
Reader = Literal["patient", "shower", "donor"]


class BasisView(View):
    """A document or page that a rule of the bill rests on; empty where not known. ``number`` is its
    文号; ``page``: where on this server the rule itself is read, as it held for the bill."""

    title: str
    number: str
    date: str
    link: str
    page: str


class PreviewView(View):
    """What would be paid by whom, why not more, every step that led to it, and what the rules of
    these rest on."""

    institution: str
    total_fen: int
    parts: list[Payer]
    reasons: list[Why]
    steps: list[str]
    rules: str
    basis: list[BasisView]


class RefundView(View):
    """Where the money of a cancelled settlement is. ``returned``: back on the accounts that paid;
    ``at_counter``: a part found its account closed and waits at the insurance office."""

    state: Literal["returned", "at_counter"]
    setl_id: str
    at: str


class BoughtView(View):
    """A line of a bill: ``count`` and ``price`` (yuan each) as plain numbers; ``level``: 甲 ``01``,
    乙 ``02``, 丙 ``03``, empty: the catalogue doesn't know it. ``outside_fen``: what of it the
    insurance doesn't count: self-paid, over the price limit, 乙类 first share. ``code``: what a
    preview asks for. ``trace_codes``: of the boxes, for the patient, who can look them up."""

    code: str
    name: str
    count: str
    price: str
    amount_fen: int
    level: str
    outside_fen: int
    trace_codes: list[str]


class SettlementView(PreviewView):
    """A settlement (or its cancel: negative) as its reader may see it.

    Attributes:
        seen_as: ``patient``: all of it. ``shower``: what the card of the shown code and the slip
            told: who paid what, why not more, and the items; the steps with their balances stay
            the patient's. ``donor``: the own part. Who is both sees it like a shower, and reads the
            donor's own steps.
        items: what was bought; none for a donor.
    """

    setl_id: str
    fixmedins_code: str
    what: Literal["paid", "returned"]
    patient: str
    refund: RefundView | None
    seen_as: Reader
    items: list[BoughtView]
    at: str


async def preview(call: Call[Needs, PreviewForm, Nothing]) -> View:
    services, form = call.services, call.body
    shop = await services.people.institution(form.fixmedins_code)
    if shop is None:
        raise Refusal(INSTITUTION_NOT_DESIGNATED)
    patient = await services.people.get(await _patient_id(call))
    lines = tuple(
        Line(
            str(at),
            capital_form(item.med_list_codg),
            fen_of_product(item.price, item.count),
            item.count,
            item.price,
            item.prescribed,
        )
        for at, item in enumerate(form.items, 1)
    )
    total_fen = sum(line.amount_fen for line in lines)
    if total_fen > MAX_FEN or not all(line.amount_fen for line in lines):
        raise Refusal(
            INVALID_INPUT,
            detail="items 单价乘数量不是可以付的金额",
            detail_en="items price times count is no amount",
        )
    bill = Bill(
        person_id=patient.id,
        insutype=patient.insutype,
        med_type=form.med_type or _kind_of_care(shop.fixmedins_type),
        bill_time=services.clock.now(),
        total_fen=total_fen,
        account_used=form.use_account,
        lines=lines,
    )
    try:
        row = await services.settlements.preview(bill, shop.fixmedins_code)
    except Refusal as refusal:
        if patient.id != call.person_id and refusal.reason in _PATIENT_S:
            raise Refusal(ASK_BENEFICIARY) from None
        raise
    seen_as: Reader = "patient" if patient.id == call.person_id else "donor"
    return PreviewView(**await _explained(call, row, shop.fixmedins_name, seen_as))


_PLACES = 2
_PATIENT_S = (
    BENEFICIARY_NOT_ENROLLED,
    MISUSE_SUSPENSION,
    INSTITUTION_NOT_CONNECTED,
)
"""Refusals that tell how, or where, the patient is insured."""


def _kind_of_care(fixmedins_type: str) -> MedType:
    return MedType.PURCHASE if fixmedins_type == InstitutionType.PHARMACY else MedType.OUTPATIENT


async def settlement(call: Call[Needs, Nothing, Nothing]) -> View | web.StreamResponse:
    services = call.services
    row, cancelled_by = await services.settlements.get(call.path_id())
    seen_as = await _seen_as(call, row)
    names = await services.people.institution_names([row.fixmedins_code])
    patient = await services.people.get(row.person_id)
    told = await _explained(call, row, names.get(row.fixmedins_code, row.fixmedins_code), seen_as)
    found = SettlementView(
        **told,
        setl_id=str(row.id),
        fixmedins_code=row.fixmedins_code,
        what="paid" if row.kind.pays else "returned",
        patient=services.people.masked_name(patient),
        refund=await _refund(call, cancelled_by),
        seen_as=seen_as,
        items=[] if seen_as == "donor" else [_item(part, seen_as) for part in row.lines],
        at=iso(row.settled_at),
    )
    if SLIP in call.request.headers.get("Accept", ""):
        return await _slip(call, found)
    return found


async def _slip(call: Call[Needs, Any, Any], found: SettlementView) -> web.Response:
    """What its reader sees of it as a slip of paper, with the root that proves it."""
    root = await call.services.verification.root_of(int(found.setl_id))
    proof = (root[0].isoformat(), root[1].hex()) if root else None
    gone_at = found.refund.at if found.refund else None
    return web.Response(
        text=slip(found, gone_at, proof, call.language),
        content_type=SLIP,
        headers={"Cache-Control": "no-store"},
    )


async def _seen_as(call: Call[Needs, Any, Any], row: Settlement) -> Reader:
    """What a person has to do with a bill.

    Raises:
        Refusal: NOT_FOUND: nothing, or no more (a shower's look ends with the relation).
    """
    services, reader = call.services, call.person_id
    if reader == row.person_id:
        return "patient"
    if row.credential_id is not None:
        with suppress(Refusal):
            await services.credentials.shown(row.credential_id, reader)
            return "shower"
    if reader in await services.settlements.agreed_donors(row):
        return "donor"
    raise Refusal(NOT_FOUND)


def _price(yuan: Decimal) -> str:
    """With two places at least: 2.5 is 2.50, 0.0125 stays."""
    plain = yuan.normalize()
    places = plain.as_tuple().exponent
    short = isinstance(places, int) and places > -_PLACES
    return written_out(plain.quantize(Decimal("0.01")) if short else plain)


def _item(part: LineSplit, seen_as: Reader) -> BoughtView:
    line, terms = part.line, part.terms
    return BoughtView(
        code=line.med_list_codg,
        name=line.med_list_codg if terms is None else terms.name,
        count=written_out(line.count.normalize()),
        price=_price(line.price),
        amount_fen=line.amount_fen,
        level="" if terms is None else terms.chrgitm_lv,
        outside_fen=part.fulamt_ownpay_fen + part.overlmt_fen + part.preselfpay_fen,
        trace_codes=[one.code for one in line.codes] if seen_as == "patient" else [],
    )


async def _refund(call: Call[Needs, Any, Any], cancel_id: int | None) -> RefundView | None:
    if cancel_id is None:
        return None
    found = await call.services.settlements.refund(cancel_id)
    return RefundView(
        state="at_counter" if found.waits_at_counter else "returned",
        setl_id=str(cancel_id),
        at=iso(found.at),
    )


async def _explained(
    call: Call[Needs, Any, Any], row: Settlement, institution: str, seen_as: Reader
) -> dict[str, Any]:
    people, reader, language = call.services.people, call.person_id, call.language
    reasons = [because(item.code, item.params) for item in row.trace.reasons]
    shown = shown_to_patient(row.trace.steps)
    if seen_as != "patient":
        shown = shown_to_donor(reader, row.trace.steps)
    if seen_as == "donor":
        reasons = [why for why in reasons if concerns(why, reader)]
        if not reasons and not row.donor_sums().get(reader):
            reasons = [Because(ASK_BENEFICIARY)]
    steps = [text for step in shown if (text := plain(step, EVERY, language))]
    return {
        "institution": institution,
        "total_fen": row.medfee_sumamt_fen,
        "parts": await _parts(call, row, seen_as),
        "reasons": await sided(people, call.services.aid, reasons, reader, row.person_id, language),
        "steps": await people.fill(steps),
        "rules": row.rules,
        "basis": _basis(call.services.rulebook, row, shown, language),
    }


def _basis(
    rulebook: Rulebook, row: Settlement, shown: Iterable[Step], language: Language
) -> list[BasisView]:
    """What the rules of these steps rest on, each document once, with the first rule that does. It
    is read on the page of whoever made it, which tells of the patient's place no more than the
    rules' version does."""
    day = local_date(row.bill_time)
    in_force = rulebook.at(row.insuplc_admdvs, day)
    codes = {pack.file: code for code, pack in rulebook.packs.items()}
    found: dict[str, tuple[Source, str]] = {}
    for step in shown:
        if step.by and step.by == in_force.origin(step.key):
            entry = in_force.entries[step.key]
            page = rule_address(codes[entry.pack], step.key, day, language)
            # What we have put together ourselves is no document.
            for one in citation(entry.source).sources:
                if one.is_document:
                    found.setdefault(one.id, (one, page))
    return [
        BasisView(title=one.title, number=one.number, date=one.date, link=one.link, page=page)
        for one, page in found.values()
    ]


async def _patient_id(call: Call[Needs, PreviewForm, Any]) -> int:
    if call.body.patient == "me":
        return call.person_id
    for view in await call.services.aid.of_person(call.person_id):
        if view.i_am_donor and str(view.grant.id) == call.body.patient:
            if view.other is None:
                raise Refusal(CONSENT_PENDING, name=f"@{call.person_id}")
            return int(view.other.id)
    raise Refusal(NOT_FOUND)


async def _parts(call: Call[Needs, Any, Any], row: Settlement, seen_as: Reader) -> list[Payer]:
    if seen_as == "donor":
        # A donor sees the own part; what the patient has and who else pays is the patient's affair.
        given = row.donor_sums().get(call.person_id, 0)
        parts = [
            Payer(payer="aid", name=None, amount_fen=given),
            Payer(payer="others", name=None, amount_fen=row.medfee_sumamt_fen - given),
        ]
        return [part for part in parts if part.amount_fen]
    return await payers(call.services.people, row)


ENDPOINTS = [
    Endpoint("POST", "/preview", preview, "先算一算：这张账单谁来付", "person", PreviewView,
             body=PreviewForm,
             reasons=(NOT_FOUND, CONSENT_PENDING, INSTITUTION_NOT_DESIGNATED,
                      BENEFICIARY_NOT_ENROLLED,
                      MISUSE_SUSPENSION, INSTITUTION_NOT_CONNECTED, ASK_BENEFICIARY)),
    Endpoint("GET", "/settlements/{id}", settlement, "一笔结算：谁付了多少，为什么", "person",
             SettlementView, reasons=(NOT_FOUND,), also=SLIP),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
