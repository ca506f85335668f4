"""家庭共济 at the phones' door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.ties.named import ID, by_binding, other_of
from app.api.phone.views import (
    CapUsedView,
    Why,
    cap_used_view,
    paying_and_caps,
    why_of,
    whys,
)
from app.domain.aid import errors
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.limits import Limits
from app.domain.aid.rules.order import Move
from app.domain.aid.rules.own_words import in_own_words
from app.domain.aid.rules.standing import GrantState, is_paused, state_of
from app.domain.aid.service import Aid, GrantView
from app.domain.family.service import Family
from app.domain.invitation.errors import INVITATION_UNKNOWN
from app.domain.invitation.service import CARD_REASONS, Invitations
from app.domain.invitation.values import WRITTEN, Card
from app.domain.registry import errors as registry
from app.domain.registry.relations import KINDS, Relation, other_is
from app.domain.registry.service import People
from app.domain.settlement.rules.diagnosis import CapUsed, Diagnosis, told_to_donor
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, iso, local_date
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.kit.words.text import WrittenText
from app.regions.loader import Rulebook
from app.regions.periods import COLUMNS, caps_of, values_of, with_caps

_FEN_MAX = 10**12
_LIMIT_REASONS = (
    errors.PERIOD_INVALID, errors.LAST_DAY_NEEDED, errors.LAST_DAY_FORBIDDEN,
    errors.PURPOSE_NOT_OFFERED, errors.PURPOSE_NOT_YOURS_TO_CHOOSE, errors.ORDER_FIXED,
    errors.ONLY_BENEFICIARY_MAY,
)  # fmt: skip
_AGREE_REASONS = (
    registry.BENEFICIARY_NOT_ENROLLED, errors.DONOR_NOT_EMPLOYEE_PLAN,
    errors.DONOR_NO_PERSONAL_ACCOUNT, errors.DONOR_SUSPENDED, registry.RELATION_NOT_ALLOWED,
    registry.RELATION_CONFLICT, errors.AREA_NOT_ALLOWED, registry.MAX_OUT, registry.MAX_IN,
    errors.CHAIN_FORBIDDEN,
)  # fmt: skip
_BIND_REASONS = (
    errors.DONOR_NOT_EMPLOYEE_PLAN, errors.DONOR_NO_PERSONAL_ACCOUNT, errors.DONOR_SUSPENDED,
    registry.RELATION_NOT_ALLOWED, registry.RELATION_CONFLICT, registry.MAX_OUT,
    errors.CHAIN_FORBIDDEN, registry.ALREADY_BOUND, errors.COOLDOWN, NOT_FOUND, *_LIMIT_REASONS,
    *CARD_REASONS,
)  # fmt: skip
"""What lies with the donor. Of the other nothing is told before the other has agreed."""


Fen = Annotated[int, Field(ge=1, le=_FEN_MAX, strict=True)]
"""A sum that a phone sends: a whole number, and no other thing that Python takes for one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    aid: Aid
    family: Family
    invitations: Invitations
    settlements: Settlements
    people: People
    rulebook: Rulebook
    clock: Clock


@with_caps(Fen | None, None)
class LimitsForm(Form):
    """The donor's own limits. Sums in fen, null: none. Purposes left out: the region's where it
    leaves no choice, else medical ones. ``rank``: the place wanted among the beneficiary's donors,
    0 or 1: asked first; left out: as it is, of a new grant the last. ``ask_above_fen``: above this
    sum I want to be asked before a bill is paid; null: never."""

    purposes: list[Literal["medical", "premium"]] | None = Field(default=None, max_length=4)
    rank: int | None = Field(default=None, ge=0, le=1000, strict=True)
    ends_on: date | None = None
    ask_above_fen: int | None = Field(default=None, ge=0, le=_FEN_MAX, strict=True)


class GrantForm(LimitsForm):
    """Who may use my account: ``relation`` says who the relative is to me. With
    ``member_id``, a binding of ours (mine of the relative or the relative's of me) to which both
    have agreed, name and number are left out, and so is the relation where the binding says it.
    So they are with ``invitation``, the token of a card by which the relative has asked me to pay:
    then the relative has agreed already.
    ``once``: for one bill or premium, after which it is used up; should that come back whole, it
    may be used again."""

    member_id: str | None = Field(default=None, pattern=ID)
    invitation: str | None = Field(default=None, pattern=WRITTEN)
    psn_name: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    psn_cert_type: str = Field(default="01", pattern=r"^[0-9]{2,6}$")
    certno: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    relation: Relation | None = None
    starts_on: date | None = None
    once: bool = Field(default=False, strict=True)


class GrantChange(LimitsForm):
    """New limits and last day; leave out what stays, null takes it away."""


