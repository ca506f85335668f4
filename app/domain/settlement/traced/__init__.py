"""Settlement that tells where a message was and for how long (app/kit/spans); used where somebody
collects that, else nothing of this is in its way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from app.domain.settlement.drain import Batch, Decided, Drain
from app.domain.settlement.intake.accept import lane_of
from app.domain.settlement.model import UNSAID, Outcome, Request, Result, SentBy, State
from app.domain.settlement.orders import Order
from app.domain.settlement.service import Settlements
from app.kit.spans import WAY, Said, Span, active, new_span, root_of
from app.ledger.models import Account
from app.store.database import Connection


@dataclass(slots=True)
class _Marks:
    """When a batch was begun, claimed and decided, in nanoseconds since 1970."""

    begun: int
    claimed: int = 0
    decided: int = 0


_MARKS: ContextVar[_Marks] = ContextVar("marks")


class TracedDrain(Drain):
    """Of each request of a batch: ``claimed``, ``decided``, ``written``."""

    async def _transact(
        self, lane: int, these: Sequence[int] | None, taken: list[Request]
    ) -> Batch | None:
        marks = _Marks(time.time_ns())
        _MARKS.set(marks)
        batch = await super()._transact(lane, these, taken)
        if batch is not None:
            ended = time.time_ns()
            for result in (*batch.results, *batch.asking):
                _tell(result, marks, ended)
        return batch

    async def _settle(self, connection: Connection, taken: Sequence[Request]) -> Batch:
        _MARKS.get().claimed = time.time_ns()
        return await super()._settle(connection, taken)

    async def _book(self, connection: Connection, decided: Decided) -> list[Account]:
        _MARKS.get().decided = time.time_ns()
        return await super()._book(connection, decided)

    async def _set_aside(self, connection: Connection, request_id: int, cause: Exception) -> None:
        begun = time.time_ns()
        await super()._set_aside(connection, request_id, cause)
        said: Said = {"qinji.request_id": str(request_id), "qinji.result": "SET_ASIDE"}
        _add("set aside", request_id, begun, time.time_ns(), said)


def _tell(result: Result, marks: _Marks, ended: int) -> None:
    request = result.request
    said: Said = {
        "qinji.request_id": str(request.id),
        "qinji.infno": request.infno,
        "qinji.lane": request.lane,
    }
    _add("claimed", request.id, marks.begun, marks.claimed, said)
    said = {**said, "qinji.result": _code(result)}
    _add("decided", request.id, marks.claimed, marks.decided, said)
    _add("written", request.id, marks.decided, ended, said)


def _code(result: Result) -> str:
    if result.questions:
        return "ASKED"
    if result.because is not None:
        return result.because.reason.code
    return "OK" if result.state is State.DONE else result.state.name


def _add(name: str, request_id: int, begun: int, ended: int, said: Said) -> None:
    spans, root = active(), root_of(request_id)
    if spans is not None:
        spans.add(Span(name, new_span(root.trace), begun, ended, said, above=root.span))


class TracedSettlements(Settlements):
    """Of the message that is being answered: when it was ``stored`` and ``waiting``."""

    drains = TracedDrain

    async def accept(
        self,
        fixmedins_code: str,
        msgid: str,
        infno: str,
        order: Order,
        hashes: Sequence[bytes],
        by: SentBy = UNSAID,
    ) -> int:
        begun = time.time_ns()
        found = await super().accept(fixmedins_code, msgid, infno, order, hashes, by)
        if (way := WAY.get()) is not None:
            way.stored, way.request_id = (begun, time.time_ns()), found
            way.lane = lane_of(order.psn_no, self.intake.lanes)
        return found

    async def seen(
        self, fixmedins_code: str, msgid: str, infno: str, hashes: Sequence[bytes]
    ) -> int | None:
        found = await super().seen(fixmedins_code, msgid, infno, hashes)
        if found is not None and (way := WAY.get()) is not None:
            way.request_id = found
        return found

    async def outcome(self, request_id: int, wait_s: float) -> Outcome | None:
        begun = time.time_ns()
        try:
            return await super().outcome(request_id, wait_s)
        finally:
            _waited(request_id, begun)

    async def definite(self, request_id: int, within_s: float) -> Outcome | None:
        begun = time.time_ns()
        try:
            return await super().definite(request_id, within_s)
        finally:
            _waited(request_id, begun)


def _waited(request_id: int, begun: int) -> None:
    """Twice when its till's patience was over: until it was known then."""
    way = WAY.get()
    if way is not None and way.request_id == request_id:
        way.waited = (way.waited[0] if way.waited else begun, time.time_ns())
