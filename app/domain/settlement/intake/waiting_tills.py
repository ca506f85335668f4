"""Where tills' calls wait for what became of their requests.

The worker that has committed a batch tells the process that took a request in what became of it,
by the rows that it wrote. When the news is lost, and where a till asks again elsewhere, a slow poll
reads the same rows from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field

from app.domain.settlement.intake import repository
from app.domain.settlement.intake.outcome_news import decode
from app.domain.settlement.model import Outcome
from app.kit.batcher import Batcher
from app.kit.ids import node_of
from app.kit.log import logger
from app.kit.tasks import end_task
from app.store.database import DATABASE_AWAY, Database
from app.store.news import News

_POLL_S = 0.25
_MISSED_S = 2.0
_TICK_S = 0.05
_TOPIC = "request:"
log = logger(__name__)


def topic(request_id: int) -> str:
    """The topic under which a decision is made known."""
    return f"{_TOPIC}{request_id}"


@dataclass(slots=True)
class _Wait:
    """Who waits for a request, each until a moment of the loop's clock, and what was heard of it
    before anybody did. ``foreign``: another process took it in, and is told of it."""

    since: float
    foreign: bool
    futures: dict[asyncio.Future[Outcome | None], float] = field(default_factory=dict)
    heard: Outcome | None = None


class WaitingTills:
    """Waits for outcomes."""

    def __init__(self, database: Database, news: News) -> None:
        self._database = database
        self._news = news
        self._reader: Batcher[int, Outcome | None] = Batcher(self._read, waiting_max=50_000)
        self._waiting: dict[int, _Wait] = {}
        self._ticking: asyncio.TimerHandle | None = None
        self._heard = 0
        self._poller: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        await end_task(self._poller)
        await self._reader.close()

    def expect(self, request_id: int) -> None:
        """Begins to wait for a request that is about to be stored, so that no news is missed.

        Whoever calls this calls ``get`` or ``forget`` later.
        """
        self._news.follow(_TOPIC, self._hear)
        if request_id not in self._waiting:
            foreign = node_of(request_id) != self._database.ids.node
            now = asyncio.get_running_loop().time()
            self._waiting[request_id] = _Wait(now, foreign)
        if self._poller is None:
            # In a context of its own: it outlives the call that happens to start it.
            self._poller = asyncio.create_task(self._poll(), context=Context())

    def forget(self, request_id: int) -> None:
        """Ends what ``expect`` began."""
        self._waiting.pop(request_id, None)

    async def get(self, request_id: int, wait_s: float) -> Outcome | None:
        """The outcome of a request, waiting up to ``wait_s`` seconds; None: not decided yet."""
        if request_id not in self._waiting:  # an earlier message: it may be decided long since
            self.expect(request_id)
            found = await self._look(request_id)
            if found is not None:
                return found
        self.expect(request_id)
        wait = self._waiting[request_id]
        loop = asyncio.get_running_loop()
        if wait.heard is not None:
            self._leave(request_id)
            return wait.heard
        future: asyncio.Future[Outcome | None] = loop.create_future()
        wait.futures[future] = loop.time() + wait_s
        if self._ticking is None:
            self._ticking = loop.call_later(_TICK_S, self._tick)
        try:
            return await future
        finally:
            del wait.futures[future]
            self._leave(request_id)

    def _tick(self) -> None:
        """Ends the patience of those who have waited for long enough. One timer looks after all:
        one for each till would cost more than all else that its waiting does."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for wait in self._waiting.values():
            for future, until in wait.futures.items():
                if now >= until and not future.done():
                    future.set_result(None)
        self._ticking = loop.call_later(_TICK_S, self._tick) if self._waiting else None

    async def _look(self, request_id: int) -> Outcome | None:
        """What the database holds, or what was heard while it was asked. Whoever began to wait
        meanwhile is told, too: no more news will come of what was decided before."""
        try:
            found = await self._reader.put(request_id)
            if found is not None:
                self._answer(request_id, found)
            wait = self._waiting.get(request_id)  # none: others have lost patience meanwhile
            return found if wait is None else wait.heard
        finally:
            self._leave(request_id)

    def _leave(self, request_id: int) -> None:
        wait = self._waiting.get(request_id)
        if wait is not None and not wait.futures:
            self.forget(request_id)

    async def _hear(self, told: Mapping[str, str]) -> None:
        self._heard += 1
        for name, text in told.items():
            request_id = int(name[len(_TOPIC) :])
            if request_id in self._waiting and (outcome := decode(text)) is not None:
                self._answer(request_id, outcome)

    async def _poll(self) -> None:
        """Finds what no news told of. A till's patience ends however long the database is away."""
        while True:
            heard = self._heard
            await asyncio.sleep(_POLL_S)
            # As long as news comes, only what has waited for long may have been missed by it.
            age = _POLL_S if heard == self._heard else _MISSED_S
            now = asyncio.get_running_loop().time()
            waiting = [
                number
                for number, wait in self._waiting.items()
                if now - wait.since >= (_POLL_S if wait.foreign else age)
            ]
            try:
                if waiting:
                    for request_id, outcome in (await self._fetch(waiting)).items():
                        self._answer(request_id, outcome)
            except DATABASE_AWAY as error:
                log.warning("outcomes_away", error=type(error).__name__)

    def _answer(self, request_id: int, outcome: Outcome) -> None:
        wait = self._waiting.get(request_id)
        if wait is None:
            return
        wait.heard = outcome
        for future in wait.futures:
            if not future.done():
                future.set_result(outcome)

    async def _fetch(self, request_ids: Collection[int]) -> dict[int, Outcome]:
        async with self._database.lookup() as connection:
            return await repository.outcomes(connection, request_ids)

    async def _read(self, request_ids: Sequence[int]) -> Sequence[Outcome | Exception | None]:
        found = await self._fetch(set(request_ids))
        return [found.get(request_id) for request_id in request_ids]
