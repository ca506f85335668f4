"""Account statements at the phones' door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.views import ACCOUNT_NAMES, TABLE, AccountName, table_response
from app.domain.registry.service import People
from app.kit.clock import SHANGHAI, Clock, iso, local_date
from app.kit.reasons import INVALID_INPUT, Refusal
from app.ledger.statement_csv import Name, counterparty, lines
from app.ledger.statements import BEGIN, AccountPeriod, Cursor, Movement, Statements, as_told

_CSV_MAX = 20_000
_ID_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    statements: Statements
    people: People
    clock: Clock


class StatementQuery(Form):
    """Days in China, both of them in the period."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    cursor: str = Field(default="", max_length=41, pattern=r"^([0-9]{1,19}-[0-9]{1,19})?$")
    limit: int = Field(default=50, ge=1, le=200)


class AccountView(View):
    """One of my accounts over the period."""

    kind: AccountName
    closed: bool
    opening_fen: int
    closing_fen: int


class MovementView(View):
    """Money that came in (positive) or went out. ``for_whom``: a relative I paid for; null, and
    ``at`` a day, as long as the relative has not agreed that I pay. ``other``: who is at the other
    end of a wallet transfer. ``part_of``: a part of that bill came back: the whole was given back
    and what is left paid anew, in movements that name the same number."""

    id: str
    at: str
    account: AccountName
    what: str
    mutual_aid: bool
    amount_fen: int
    balance_after_fen: int
    setl_id: str | None
    institution: str | None
    for_whom: str | None
    other: str | None
    part_of: str | None


class StatementView(View):
    """A page of a statement, oldest first; ``next`` is the cursor of the page after it. All that
    had happened by ``as_of`` is in it."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    opening_fen: int
    closing_fen: int
    as_of: str
    accounts: list[AccountView]
    items: list[MovementView]
    next: str | None


async def statement(call: Call[Needs, Nothing, StatementQuery]) -> View | web.StreamResponse:
    query = call.query
    begin, end = _period(query)
    books, as_of = call.services.statements, iso(call.services.clock.now())
    periods = await books.accounts(call.person_id, begin, end)
    if TABLE in call.request.headers.get("Accept", ""):
        return await _csv(call, periods)
    after = await _after(books, periods, query.cursor)
    found = await books.movements(periods, after, query.limit + 1)
    page = [as_told(one) for one in found[: query.limit]]
    name = await _names(call, page)
    following = _place(page[-1]) if len(found) > query.limit else None
    return StatementView(
        first=query.first,
        last=query.last,
        opening_fen=sum(period.opening_fen for period in periods),
        closing_fen=sum(period.closing_fen for period in periods),
        as_of=as_of,
        accounts=[
            AccountView(
                kind=ACCOUNT_NAMES[p.kind],
                closed=p.closed,
                opening_fen=p.opening_fen,
                closing_fen=p.closing_fen,
            )
            for p in periods
        ],
        items=[_movement(one, name, call.person_id) for one in page],
        next=following,
    )


async def _csv(call: Call[Needs, Any, Any], periods: list[AccountPeriod]) -> web.Response:
    found = await call.services.statements.movements(periods, BEGIN, _CSV_MAX + 1)
    if len(found) > _CSV_MAX:
        raise Refusal(
            INVALID_INPUT,
            detail="from、to 之间的流水过多，请缩短日期",
            detail_en="from, to hold too many movements, ask for less",
        )
    found = [as_told(one) for one in found]
    table = lines(periods, found, await _names(call, found), call.person_id)
    return table_response(table)


def _period(query: StatementQuery) -> tuple[datetime, datetime]:
    if query.last < query.first or not 2000 <= query.first.year <= query.last.year < 2200:
        raise Refusal(INVALID_INPUT, detail="from、to 不正确", detail_en="from, to are not right")
    begin = datetime.combine(query.first, time(), SHANGHAI)
    return begin, datetime.combine(query.last + timedelta(days=1), time(), SHANGHAI)


def _place(one: Movement) -> str:
    """Where a movement stands. A transfer's own number tells the millisecond in which it was."""
    return f"{one.version}-{one.account_id}"


async def _after(books: Statements, periods: list[AccountPeriod], cursor: str) -> Cursor:
    if not cursor:
        return BEGIN
    version, account = (int(part) for part in cursor.split("-"))
    if version > _ID_MAX or account not in {period.account_id for period in periods}:
        raise Refusal(INVALID_INPUT, detail="cursor 不正确", detail_en="cursor is not right")
    return await books.place(account, version)


async def _names(call: Call[Needs, Any, Any], movements: list[Movement]) -> Name:
    patients = {one.patient_id for one in movements if one.patient_id is not None}
    return (await call.services.people.masked_names(patients)).__getitem__


def _movement(one: Movement, name: Name, person_id: int) -> MovementView:
    return MovementView(
        id=str(one.id) if one.open else _place(one),
        at=iso(one.at) if one.open else local_date(one.at).isoformat(),
        account=ACCOUNT_NAMES[one.account_kind],
        what=one.kind.name.lower(),
        mutual_aid=one.donor_id is not None,
        amount_fen=one.fen,
        balance_after_fen=one.after_fen or 0,
        setl_id=str(one.settlement_id) if one.settlement_id else None,
        institution=one.fixmedins_name or one.fixmedins_code,
        for_whom=None if one.other_name else counterparty(one, name, person_id),
        other=one.other_name,
        part_of=str(one.part_of) if one.part_of else None,
    )


ENDPOINTS = [
    Endpoint("GET", "/accounts/statement", statement,
             "账户明细：期初、逐笔、期末；Accept: text/csv 导出", "person",
             StatementView, query=StatementQuery, also=TABLE),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
