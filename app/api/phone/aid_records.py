"""Who paid what for whom, at the phones' door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.views import TABLE, table_response
from app.domain.aid.service import Aid
from app.domain.registry.models import Person
from app.domain.registry.relations import other_is
from app.domain.registry.service import People
from app.kit.clock import iso
from app.kit.reasons import INVALID_INPUT, Refusal
from app.kit.words.sheet import Cell, Digits, Yuan
from app.ledger.kinds import TransferKind
from app.store.database import Record

_CSV_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    aid: Aid
    people: People


class RecordView(View):
    """One payment, or one giving back (negative).

    Attributes:
        other_is: what the other is to me, in the language asked for.
        refund: ``given_back``: this payment was given back later; ``returned``: this giving back
            has arrived; ``at_counter``: it found its account closed and waits at the insurance
            office.
    """

    id: str
    grant: str
    setl_id: str
    what: Literal["paid", "returned"]
    role: Literal["donor", "beneficiary"]
    donor: str
    beneficiary: str
    other_is: str
    institution: str
    amount_fen: int
    refund: Literal["given_back", "returned", "at_counter"] | None
    at: str


class RecordPage(View):
    """A page of records, newest first; ``next`` is the cursor of the page after it."""

    items: list[RecordView]
    next: str | None


class RecordQuery(Form):
    """``grant``: of this one only, of which I am a side."""

    cursor: str = Field(default="", max_length=20, pattern=r"^[0-9]*$")
    grant: str = Field(default="", max_length=18, pattern=r"^[0-9]*$")
    limit: int = Field(default=20, ge=1, le=100)


async def records(call: Call[Needs, Nothing, RecordQuery]) -> View | web.StreamResponse:
    query = call.query
    before = int(query.cursor) if query.cursor else None
    if before is not None and before >= 2**63:
        raise Refusal(INVALID_INPUT, detail="cursor 不正确", detail_en="cursor is not right")
    as_table = TABLE in call.request.headers.get("Accept", "")
    # A table without a limit holds everything (as much as a spreadsheet takes), not one page.
    limit = _CSV_MAX if as_table and "limit" not in query.model_fields_set else query.limit
    grant = int(query.grant) if query.grant else None
    rows, people = await call.services.aid.records(call.person_id, before, limit + 1, grant)
    items = [_record_view(call, row, people) for row in rows[:limit]]
    if as_table:
        return table_response(_table(items))
    return RecordPage(items=items, next=items[-1].id if len(rows) > limit else None)


def _record_view(call: Call[Needs, Any, Any], row: Record, people: dict[int, Person]) -> RecordView:
    paid = row["kind"] in (TransferKind.SETTLEMENT, TransferKind.RESTORED)
    name = call.services.people.masked_name
    i_am_donor = row["donor_id"] == call.person_id
    other = people[row["beneficiary_id" if i_am_donor else "donor_id"]]
    return RecordView(
        id=str(row["id"]),
        grant=str(row["grant_id"]),
        setl_id=str(row["setl_id"]),
        what="paid" if paid else "returned",
        role="donor" if i_am_donor else "beneficiary",
        donor=name(people[row["donor_id"]]),
        beneficiary=name(people[row["beneficiary_id"]]),
        other_is=other_is(row["relation"], i_am_donor, other.gend, call.language),
        institution=row["fixmedins_name"] or row["fixmedins_code"],
        amount_fen=row["amount_fen"] if paid else -row["amount_fen"],
        refund=_refund(paid, row),
        at=iso(row["created_at"]),
    )


def _refund(paid: bool, row: Record) -> Literal["given_back", "returned", "at_counter"] | None:
    if paid:
        return "given_back" if row["given_back"] else None
    return "at_counter" if row["at_counter"] else "returned"


def _table(items: list[RecordView]) -> Iterator[list[Cell]]:
    """The records for a spreadsheet, with what was paid in all at the end, each way."""
    yield ["时间", "类型", "共济人", "被共济人", "机构", "金额（元）", "结算号"]
    sums: dict[str, int] = {}
    for item in items:
        what = "支付" if item.what == "paid" else "退回"
        sums[item.role] = sums.get(item.role, 0) + item.amount_fen
        who = [item.donor, item.beneficiary, item.institution]
        moment = datetime.fromisoformat(item.at)
        yield [moment, what, *who, Yuan(item.amount_fen), Digits(item.setl_id)]
    for role, title in (("donor", "我为家人付的合计"), ("beneficiary", "家人为我付的合计")):
        if role in sums:
            yield [None, title, None, None, None, Yuan(sums[role]), None]


ENDPOINTS = [
    Endpoint("GET", "/aid/records", records, "谁在何时何地为谁付了多少", "person", RecordPage,
             query=RecordQuery, also=TABLE),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
