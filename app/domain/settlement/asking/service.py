"""Donors who want to be asked first: what they are asked, what they answer, and when time is over.

Nothing is locked while somebody is asked: the request waits apart (``repository.py``), and is
decided anew when the answers are there or the time is over, with what holds then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextvars import Context
from datetime import datetime

from app.domain.aid.errors import QUESTION_OVER
from app.domain.settlement.asking import repository
from app.domain.settlement.asking.repository import NO, YES
from app.domain.settlement.model import Result
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.reasons import NOT_FOUND, Refusal
from app.store.database import DATABASE_AWAY, Database, Record
from app.store.queue import Queue

_TOPIC = "question:"
_AFTER_S = 0.05
"""No timer ends to the millisecond: what is not over yet would wait for the sweep."""
log = logger(__name__)


def topic(donor_id: int) -> str:
    """The topic under which it is made known that a donor is asked."""
    return f"{_TOPIC}{donor_id}"


class Asking:
    """What other floors ask of questions to donors."""

    def __init__(self, database: Database, queue: Queue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._ends: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._ends:
            task.cancel()
        await asyncio.gather(*self._ends, return_exceptions=True)

    async def open_of(self, donor_id: int) -> list[Record]:
        """What a donor is asked just now, the most urgent first."""
        return await repository.open_of(self._database, donor_id, self._clock.now())

    async def answer(self, donor_id: int, question_id: int, *, yes: bool) -> None:
        """A donor's answer: the first one counts, and only as long as the till waits for it. The
        same answer again is fine.

        Raises:
            Refusal: NOT_FOUND, QUESTION_OVER.
        """
        said = YES if yes else NO
        async with self._database.transaction() as connection:
            asked = await repository.question(connection, question_id, donor_id)
            if asked is None:
                raise Refusal(NOT_FOUND)
            # First the request, then the question: as whoever ends the time does.
            held = await repository.hold(connection, asked["request_id"])
            if not held or not await repository.answer(
                connection, question_id, said, self._clock.now()
            ):
                asked = await repository.question(connection, question_id, donor_id)
                if asked is not None and asked["answer"] == said:
                    return  # it was said before, or by another phone at the same time
                raise Refusal(QUESTION_OVER)
            lane = await repository.back_to_lane(connection, asked["request_id"])
        if lane is not None:
            await self._queue.wake({lane})

    async def end_due(self) -> set[int]:
        """Ends what is over: lets it be decided without an answer. Gives the lanes to drain."""
        async with self._database.lookup() as connection:
            return await repository.free(connection, self._clock.now())

    def end_in_time(self, asking: Iterable[Result]) -> None:
        """Ends questions to the second; the sweep finds what nobody has ended."""
        now = self._clock.now()
        for until in {result.until for result in asking if result.until is not None}:
            # In a context of its own: it outlives the batch.
            task = asyncio.create_task(self._end_at(until, now), context=Context())
            self._ends.add(task)
            task.add_done_callback(self._ends.discard)

    async def _end_at(self, until: datetime, now: datetime) -> None:
        await asyncio.sleep((until - now).total_seconds() + _AFTER_S)
        try:
            lanes = await self.end_due()
            if lanes:
                await self._queue.wake(lanes)
        except DATABASE_AWAY as error:
            log.warning("questions_not_ended", error=type(error).__name__)
