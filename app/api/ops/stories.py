"""One settlement's whole story at the night shift's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Form, Nothing, Resource, View
from app.api.http.envelope import REQUEST_ID
from app.api.http.serving.doorkeeper import client_of
from app.api.ops.telling import told
from app.domain.ops.stories.service import Stories, Wanted
from app.domain.staff.errors import OPS_STORY_UNKNOWN
from app.domain.staff.values import Visitor
from app.kit.words.text import NotRight, PlainText
from app.regions.loader import Rulebook


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    stories: Stories
    rulebook: Rulebook


class StoryForm(Form):
    """Which settlement (``setl_id``, or an institution's ``msgid``), and why it is looked at."""

    setl_id: str = Field(default="", max_length=19, pattern=r"^[0-9]*$")
    fixmedins_code: PlainText = Field(default="", max_length=14)
    msgid: PlainText = Field(default="", max_length=30)
    reason: PlainText = Field(min_length=4, max_length=200)

    def wanted(self) -> Wanted:
        """The story that is meant; 0 for a number that no settlement has."""
        number = int(self.setl_id) if self.setl_id else None
        found = number if number is None or number <= ID_MAX else 0
        return Wanted(found, self.fixmedins_code, self.msgid)

    def look(self) -> tuple[str, str]:
        return self.wanted().target, self.reason

    @model_validator(mode="after")
    def one_way(self) -> StoryForm:
        """Either the one or the other."""
        by_message = bool(self.fixmedins_code and self.msgid)
        if by_message == bool(self.setl_id) or bool(self.fixmedins_code) != bool(self.msgid):
            raise NotRight(
                "请填setl_id，或fixmedins_code与msgid", "setl_id, or fixmedins_code with msgid"
            )
        return self


class PersonView(View):
    """A person, masked."""

    name: str
    psn_no: str
    insutype: str
    place: str


class WhyView(View):
    """A reason in words."""

    reason: str
    message: str
    next_step: str


class RequestView(View):
    """A message as it was accepted, and what became of it. ``state`` as in ``outcome``; 0 waits."""

    id: str
    infno: str
    what: str
    msgid: str
    tombstone: bool
    received_at: str
    asked: dict[str, str]
    state: Literal[0, 1, 2, 3, 4]
    state_text: str
    decided_at: str | None
    latency_ms: float | None
    why: WhyView | None
    error: str | None
    setl_id: str | None


class LineView(View):
    """A line of the bill, in fen, and how it was split."""

    number: str
    code: str
    name: str
    price: str
    count: str
    level: str
    fen: int
    own_fen: int
    over_fen: int
    first_share_fen: int
    scope_fen: int


class LegView(View):
    """Who paid which part."""

    payer: Literal["fund", "own", "wallet", "aid", "cash"]
    name: str | None
    grant_id: str | None
    fen: int


class SealView(View):
    """A row's place in the hash chain; ``root`` is its day's, once the day is closed."""

    hash: str
    day: date
    leaves: int | None
    root: str | None


class SealsQuery(Form):
    """``ids``: of settlements and transfers, a comma between them."""

    ids: str = Field(max_length=2_000, pattern=r"^[0-9]{1,18}(,[0-9]{1,18}){0,99}$")


class SealedView(SealView):
    """A row of the ledger that is sealed."""

    id: str


class TransferView(View):
    """An immutable row of the ledger. The versions are its places in the accounts' chains."""

    id: str
    kind: str
    debit: str
    credit: str
    fen: int
    debit_version: int | None
    debit_after_fen: int | None
    credit_version: int | None
    credit_after_fen: int | None
    reverses_id: str | None
    at: str
    seal: SealView | None
    waits_at_counter: bool
    counter_since: str | None
    counter_done_at: str | None


class SettlementView(View):
    """One row of ``settlement`` with what belongs to it; a cancel's figures are negative."""

    id: str
    kind: Literal[1, 2, 3, 4]
    what: str
    cancels_id: str | None
    request_id: str
    at: str
    bill_time: str
    mdtrt_id: str
    level: str
    rules: str
    total_fen: int
    scope_fen: int
    first_share_fen: int
    over_fen: int
    own_fen: int
    deductible_fen: int
    ratio: str
    balance_after_fen: int
    legs: list[LegView]
    reasons: list[WhyView]
    steps: list[str]
    lines: list[LineView]
    transfers: list[TransferView]
    away: bool
    seal: SealView | None


class RemarkView(View):
    """What a day's statement says of it."""

    day: date
    what: str


class StoryView(View):
    """The whole story: the messages, the rows they made, and the remarks in statements."""

    fixmedins_code: str
    institution: str
    patient: PersonView | None
    requests: list[RequestView]
    settlements: list[SettlementView]
    remarks: list[RemarkView]


async def story(call: Call[Needs, StoryForm, Nothing]) -> View:
    form = call.body
    assert call.operator is not None
    by = Visitor(client_of(call.request), call.request[REQUEST_ID])
    found = await call.services.stories.tell(form.wanted(), form.reason, call.operator, by)
    return StoryView.model_validate(told(found, call.language, call.services.rulebook.region_name))


async def seals(call: Call[Needs, Nothing, SealsQuery]) -> list[View]:
    ids = [int(one) for one in call.query.ids.split(",")]
    return [
        SealedView(
            id=str(row["id"]),
            hash=row["hash"].hex(),
            day=row["day"],
            leaves=row["leaves"],
            root=row["root"].hex() if row["root"] else None,
        )
        for row in await call.services.stories.seals(ids)
    ]


ENDPOINTS = [
    Endpoint("GET", "/seals", seals, "哪些账目已加封", "viewer", SealedView, query=SealsQuery,
             many=True),
    Endpoint("POST", "/stories", story, "一笔结算的来龙去脉（每次查看都记入审计）", "auditor",
             StoryView, body=StoryForm, reasons=(OPS_STORY_UNKNOWN,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
