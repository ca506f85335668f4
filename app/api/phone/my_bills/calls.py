"""我的账单 at the phones' door: every bill of mine and of the children I look after, cash-only ones
too, by month; and a picture of the month."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.ties.named import binding_of
from app.api.phone.views import (
    TABLE,
    CapUsedView,
    Payer,
    cap_used_view,
    donors_of,
    payers_named,
    paying_and_caps,
    table_response,
)
from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.domain.settlement.bills.standing import BillState, StandingBill
from app.domain.settlement.payers import paid_by
from app.domain.settlement.service import Settlements
from app.kit.clock import Clock, age_on, iso, local_date, midnight
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Refusal
from app.kit.words.sheet import Cell, Digits, Yuan
from app.kit.words.text import PlainText
from app.regions.loader import Rulebook
from app.words import PAYERS

_MOST = 500
"""So many of a month are told; a spreadsheet takes as many."""
_SEARCHED_DAYS = 366
_NAMED = 3
_TOTAL = "total"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_OLDEST_YEAR = 2000
_HEAD = ("时间", "谁的", "机构", "买了什么", "状态", "金额（元）", "统筹（元）", "个人账户（元）",
         "医保钱包（元）", "家庭共济（元）", "现金（元）", "结算号")  # fmt: skip
_STATES: dict[BillState, str] = {
    "paid": "已付", "part_returned": "退了一部分", "returned": "已全部退回",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    settlements: Settlements
    family: Family
    aid: Aid
    people: People
    rulebook: Rulebook
    clock: Clock


class BillsQuery(Form):
    """``who``: ``me``, or a family binding with a child of mine. ``month``: ``2026-11``, left out:
    the running one. ``search``: a part of an institution's or an item's name; without a month it
    looks through the last year."""

    who: str = Field(default="me", max_length=20, pattern=r"^(me|[0-9]+)$")
    month: str = Field(default="", max_length=7)
    search: PlainText = Field(default="", max_length=50)


class MyBillView(View):
    """A bill as it stands now.

    Attributes:
        setl_id: the number of what stands, or of what gave it back.
        total_fen: what of it is bought now; ``was_fen``: what was bought first.
        items: the names of the first few things; ``more``: how many there are beside.
        at: when it was bought; ``newest_at``: when something happened to it last.
    """

    setl_id: str
    what: BillState
    institution: str
    items: list[str]
    more: int
    total_fen: int
    was_fen: int
    cash_fen: int
    parts: list[Payer]
    at: str
    newest_at: str


class WhoView(View):
    """Whose bills may be looked at: what to send, and the name."""

    id: str
    name: str


class BetweenView(View):
    """What was paid between me and another in the month."""

    name: str
    amount_fen: int


class CapOfView(View):
    """A cap between me and another: ``i_pay``: on what I pay for the other, else the other for
    me."""

    name: str
    i_pay: bool
    cap: CapUsedView


class MonthView(View):
    """The month in sums: what was bought and who paid it. Bills given back count nothing.

    Attributes:
        parts: by payer, all donors together.
        paid_by: what each donor paid for this person.
        paid_for: what I paid for each relative of mine; only of ``me``.
        caps: what is used and left of the caps on either side today; only of ``me`` in the running
            month.
    """

    total_fen: int
    parts: list[Payer]
    paid_by: list[BetweenView]
    paid_for: list[BetweenView]
    caps: list[CapOfView]


class BillsView(View):
    """A month's bills, newest first.

    Attributes:
        people: whose may be looked at.
        month: which it is; empty: a search through the last year.
        earlier: the last month before with a bill; null: there is none.
        cut: there are more than are told.
    """

    people: list[WhoView]
    month: str
    earlier: str | None
    items: list[MyBillView]
    picture: MonthView
    cut: bool


async def bills(call: Call[Needs, Nothing, BillsQuery]) -> View | web.StreamResponse:
    services, query = call.services, call.query
    children = await _children(call)
    owner_id = call.person_id if query.who == "me" else children.get(query.who)
    if owner_id is None:
        raise Refusal(NOT_FOUND)
    today = local_date(services.clock.now())
    month = _month(query.month, today) if query.month or not query.search else None
    first = month or today - timedelta(days=_SEARCHED_DAYS)
    after = _next(month) if month else today + timedelta(days=1)
    found = await services.settlements.bills(owner_id, midnight(first), midnight(after), _MOST + 1)
    cut = len(found) > _MOST
    names = await services.people.institution_names({b.first.fixmedins_code for b in found})
    wanted = [b for b in found[:_MOST] if _matches(b, names, query.search)]
    if TABLE in call.request.headers.get("Accept", ""):
        owner = await services.people.get(owner_id)
        return table_response(bills_table(wanted, names, services.people.masked_name(owner)))
    donors = await services.people.masked_names(donors_of(b.stands for b in wanted if b.stands))
    earlier = await services.settlements.bought_last(owner_id, midnight(first))
    return BillsView(
        people=await _named(call, {"me": call.person_id} | children),
        month=f"{month:%Y-%m}" if month else "",
        earlier=f"{local_date(earlier):%Y-%m}" if earlier and month else None,
        items=[_bill(bill, names, donors) for bill in wanted],
        picture=await _picture(call, wanted, first, after),
        cut=cut,
    )


async def bought_in(call: Call[Needs, Nothing, BillsQuery]) -> str | None:
    """A child's bills are where the child is insured."""
    return await call.services.family.cell_of(call.person_id, binding_of(call.query.who))


