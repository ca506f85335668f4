"""The live figures at the night shift's door."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.ops.figure_views import (
    BooksView,
    DatabaseView,
    FiguresView,
    FoundView,
    LatePremiumView,
    MinuteView,
    OneSidedView,
    PremiumDayView,
    PremiumsInStateView,
    PremiumsView,
    ProcessView,
    QueueSampleView,
    RedisView,
    RefusedView,
    SealingView,
    SetAsideView,
    StandbyView,
    StatementsView,
    TasksView,
    TroubleView,
    VerifiedView,
    WorkerView,
)
from app.api.ops.watching.calls import note_view
from app.api.ops.words import word
from app.api.reasons import EVERY
from app.api.tills.table import name_of
from app.domain.ops.figures.live import Live
from app.domain.ops.figures.rules.troubles import state_of, troubles
from app.domain.ops.figures.values import Figures, OneSided, Refused, SetAside
from app.domain.ops.watch.service import Watch
from app.domain.premium.words import DAYS, OVERDUE, STATES
from app.kit.clock import Clock, iso
from app.kit.reasons import Language
from app.regions.text.places import place_name

_FIGURE = re.compile(r"{(\w+)}")
_LATE_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    live: Live
    watch: Watch
    clock: Clock


async def figures(call: Call[Needs, Nothing, Nothing]) -> View:
    found = await call.services.live.figures()
    board = await call.services.watch.board()
    wrong = troubles(found, board.limits)
    return FiguresView(
        server_time=iso(call.services.clock.now()),
        state=state_of(wrong),
        troubles=[
            TroubleView(
                code=one.kind.code,
                level=one.kind.level,
                message=one.sentence(call.language),
                to_do=one.to_do(call.language),
                seen=note_view(board.seen[one.kind.code]) if one.kind.code in board.seen else None,
            )
            for one in wrong
        ],
        books=_books(found, call.language),
        queue=[QueueSampleView.model_validate(one) for one in found.queue],
        database=DatabaseView.model_validate(found.database),
        redis=RedisView.model_validate(found.redis),
        worker=WorkerView(lives=found.worker_lives, **asdict(found.worker)),
        processes=[ProcessView.model_validate(one) for one in found.processes],
        premiums=_premiums(found, call.language),
        standby=None if found.standby is None else StandbyView.model_validate(found.standby),
    )


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


def blank_reason(code: str, language: Language) -> tuple[str, str]:
    """A reason's sentence and next step without figures, which differ from case to case; empty for
    one of another version of the house."""
    reason = EVERY.get(code)
    if reason is None:
        return "", ""
    texts = " ".join((reason.zh, reason.next_zh, reason.en, reason.next_en))
    blank = dict.fromkeys(_FIGURE.findall(texts), "…")
    return reason.sentence(language, **blank), reason.next_step(language, **blank)


def _refused(one: Refused, language: Language) -> RefusedView:
    message, next_step = blank_reason(one.reason, language)
    return RefusedView(
        reason=one.reason,
        message=message,
        next_step=next_step,
        ten_minutes=one.ten_minutes,
        hour=one.hour,
    )


def _set_aside(one: SetAside, language: Language) -> SetAsideView:
    return SetAsideView(
        fixmedins_code=one.fixmedins_code,
        msgid=one.msgid,
        at=iso(one.at),
        error=one.error,
        what=name_of(one.infno, language),
    )


def _verified(found: Figures, language: Language) -> VerifiedView | None:
    assert found.books is not None
    one = found.books.verified
    if one is None:
        return None
    return VerifiedView(
        begun_at=iso(one.begun_at),
        ended_at=iso(one.ended_at),
        wrong=one.wrong,
        checks=one.checks,
        rows=one.rows,
        found=[
            FoundView(
                check=f.check,
                message=f.zh if language == "zh" else f.check,
                wrong=f.wrong,
                rows=f.rows,
            )
            for f in one.found
        ],
    )


def _statements(found: Figures, language: Language) -> StatementsView | None:
    assert found.books is not None
    one = found.books.statements
    if one is None:
        return None
    items = [_one_sided(item, language) for item in one.items]
    return StatementsView(day=one.day, made=one.made, institutions=one.institutions, items=items)


def _one_sided(item: OneSided, language: Language) -> OneSidedView:
    return OneSidedView(
        fixmedins_code=item.fixmedins_code,
        msgid=item.msgid,
        setl_id=item.setl_id,
        at=item.at,
        amount_fen=item.amount_fen,
        what=word("one_sided", item.kind, language),
    )


def _premiums(found: Figures, language: Language) -> PremiumsView | None:
    one = found.premiums
    if one is None:
        return None
    return PremiumsView(
        standing=[
            PremiumsInStateView(
                pool=some.pool,
                region=place_name(some.pool.ljust(6, "0")),
                state=some.state.name.lower(),
                what=STATES[some.state].name(language),
                count=some.count,
                fen=some.fen,
                short=some.short,
                oldest=iso(some.oldest),
            )
            for some in one.standing
        ],
        late_count=len(one.stuck),
        late=[
            LatePremiumView(
                id=str(late.order.id),
                region=place_name(late.order.place),
                what=OVERDUE[late.what].name(language),
                since=iso(late.since),
            )
            for late in one.stuck[:_LATE_SHOWN]
        ],
        days=[
            PremiumDayView(
                day=day.day,
                year=day.year,
                what=DAYS[day.what].name(language),
                places=list(day.places),
            )
            for day in one.deadlines
        ],
    )


ENDPOINTS = [
    Endpoint("GET", "/figures", figures, "实时运行数据", "viewer", FiguresView),
]

RESOURCE = Resource(Needs, ENDPOINTS)
