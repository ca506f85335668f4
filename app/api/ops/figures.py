"""The live figures at the night shift's door."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, PlainSerializer

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.ops.words import word
from app.domain.ops.figures.live import Live
from app.domain.ops.figures.troubles import state_of, troubles
from app.domain.ops.figures.values import Figures, OneSided, Refused, SetAside
from app.kit.clock import Clock, iso
from app.kit.reasons import Language, known_reasons

_FIGURE = re.compile(r"{(\w+)}")
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    live: Live
    clock: Clock


class Shown(View):
    """A view made from the value of the same name."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class TroubleView(View):
    """Something that is wrong, and what to do."""

    code: str
    level: Literal["bad", "warn"]
    message: str
    to_do: str


class MinuteView(Shown):
    """A minute by the arrival of its requests; ``read`` false: not read yet. Latency in ms."""

    at: Moment
    read: bool
    accepted: int
    settled: int
    undone: int
    refused: int
    void: int
    set_aside: int
    undecided: int
    p50_ms: float | None
    p99_ms: float | None


class RefusedView(View):
    """How often a reason was given, in words."""

    reason: str
    message: str
    next_step: str
    ten_minutes: int
    hour: int


class QueueSampleView(Shown):
    """The queue at a moment."""

    at: Moment
    length: int
    oldest_s: float


class SetAsideView(View):
    """A request that failed; ``error`` is the error's name."""

    fixmedins_code: str
    msgid: str
    what: str
    at: str
    error: str


class TasksView(Shown):
    """Refunds on their way that wait at the counter."""

    count: int
    fen: int
    oldest: Moment | None


class SealingView(Shown):
    """Up to when the ledger is sealed, and the last day's root."""

    sealed_to: Moment | None
    behind_s: float
    day: date | None
    root: str | None
    leaves: int | None


class FoundView(View):
    """A check that found something wrong, and some of the rows."""

    check: str
    message: str
    wrong: int
    rows: list[str]


class VerifiedView(View):
    """The last kept verification of the books."""

    begun_at: str
    ended_at: str
    wrong: int
    checks: int
    rows: int
    found: list[FoundView]


class OneSidedView(View):
    """Something one-sided in an institution's statement."""

    fixmedins_code: str
    what: str
    msgid: str | None
    setl_id: str | None
    at: str
    amount_fen: int | None


class StatementsView(View):
    """The newest day with statements; ``items`` of the first fifty institutions."""

    day: date
    made: int
    institutions: int
    items: list[OneSidedView]


class DatabaseView(Shown):
    """PostgreSQL."""

    well: bool
    answer_ms: float | None
    version: str
    bytes: int
    connections: int
    connections_max: int
    longest_s: float


class RedisView(Shown):
    """Redis; ``bytes_max`` 0: no limit is set."""

    well: bool
    answer_ms: float | None
    bytes: int
    bytes_max: int
    clients: int


class WorkerView(View):
    """The workers: arq's own report, their connections, lanes whose drainer is awake."""

    lives: bool
    report: dict[str, int] | None
    connections: int
    lanes: int
    awake: list[int]


class ProcessView(Shown):
    """A process by its own word."""

    name: str
    kind: str
    started_at: Moment
    silent_s: float
    lag_ms: float
    bytes: int | None
    doors: dict[str, dict[str, int]]
    calls_ms: dict[str, float]
    refusals: dict[str, dict[str, int]]


class BooksView(View):
    """What the database says, all of one moment; sums in fen."""

    read_at: str
    length: int
    oldest_s: float
    minutes: list[MinuteView]
    last: MinuteView | None
    refusals: list[RefusedView]
    unread_minutes: int
    tasks: TasksView
    set_aside: list[SetAsideView]
    tombstones: int
    sealing: SealingView
    verified: VerifiedView | None
    statements: StatementsView | None


