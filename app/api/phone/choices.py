"""What forms choose from, at the phones' door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.domain.aid.rules.binding import asks_relative
from app.domain.aid.rules.limits import first_day
from app.domain.aid.rules.order import may_order
from app.domain.aid.rules.templates import offered
from app.domain.family.rules import GUARDIAN_AGE
from app.domain.registry.models import CatalogueItem, Institution
from app.domain.registry.relations import KINDS, relation_text
from app.domain.registry.service import People
from app.domain.wallet.parties import Tie
from app.domain.wallet.rules.place import within
from app.domain.wallet.service import Wallets
from app.kit.clock import Clock, local_date
from app.kit.reasons import NOT_FOUND, Language
from app.kit.words.text import PlainText
from app.regions.area import AREA_NAMES
from app.regions.loader import Rulebook
from app.regions.periods import PERIODS, Caps, values_of, with_caps
from app.regions.rules import AidRules, FamilyRules, Purpose
from app.words import INSTITUTION, INSTITUTION_TYPES, PURPOSES, TERMINALS, InstitutionType


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    people: People
    rulebook: Rulebook
    wallets: Wallets
    clock: Clock


class Choice(View):
    """One choice: what to send, and what people call it in the language asked for."""

    id: str
    name: str


class FamilyRulesView(View):
    """亲情账户 where I am insured. Below ``consent_age`` a guardian signs for the relative."""

    relations: list[Choice]
    max_out: int
    consent_age: int
    guardian_age: int


class CapChoice(Choice):
    """A cap that a donor may set; ``fen`` is the region's own, null: none."""

    fen: int | None


@with_caps(int | None)
class TemplateView(Choice):
    """Limits to be taken with one tap: caps, last day, and whether for one use only."""

    ends_on: date | None
    once: bool


@with_caps(int | None)
class AidRulesView(View):
    """家庭共济 where I am insured. Sums in fen, null: no limit.

    Attributes:
        period: whether a grant may (``either``), must (``period``) or must not (``open``) end.
        first_day: when a grant made now takes effect at the earliest.
        order_choice: whether donors are asked in an order that they may set.
        purpose_choice: whether the donor chooses among ``purposes``.
        both_agree: whether a beneficiary who is of the age of consent has to confirm it.
        ends_with_insurance: whether a grant ends when either side's insurance stops.
        caps: the caps that there are, the shortest period first, each also as a field of its own.
        templates: limits that many want.
        caps_together: whether caps that count earlier uses count all of a donor's grants together.
    """

    alias: str
    relations: list[Choice]
    max_out: int | None
    area: str
    both_agree: bool
    period: Literal["open", "period", "either"]
    first_day: date
    order_choice: bool
    purposes: list[Choice]
    purpose_choice: bool
    min_bound_days: int
    ends_with_insurance: bool
    rebind_cooldown_days: int
    carried_over_only: bool
    allotted: bool
    floor_fen: int
    caps: list[CapChoice]
    templates: list[TemplateView]
    caps_together: bool
    all_or_nothing: bool


class RulesView(View):
    """What holds for me today."""

    region: str
    family: FamilyRulesView
    aid: AidRulesView


class SearchQuery(Form):
    """A part of a name, or the beginning of a code; empty: whatever comes first."""

    q: PlainText = Field(default="", max_length=50)
    limit: int = Field(default=20, ge=1, le=50)


class InstitutionQuery(SearchQuery):
    """``wallet``: only those that take the 医保钱包 at some terminal, in the place of use of mine;
    of a relative's, by a family binding or a grant under which I may send money."""

    wallet: bool = False
    family: str | None = Field(default=None, pattern=r"^[0-9]{1,19}$")
    grant: str | None = Field(default=None, pattern=r"^[0-9]{1,19}$")


class InstitutionView(View):
    """A designated institution. ``prescriptions``: a pharmacy where the pool may pay for what is
    bought on a prescription. ``wallet_at``: the kinds of terminal that take the 医保钱包, by their
    ``opter_type``; each institution has its own."""

    fixmedins_code: str
    name: str
    kind: str
    same_place: bool
    prescriptions: bool
    wallet_at: list[Choice]


class ItemView(View):
    """An item of the catalogue. ``price_limit`` in yuan: what insurance counts of it at most."""

    med_list_codg: str
    name: str
    chrgitm_lv: str
    price_limit: str | None


async def rules(call: Call[Needs, Nothing, Nothing]) -> View:
    services = call.services
    person = await services.people.get(call.person_id)
    today = local_date(services.clock.now())
    found = services.rulebook.at(person.insuplc_admdvs, today).rules
    return RulesView(
        region=services.rulebook.region_name(person.insuplc_admdvs),
        family=_family(found.family, call.language),
        aid=_aid(found.aid, found.display.aid_alias, today, call.language),
    )