class PauseForm(Form):
    """The day on which the grant goes on by itself."""

    until: date


class OrderForm(Form):
    """Where a grant goes among all of the beneficiary's: 置顶、上移、下移、置底."""

    to: Move


@with_caps(int | None)
class AidGrantView(View):
    """A grant as one of its two sides sees it.

    Until the beneficiary has agreed a donor is told what the donor has said, and no more.

    Attributes:
        agreed: the beneficiary has said yes on the own phone.
        relation: the beneficiary's to the donor; other_id: the family account's ``person_id``,
            null to a donor until the other has agreed;
            other_is: what the other is to me, in the language asked for.
        rank: its place among the beneficiary's, from 1; 0 where the region has an order of its own.
        may_order: whether I may change that; may_end: whether I may end or decline it.
        can_pay: whether a till would get something now; why_not: what is in the way.
        ask_above_fen: above this sum the donor is asked first; told to the donor only.
        once: for one bill or premium; ``used`` when that was paid.
        paused_until: the day on which it goes on by itself, while it is paused.
        caps_used: what is used and left of each cap that counts days, while the grant stands.
    """

    id: str
    role: Literal["donor", "beneficiary"]
    agreed: bool
    other_id: str | None
    other: str
    relation: str
    relation_zh: str
    other_is: str
    state: GrantState
    starts_on: date
    ends_on: date | None
    purposes: list[str]
    rank: int
    may_order: bool
    may_end: bool
    since: str
    alias: str
    can_pay: bool
    why_not: Why | None
    ask_above_fen: int | None
    once: bool
    paused_until: date | None
    caps_used: list[CapUsedView]


class DonorDiagnosis(View):
    """One donor. What could be shared is told to that donor only."""

    grant: str
    donor: str
    can_pay: bool
    shareable_fen: int | None
    reasons: list[Why]


class OfAmountView(View):
    """Who would pay a sum of a purchase of medicines in scope. What the patient's own account and
    cash pay is told to the patient; a donor, of a sum that is left to mutual aid, the own part."""

    amount_fen: int
    aid_fen: int
    own_fen: int | None
    cash_fen: int | None
    reasons: list[Why]


class DiagnosisView(View):
    """Why mutual aid would or would not pay; ``of_amount``: of the sum that was asked about."""

    can_pay: bool
    all_or_nothing: bool
    donors_at_once: int | None
    reasons: list[Why]
    donors: list[DonorDiagnosis]
    of_amount: OfAmountView | None


class DiagnosisQuery(Form):
    """``me``, or the id of a grant of mine; a sum to ask about."""

    beneficiary: str = Field(default="me", max_length=20, pattern=r"^(me|[0-9]+)$")
    amount_fen: int | None = Field(default=None, ge=1, le=_FEN_MAX)


