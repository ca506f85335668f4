"""Bills that are searched for without their number, at the night shift's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, field_validator, model_validator

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Form, Nothing, Resource, View
from app.api.http.envelope import REQUEST_ID
from app.api.http.serving.doorkeeper import client_of
from app.api.ops.words import word
from app.domain.ops.finding.service import Bill, Finding, is_whole
from app.domain.ops.finding.values import WantedBills
from app.domain.staff.values import Visitor
from app.kit.clock import iso
from app.kit.money import fen_from_yuan
from app.kit.reasons import Language
from app.kit.words.text import NotRight, PlainText
from app.regions.text.places import place_name

_DAYS_MAX = 31
_FIRST_DAY = date(2024, 1, 1)
_LAST_DAY = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    finding: Finding


class BillsForm(Form):
    """A whole number; an institution and days; or a person's name with the last four of the ID
    number. The rest narrows it down.

    Attributes:
        number: all of the settlement's number, or its end as a phone or a slip shows it.
        amount: yuan: the total, or what one of those who paid gave.
        clr_optins: the clearing office.
        before: ``more`` of the page before.
    """

    number: str = Field(default="", max_length=19, pattern=r"^([0-9]{3,})?$")
    fixmedins_code: PlainText = Field(default="", max_length=14)
    since: date | None = Field(default=None, ge=_FIRST_DAY, le=_LAST_DAY)
    until: date | None = Field(default=None, ge=_FIRST_DAY, le=_LAST_DAY)
    amount: str = Field(default="", max_length=12)
    clr_optins: str = Field(default="", pattern=r"^([0-9]{6})?$")
    psn_name: PlainText = Field(default="", max_length=50)
    certno_last: str = Field(default="", pattern=r"^([0-9]{3}[0-9Xx])?$")
    born: date | None = None
    before: str = Field(default="", max_length=19, pattern=r"^[0-9]*$")
    reason: PlainText = Field(min_length=4, max_length=200)

    @field_validator("amount")
    @classmethod
    def is_money(cls, value: str) -> str:
        """Yuan, or nothing."""
        try:
            if value and fen_from_yuan(value) < 0:
                raise ValueError
        except ValueError:
            raise NotRight("应为金额，如100.00", "must be yuan such as 100.00") from None
        return value

    @model_validator(mode="after")
    def one_way(self) -> BillsForm:
        """One of the three ways, and no more days of an institution than can be read."""
        by_name = bool(self.psn_name)
        if by_name != bool(self.certno_last) or (by_name and self.fixmedins_code):
            raise NotRight(
                "姓名与证件号后四位要一起填，不与机构同时填",
                "name and last four go together, and without an institution",
            )
        if not by_name and not self.fixmedins_code and not is_whole(self.number):
            raise NotRight(
                "请填完整的结算号，或机构和日期，或姓名与证件号后四位",
                "the whole number, an institution and days, or a name with the last four",
            )
        if self.fixmedins_code and self.since is None:
            raise NotRight("按机构查要填日期", "an institution's bills are of days")
        days = self.days()
        if days and not timedelta(0) <= days[1] - days[0] < timedelta(days=_DAYS_MAX):
            raise NotRight(f"日期范围至多{_DAYS_MAX}天", f"at most {_DAYS_MAX} days, in order")
        return self

    def days(self) -> tuple[date, date] | None:
        """The first and the last day; one is enough."""
        first, last = self.since or self.until, self.until or self.since
        return None if first is None or last is None else (first, last)

    def wanted(self) -> WantedBills:
        """What is looked for."""
        return WantedBills(
            ending=self.number,
            fixmedins_code=self.fixmedins_code,
            days=self.days(),
            amount_fen=fen_from_yuan(self.amount) if self.amount else None,
            clr_optins=self.clr_optins,
            psn_name=self.psn_name,
            certno_last=self.certno_last,
            born=self.born,
            before=min(int(self.before), ID_MAX) if self.before else None,
        )

    def look(self) -> tuple[str, str]:
        return self.wanted().target, self.reason


class FoundBillView(View):
    """A bill, the patient's name masked, sums in fen; a cancel's are negative. ``undone``: it was
    taken back since."""

    setl_id: str
    kind: Literal[1, 2, 3, 4]
    what: str
    undone: bool
    at: str
    fixmedins_code: str
    institution: str
    name: str
    place: str
    total_fen: int
    fund_fen: int
    own_fen: int
    wallet_fen: int
    aid_fen: int
    cash_fen: int


class FoundBillsView(View):
    """A page, the newest first.

    Attributes:
        more: what the next page is asked for with; null: there is none.
        looked_to: up to when was looked for this page, if not to the end.
        people: how many have the name and the last four; null: nobody was named.
        crowded: too many have the name; a birthday (``born``) tells them apart.
    """

    bills: list[FoundBillView]
    more: str | None
    looked_to: str | None
    people: int | None
    crowded: bool


async def search(call: Call[Needs, BillsForm, Nothing]) -> View:
    form = call.body
    assert call.operator is not None
    by = Visitor(client_of(call.request), call.request[REQUEST_ID])
    found = await call.services.finding.bills(form.wanted(), form.reason, call.operator, by)
    return FoundBillsView(
        bills=[_bill(one, call.language) for one in found.bills],
        more=None if found.more is None else str(found.more),
        looked_to=None if found.looked_to is None else iso(found.looked_to),
        people=found.people,
        crowded=found.crowded,
    )


def _bill(bill: Bill, language: Language) -> FoundBillView:
    row = bill.row
    return FoundBillView(
        setl_id=str(row["id"]),
        kind=row["kind"],
        what=word("settlement", row["kind"], language),
        undone=row["undone"],
        at=iso(row["settled_at"]),
        fixmedins_code=row["fixmedins_code"],
        institution=bill.institution,
        name=bill.name,
        place=place_name(row["insuplc_admdvs"]),
        total_fen=row["medfee_sumamt_fen"],
        fund_fen=row["fund_pay_fen"],
        own_fen=row["own_pay_fen"],
        wallet_fen=row["wallet_pay_fen"],
        aid_fen=row["mulaid_pay_fen"],
        cash_fen=row["cash_pay_fen"],
    )


ENDPOINTS = [
    Endpoint(
        "POST",
        "/bills/search",
        search,
        "不知道结算号时查账单（每次查询都记入审计）",
        "auditor",
        FoundBillsView,
        body=BillsForm,
    ),
]

RESOURCE = Resource(Needs, ENDPOINTS)