async def institutions(call: Call[Needs, Nothing, InstitutionQuery]) -> list[View]:
    people = call.services.people
    place = (await people.get(call.person_id)).insuplc_admdvs
    query, area = call.query, None
    if query.wallet:
        ties = [Tie("family", int(query.family))] if query.family else []
        ties += [Tie("grant", int(query.grant))] if query.grant else []
        looking = call.services.wallets.looking
        area = within(await looking.place_of_use(call.person_id, ties[0] if ties else None))
    found = await people.find_institutions(query.q, place, query.limit, wallet_within=area)
    return [_institution(one, place, call.language) for one in found]


async def catalogue(call: Call[Needs, Nothing, SearchQuery]) -> list[View]:
    found = await call.services.people.find_items(call.query.q, call.query.limit)
    return [_item(one) for one in found]


def _family(rules: FamilyRules, language: Language) -> FamilyRulesView:
    return FamilyRulesView(
        relations=relation_choices(rules.relations, language),
        max_out=rules.max_out,
        consent_age=rules.consent_age,
        guardian_age=GUARDIAN_AGE,
    )


def _aid(rules: AidRules, alias: str, today: date, language: Language) -> AidRulesView:
    return AidRulesView(
        alias=alias,
        relations=relation_choices(rules.relations, language),
        max_out=rules.max_out,
        area=AREA_NAMES[rules.area][0 if language == "zh" else 1],
        both_agree=asks_relative(rules),
        period=rules.validity,
        first_day=first_day(rules, today),
        order_choice=may_order(rules, by_donor=True),
        purposes=_purposes(rules.purposes, language),
        purpose_choice=rules.purpose_choice,
        min_bound_days=rules.min_bound_days,
        ends_with_insurance=rules.ends_with_insurance,
        rebind_cooldown_days=rules.rebind_cooldown_days,
        carried_over_only=rules.fund_source == "carried_over",
        allotted=rules.fund_source == "allotted",
        floor_fen=rules.floor_fen,
        caps=_caps(rules.caps, language),
        templates=_templates(rules, first_day(rules, today), language),
        caps_together=rules.cap_scope == "donor",
        all_or_nothing=not rules.allow_partial,
        **values_of(rules.caps),
    )


def _templates(rules: AidRules, first: date, language: Language) -> list[TemplateView]:
    return [
        TemplateView(
            id=one.template.id,
            name=one.template.zh if language == "zh" else one.template.en,
            ends_on=one.ends_on,
            once=one.template.once,
            **values_of(one.template.caps),
        )
        for one in offered(rules, first)
    ]


def relation_choices(groups: tuple[str, ...], language: Language) -> list[Choice]:
    """The relations of these groups, the groups in their order."""
    return [
        Choice(id=relation, name=relation_text(relation, language))
        for group in groups
        for relation, kind in KINDS.items()
        if kind.group == group
    ]


def _caps(caps: Caps, language: Language) -> list[CapChoice]:
    return [
        CapChoice(
            id=period.column,
            name=period.form_zh if language == "zh" else period.form_en,
            fen=caps.get(period),
        )
        for period in PERIODS
    ]


def _purposes(purposes: tuple[Purpose, ...], language: Language) -> list[Choice]:
    return [Choice(id=one, name=PURPOSES[one].name(language)) for one in purposes]


def _institution(found: Institution, place: str, language: Language) -> InstitutionView:
    return InstitutionView(
        fixmedins_code=found.fixmedins_code,
        name=found.fixmedins_name,
        kind=INSTITUTION_TYPES.get(found.fixmedins_type, INSTITUTION).name(language),
        same_place=found.admdvs == place,
        prescriptions=found.outpatient_pooling and found.fixmedins_type == InstitutionType.PHARMACY,
        wallet_at=[Choice(id=one, name=TERMINALS[one].name(language)) for one in found.wallet_at],
    )


def _item(found: CatalogueItem) -> ItemView:
    limit = found.pric_uplmt_amt
    return ItemView(
        med_list_codg=found.med_list_codg,
        name=found.name,
        chrgitm_lv=found.chrgitm_lv,
        price_limit=None if limit is None else f"{limit.quantize(Decimal('0.01'))}",
    )


ENDPOINTS = [
    Endpoint("GET", "/rules", rules, "我的参保地的亲情账户与家庭共济规则", "person", RulesView),
    Endpoint("GET", "/institutions", institutions, "按名称或编号找定点医药机构", "person",
             InstitutionView, query=InstitutionQuery, many=True, reasons=(NOT_FOUND,)),
    Endpoint("GET", "/catalogue", catalogue, "按名称或编号找医保目录内的药品和项目", "person",
             ItemView, query=SearchQuery, many=True),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