async def list_grants(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    aid = call.services.aid
    found = await aid.of_person(call.person_id) + await aid.ended_by_rule(call.person_id)
    return await _views(call, found)


async def make_grant(call: Call[Needs, GrantForm, Nothing]) -> View:
    form, services = call.body, call.services
    card = await _asked_to_pay(call)
    member_id = str(card.subject_id) if card else form.member_id
    binding = member_id and partial(by_binding, services.family, call.person_id, member_id)
    other = await other_of(services.people, form, binding or None)
    view = await call.services.aid.grant(
        call.person_id,
        other.name,
        other.cert_type,
        other.certno,
        other.relation,
        _limits(form, None),
        login_id=call.login_id,
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        once=form.once,
    )
    if card is None:
        return await _one(call, view)
    await services.invitations.granted(card, view.grant.id)
    return await _one(call, await _grant(call, view.grant.id))


async def _asked_to_pay(call: Call[Needs, GrantForm, Nothing]) -> Card | None:
    """The card by which the relative has asked for this grant, if there is one."""
    form = call.body
    if form.invitation is None:
        return None
    card = (await call.services.invitations.open(call.person_id, form.invitation)).card
    if card.kind != "pay" or form.member_id not in (None, str(card.subject_id)):
        raise Refusal(INVITATION_UNKNOWN)
    return card


async def change_grant(call: Call[Needs, GrantChange, Nothing]) -> View:
    form = call.body
    grant = (await _find(call)).grant
    ends_on = form.ends_on if "ends_on" in form.model_fields_set else grant.ends_on
    await call.services.aid.change(call.person_id, grant.id, ends_on, _limits(form, grant))
    return await _one(call, await _find(call))


async def end_grant(call: Call[Needs, Nothing, Nothing]) -> None:
    await call.services.aid.end(call.person_id, call.path_id())


async def confirm(call: Call[Needs, Nothing, Nothing]) -> View:
    await call.services.aid.confirm(call.person_id, call.path_id())
    return await _one(call, await _find(call))


async def freeze(call: Call[Needs, Nothing, Nothing]) -> View:
    await call.services.aid.freeze(call.person_id, call.path_id(), frozen=True)
    return await _one(call, await _find(call))


async def unfreeze(call: Call[Needs, Nothing, Nothing]) -> View:
    await call.services.aid.freeze(call.person_id, call.path_id(), frozen=False)
    return await _one(call, await _find(call))


async def pause(call: Call[Needs, PauseForm, Nothing]) -> View:
    await call.services.aid.pause(call.person_id, call.path_id(), call.body.until)
    return await _one(call, await _find(call))


async def order(call: Call[Needs, OrderForm, Nothing]) -> View:
    await call.services.aid.order(call.person_id, call.path_id(), call.body.to)
    return await _one(call, await _find(call))


async def diagnosis(call: Call[Needs, Nothing, DiagnosisQuery]) -> View:
    beneficiary = call.person_id
    if call.query.beneficiary != "me":
        views = await call.services.aid.of_person(call.person_id)
        wanted = next((v for v in views if str(v.grant.id) == call.query.beneficiary), None)
        if wanted is None:
            raise Refusal(NOT_FOUND)
        if wanted.other is None:
            return await _waits(call)
        beneficiary = wanted.other.id if wanted.i_am_donor else call.person_id
    found = await call.services.settlements.diagnose(beneficiary)
    for_all = found.because
    if beneficiary != call.person_id and for_all:
        for_all = [told_to_donor(for_all[0], call.person_id)]
    people = call.services.people
    names = await people.masked_names({finding.donor_id for finding in found.donors})
    donors = []
    for finding in found.donors:
        mine = finding.donor_id == call.person_id
        if beneficiary != call.person_id and not mine:
            continue  # other donors are the beneficiary's affair
        because = [finding.because] if finding.because else []
        if mine:
            because = [told_to_donor(why, call.person_id) for why in because]
        donors.append(
            DonorDiagnosis(
                grant=str(finding.grant_id),
                donor=names[finding.donor_id],
                can_pay=finding.because is None,
                shareable_fen=finding.shareable_fen if mine else None,
                reasons=await whys(people, because, call.language),
            )
        )
    return DiagnosisView(
        # Of the donors who are told here: a donor asks for the own grant.
        can_pay=not found.because and any(one.can_pay for one in donors),
        all_or_nothing=found.all_or_nothing,
        donors_at_once=found.donors_at_once,
        reasons=await whys(people, for_all, call.language),
        donors=donors,
        of_amount=await _of_amount(call, found, donor_asks=beneficiary != call.person_id),
    )


async def _of_amount(
    call: Call[Needs, Any, DiagnosisQuery], found: Diagnosis, *, donor_asks: bool
) -> OfAmountView | None:
    amount = call.query.amount_fen
    if amount is None:
        return None
    of = found.of_amount(amount, call.person_id if donor_asks else None)
    return OfAmountView(
        amount_fen=of.amount_fen,
        aid_fen=of.aid_fen,
        own_fen=of.own_fen,
        cash_fen=of.cash_fen,
        reasons=await whys(call.services.people, of.because, call.language),
    )


async def _waits(call: Call[Needs, Any, Any]) -> DiagnosisView:
    """What a donor is told before the beneficiary has agreed: that, and the own region's rules."""
    services = call.services
    me = await services.people.get(call.person_id)
    rules = services.rulebook.at(me.insuplc_admdvs, local_date(services.clock.now())).rules.aid
    pending = in_own_words(Because(errors.CONSENT_PENDING, {"name": f"@{me.id}"}), me.id)
    return DiagnosisView(
        can_pay=False,
        all_or_nothing=not rules.allow_partial,
        donors_at_once=rules.max_donors,
        reasons=await whys(services.people, [pending], call.language),
        donors=[],
        of_amount=None,
    )


def _limits(form: LimitsForm, grant: AidGrant | None) -> Limits:
    """The limits sent; where something was left out, what stands."""

    def said(name: str) -> Any:
        return getattr(form if grant is None or name in form.model_fields_set else grant, name)

    purposes = said("purposes")
    return Limits(
        caps=caps_of(said(column) for column in COLUMNS),
        purposes=None if purposes is None else tuple(dict.fromkeys(purposes)),
        rank=form.rank,
        ask_above_fen=said("ask_above_fen"),
    )


async def _find(call: Call[Needs, Any, Any]) -> GrantView:
    return await _grant(call, call.path_id())


async def _grant(call: Call[Needs, Any, Any], wanted: int) -> GrantView:
    for view in await call.services.aid.of_person(call.person_id):
        if view.grant.id == wanted:
            return view
    raise Refusal(NOT_FOUND)


async def _one(call: Call[Needs, Any, Any], view: GrantView) -> View:
    return (await _views(call, [view]))[0]


async def _views(call: Call[Needs, Any, Any], found: Sequence[GrantView]) -> list[View]:
    services = call.services
    known, caps = await paying_and_caps(
        services.aid, services.settlements, services.people, call.person_id
    )
    me = await services.people.get(call.person_id)
    views: list[View] = []
    for view in found:
        can_pay, why_not = False, view.because
        used: tuple[CapUsed, ...] = ()
        if view.other is not None:
            between = (view.other.id, view.i_am_donor)
            used = caps.get(between, ())
            why_not = known.get(between)
            can_pay = between in known and why_not is None
        elif why_not is not None:
            [why_not] = await services.people.named([in_own_words(why_not, call.person_id)])
        views.append(_grant_view(call, view, (can_pay, why_not), me.insuplc_admdvs, used))
    return views


def _grant_view(
    call: Call[Needs, Any, Any],
    view: GrantView,
    paying_now: tuple[bool, Because | None],
    my_place: str,
    used: tuple[CapUsed, ...],
) -> AidGrantView:
    grant, services, other = view.grant, call.services, view.other
    can_pay, why_not = paying_now
    today = local_date(services.clock.now())
    place = my_place if other is None else other.insuplc_admdvs
    rules = services.rulebook.at(place, today).rules
    return AidGrantView(
        id=str(grant.id),
        role="donor" if view.i_am_donor else "beneficiary",
        agreed=grant.agreed,
        other_id=None if other is None else str(other.id),
        other=view.other_name,
        relation=grant.relation,
        relation_zh=KINDS[grant.relation].zh,
        other_is=other_is(
            grant.relation, view.i_am_donor, other.gend if other else "", call.language
        ),
        state=state_of(grant.standing, today),
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        purposes=list(grant.purposes),
        rank=view.place,
        may_order=view.may_order,
        may_end=view.may_end,
        since=iso(grant.created_at),
        alias=rules.display.aid_alias,
        can_pay=can_pay,
        why_not=why_of(why_not, call.language),
        ask_above_fen=grant.ask_above_fen if view.i_am_donor else None,
        once=grant.once,
        paused_until=grant.paused_until if is_paused(grant.standing, today) else None,
        caps_used=[cap_used_view(cap, today) for cap in used],
        **values_of(grant.caps),
    )


_CHANGE_REASONS = (NOT_FOUND, errors.EXPIRED, errors.USED_UP, errors.ONLY_DONOR_MAY)
ENDPOINTS = [
    Endpoint("GET", "/aid", list_grants, "我的共济：双方的授权，及新近自动终止的", "person",
             AidGrantView, many=True),
    Endpoint("POST", "/aid", make_grant, "授权一位亲属使用我的个人账户", "person", AidGrantView,
             body=GrantForm, reasons=_BIND_REASONS, status=201),
    Endpoint("GET", "/aid/diagnosis", diagnosis, "为什么能付或不能付", "person", DiagnosisView,
             query=DiagnosisQuery, reasons=(NOT_FOUND,)),
    Endpoint("PATCH", "/aid/{id}", change_grant, "修改期限或单次上限", "person", AidGrantView,
             body=GrantChange, reasons=(*_CHANGE_REASONS, *_LIMIT_REASONS)),
    Endpoint("DELETE", "/aid/{id}", end_grant, "解除共济", "person", None,
             reasons=(NOT_FOUND, errors.ONLY_DONOR_MAY, errors.COOLDOWN)),
    Endpoint("POST", "/aid/{id}/confirm", confirm, "被共济人同意", "person", AidGrantView,
             reasons=(NOT_FOUND, errors.EXPIRED, errors.USED_UP, errors.ONLY_BENEFICIARY_MAY,
                      *_AGREE_REASONS)),
    Endpoint("POST", "/aid/{id}/freeze", freeze, "立即冻结", "person", AidGrantView,
             reasons=_CHANGE_REASONS),
    Endpoint("POST", "/aid/{id}/unfreeze", unfreeze, "解冻", "person", AidGrantView,
             reasons=_CHANGE_REASONS),
    Endpoint("POST", "/aid/{id}/pause", pause, "暂停到某天，当天自动恢复", "person", AidGrantView,
             body=PauseForm, reasons=(*_CHANGE_REASONS, errors.PERIOD_INVALID)),
    Endpoint("POST", "/aid/{id}/order", order, "置顶、上移、下移、置底", "person", AidGrantView,
             body=OrderForm,
             reasons=(*_CHANGE_REASONS, errors.CONSENT_PENDING, errors.ONLY_BENEFICIARY_MAY,
                      errors.ORDER_FIXED)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