class FiguresView(View):
    """Everything an engineer on call looks at first. ``books`` is the last that could be read."""

    server_time: str
    state: Literal["well", "warn", "bad"]
    troubles: list[TroubleView]
    books: BooksView | None
    queue: list[QueueSampleView]
    database: DatabaseView
    redis: RedisView
    worker: WorkerView
    processes: list[ProcessView]


async def figures(call: Call[Needs, Nothing, Nothing]) -> View:
    found = await call.services.live.figures()
    wrong = troubles(found)
    return FiguresView(
        server_time=iso(call.services.clock.now()),
        state=state_of(wrong),
        troubles=[
            TroubleView(
                code=one.kind.code, level=one.kind.level, message=one.sentence(call.language),
                to_do=one.to_do(call.language),
            )
            for one in wrong
        ],
        books=_books(found, call.language),
        queue=[QueueSampleView.model_validate(one) for one in found.queue],
        database=DatabaseView.model_validate(found.database),
        redis=RedisView.model_validate(found.redis),
        worker=WorkerView(lives=found.worker_lives, **asdict(found.worker)),
        processes=[ProcessView.model_validate(one) for one in found.processes],
    )  # fmt: skip


def _books(found: Figures, language: Language) -> BooksView | None:
    books = found.books
    if books is None:
        return None
    return BooksView(
        read_at=iso(books.read_at),
        length=books.length,
        oldest_s=books.oldest_s,
        minutes=[MinuteView.model_validate(one) for one in books.minutes],
        last=None if books.last is None else MinuteView.model_validate(books.last),
        refusals=[_refused(one, language) for one in books.refusals],
        unread_minutes=books.unread_minutes,
        tasks=TasksView.model_validate(books.tasks),
        set_aside=[_set_aside(one, language) for one in books.set_aside],
        tombstones=books.tombstones,
        sealing=SealingView.model_validate(books.sealing),
        verified=_verified(found, language),
        statements=_statements(found, language),
    )


def _refused(one: Refused, language: Language) -> RefusedView:
    reason = known_reasons().get(one.reason)
    # Figures differ from case to case, so they are left out.
    blank = (
        dict.fromkeys(
            _FIGURE.findall(" ".join((reason.zh, reason.next_zh, reason.en, reason.next_en))), "…"
        )
        if reason
        else {}
    )
    return RefusedView(
        reason=one.reason,
        message=reason.sentence(language, **blank) if reason else "",
        next_step=reason.next_step(language, **blank) if reason else "",
        ten_minutes=one.ten_minutes,
        hour=one.hour,
    )


def _set_aside(one: SetAside, language: Language) -> SetAsideView:
    return SetAsideView(
        fixmedins_code=one.fixmedins_code, msgid=one.msgid, at=iso(one.at), error=one.error,
        what=word("infno", one.infno, language),
    )  # fmt: skip


def _verified(found: Figures, language: Language) -> VerifiedView | None:
    assert found.books is not None
    one = found.books.verified
    if one is None:
        return None
    return VerifiedView(
        begun_at=iso(one.begun_at), ended_at=iso(one.ended_at), wrong=one.wrong, checks=one.checks,
        rows=one.rows,
        found=[
            FoundView(check=f.check, message=f.zh if language == "zh" else f.check, wrong=f.wrong,
                      rows=f.rows)
            for f in one.found
        ],
    )  # fmt: skip


def _statements(found: Figures, language: Language) -> StatementsView | None:
    assert found.books is not None
    one = found.books.statements
    if one is None:
        return None
    items = [_one_sided(item, language) for item in one.items]
    return StatementsView(day=one.day, made=one.made, institutions=one.institutions, items=items)


def _one_sided(item: OneSided, language: Language) -> OneSidedView:
    return OneSidedView(
        fixmedins_code=item.fixmedins_code, msgid=item.msgid, setl_id=item.setl_id, at=item.at,
        amount_fen=item.amount_fen, what=word("one_sided", item.kind, language),
    )  # fmt: skip


ENDPOINTS = [
    Endpoint("GET", "/figures", figures, "实时运行数据", "viewer", FiguresView),
]

RESOURCE = Resource(Needs, ENDPOINTS)