async def _children(call: Call[Needs, Any, Any]) -> dict[str, int]:
    """By binding, the children below the age of consent whose code I may show: whose bills are a
    parent's to look after."""
    services = call.services
    found = {
        str(one.binding_id): one.person_id
        for one in await services.family.relatives(call.person_id)
        if one.direction == "out" and one.person_id is not None
        if one.state == "active" and one.why_not is None
    }
    people = await services.people.by_ids(list(found.values()))
    return {b: p for b, p in found.items() if p in people and _is_child(services, people[p])}


def _is_child(services: Needs, person: Person) -> bool:
    today = local_date(services.clock.now())
    age = services.rulebook.at(person.insuplc_admdvs, today).rules.family.consent_age
    return age_on(person.brdy, today) < age


async def _named(call: Call[Needs, Any, Any], owners: dict[str, int]) -> list[WhoView]:
    names = await call.services.people.masked_names(owners.values())
    return [WhoView(id=one, name=names[person]) for one, person in owners.items()]


def _month(text: str, today: date) -> date:
    """The first day of a month; of the running one where none is named."""
    if not text:
        return today.replace(day=1)
    if not _MONTH.fullmatch(text) or int(text[:4]) < _OLDEST_YEAR:
        raise Refusal(
            INVALID_INPUT,
            detail="月份应为年-月，如2026-11",
            detail_en="month must be a year and month, such as 2026-11",
        )
    return date(int(text[:4]), int(text[5:]), 1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _matches(bill: StandingBill, names: dict[str, str], search: str) -> bool:
    wanted = search.strip().casefold()
    if not wanted:
        return True
    code = bill.first.fixmedins_code
    texts = [names.get(code, code), *_items(bill)]
    return any(wanted in text.casefold() for text in texts)


def _items(bill: StandingBill) -> list[str]:
    lines = bill.shown.lines
    return [part.terms.name if part.terms else part.line.med_list_codg for part in lines]


def _bill(bill: StandingBill, names: dict[str, str], donors: dict[int, str]) -> MyBillView:
    row, items = bill.shown, _items(bill)
    return MyBillView(
        setl_id=str(bill.number),
        what=bill.state,
        institution=names.get(row.fixmedins_code, row.fixmedins_code),
        items=items[:_NAMED],
        more=max(0, len(items) - _NAMED),
        total_fen=bill.total_fen,
        was_fen=bill.first.medfee_sumamt_fen,
        cash_fen=bill.cash_fen,
        parts=payers_named(row, donors) if bill.stands else [],
        at=iso(bill.first.settled_at),
        newest_at=iso(bill.newest.settled_at),
    )


async def _picture(
    call: Call[Needs, Any, BillsQuery], bills: Sequence[StandingBill], first: date, after: date
) -> MonthView:
    """The sums of the bills told; what I paid for others is of the whole time."""
    people = call.services.people
    sums: dict[str, int] = {}
    donors: dict[int, int] = {}
    standing = [bill.stands for bill in bills if bill.stands]
    for part in (part for row in standing for part in paid_by(row)):
        sums[part.payer] = sums.get(part.payer, 0) + part.amount_fen
        if part.payer == "aid" and part.person_id is not None:
            donors[part.person_id] = donors.get(part.person_id, 0) + part.amount_fen
    given: dict[int, int] = {}
    if call.query.who == "me" and not call.query.search:
        given = await call.services.aid.paid_for(call.person_id, midnight(first), midnight(after))
    names = await people.masked_names({*donors, *given})
    today = local_date(call.services.clock.now())
    runs = call.query.who == "me" and not call.query.search and first <= today < after
    return MonthView(
        total_fen=sum(row.medfee_sumamt_fen for row in standing),
        parts=[
            Payer(payer=one, name=None, amount_fen=sums[one]) for one in PAYERS if sums.get(one)
        ],
        paid_by=_between(donors, names),
        paid_for=_between(given, names),
        caps=await _caps(call, today) if runs else [],
    )


async def _caps(call: Call[Needs, Any, Any], today: date) -> list[CapOfView]:
    """Those of the grants that stand, mine and those for me."""
    aid, settlements, people = call.services.aid, call.services.settlements, call.services.people
    _, found = await paying_and_caps(aid, settlements, people, call.person_id)
    names = await people.masked_names({other for (other, _), caps in found.items() if caps})
    return [
        CapOfView(name=names[other], i_pay=i_pay, cap=cap_used_view(cap, today))
        for (other, i_pay), caps in found.items()
        for cap in caps
    ]


def _between(sums: dict[int, int], names: dict[int, str]) -> list[BetweenView]:
    ordered = sorted(sums.items(), key=lambda one: -one[1])
    return [BetweenView(name=names[who], amount_fen=fen) for who, fen in ordered if fen]


def bills_table(
    bills: Sequence[StandingBill], names: dict[str, str], owner: str
) -> Iterator[list[Cell]]:
    """The bills for a spreadsheet, with their sums at the end."""
    yield list(_HEAD)
    in_all: Counter[str] = Counter()
    for bill in bills:
        row = bill.shown
        parts: Counter[str] = Counter({_TOTAL: bill.total_fen})
        for part in paid_by(row) if bill.stands else ():
            parts[part.payer] += part.amount_fen
        in_all.update(parts)
        yield [
            bill.first.settled_at,
            owner,
            names.get(row.fixmedins_code, row.fixmedins_code),
            "；".join(_items(bill)),
            _STATES[bill.state],
            *(Yuan(parts[name]) for name in (_TOTAL, *PAYERS)),
            Digits(bill.number),
        ]
    if bills:
        yield ["合计", *[None] * 4, *(Yuan(in_all[name]) for name in (_TOTAL, *PAYERS)), None]


ENDPOINTS = [
    Endpoint("GET", "/bills", bills, "我的账单：按月看每一笔，现金的也在内", "person", BillsView,
             query=BillsQuery, reasons=(NOT_FOUND,), also=TABLE, where=bought_in),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
