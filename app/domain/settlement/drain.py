"""Drains a lane: claims what waits, decides it, writes it, commits; again until it is empty."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import field, replace
from datetime import datetime

import asyncpg

from app.domain.registry.named import Named
from app.domain.settlement.asking.repository import park
from app.domain.settlement.book.write import write
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.intake import repository
from app.domain.settlement.model import BatchRace, BoxRace, Grant, Request, Result, Snapshot
from app.domain.settlement.orders import Reversal
from app.domain.settlement.rules.fold import fold
from app.kit.clock import Clock, local_date
from app.kit.log import described, logger
from app.kit.value import value
from app.ledger.models import Account, LedgerError
from app.store.database import DATABASE_AWAY, Connection, Database

log = logger(__name__)

_RACES = (BatchRace, LedgerError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_RACES_MAX = 5
_TAKEN_S, _TAKEN_MAX = 0.02, 100
_WARY_BATCHES = 20
"""So many batches look first which boxes stand sold after one was: who sells one twice, by mistake
or not, may do it again, and each time a batch that did not look is run twice."""


@value
class Batch:
    """A batch that was committed."""

    results: list[Result]
    accounts: list[Account] = field(default_factory=list)
    persons: dict[int, Named] = field(default_factory=dict)
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    asking: list[Result] = field(default_factory=list)
    """What waits for donors now."""
    set_aside: list[int] = field(default_factory=list)
    """Requests that were set aside."""


@value
class Decided:
    """A batch that was decided and is not written yet."""

    results: list[Result]
    snapshot: Snapshot
    before: dict[int, int]
    moment: datetime


class _Taken(Exception):
    """Another drains the lane just now."""


AfterCommit = Callable[[Batch], Awaitable[None]]


def in_order(taken: Sequence[Request]) -> list[Request]:
    """A batch in the order in which it is decided: as it was accepted, but that a reversal which
    came before what it undoes goes right behind that."""
    ids = {(request.fixmedins_code, request.msgid): request.id for request in taken}

    def place(request: Request) -> tuple[int, bool, int]:
        order = request.order
        if not isinstance(order, Reversal):
            return request.id, False, request.id
        named = ids.get((request.fixmedins_code, order.omsgid), 0)
        return max(request.id, named), True, request.id

    return sorted(taken, key=place)


class Drain:
    """Settles what waits, batch by batch."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        loader: Loader,
        batch_max: int,
        after_commit: AfterCommit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._loader = loader
        self._batch_max = batch_max
        self._after_commit = after_commit
        self._wary = 0

    async def lane(
        self, lane: int, may_go_on: Callable[[], bool] = lambda: True, *, woken: bool = False
    ) -> int:
        """Drains a lane until it is empty, another has it, or it may not go on; gives how many it
        settled.

        A batch that is not full took all there was; what came meanwhile has a wake-up of its own.
        Who was ``woken`` by one waits for the lane: whoever has it may have looked before that
        came, and nobody is woken for it again.
        """
        total, patience = 0, _TAKEN_MAX if woken else 0
        while True:
            try:
                done = await self._batch(lane, None)
            except _Taken:
                if not patience or not may_go_on():
                    return total
                patience -= 1
                await asyncio.sleep(_TAKEN_S)
                continue
            total += done
            if done < self._batch_max or not may_go_on():
                return total

    async def _batch(self, lane: int, these: Sequence[int] | None) -> int:
        """One batch: what waits in the lane, or just these requests of it.

        A batch that fails is run again as two halves, until the request that breaks it stands
        alone; that one is set aside with its reason and holds up nobody else.
        """
        taken: list[Request] = []
        for _ in range(_RACES_MAX):
            taken.clear()
            try:
                batch = await self._transact(lane, these, taken)
            except (*DATABASE_AWAY, _Taken):
                raise
            except _RACES as error:
                log.info("batch_race", lane=lane, error=type(error).__name__, size=len(taken))
                if isinstance(error, BoxRace):
                    self._wary = _WARY_BATCHES
                cause: Exception = error
                continue
            except Exception as error:
                cause = error
                break
            if batch is None:
                return 0
            self._wary = max(0, self._wary - 1)
            await self._after_commit(batch)
            return len(batch.results) + len(batch.asking) + len(batch.set_aside)
        return await self._isolate(lane, [request.id for request in taken], cause)

    async def _transact(
        self, lane: int, these: Sequence[int] | None, taken: list[Request]
    ) -> Batch | None:
        async with self._database.batch() as connection:
            if these is None:
                found = await repository.claim(connection, lane, self._batch_max)
                if not found.mine:
                    raise _Taken
            elif await repository.try_lane(connection, lane):
                found = await repository.claim_these(connection, these)
            else:
                return None
            taken += found.requests
            if not (taken or found.unread):
                return None
            for one in found.unread:
                await self._set_aside(connection, one.id, one.error)
            batch = await self._settle(connection, taken) if taken else Batch([])
            return replace(batch, set_aside=[one.id for one in found.unread])

    async def _settle(self, connection: Connection, taken: Sequence[Request]) -> Batch:
        ordered = in_order(taken)
        ids = self._database.ids
        today = local_date(self._clock.now())
        snapshot = await self._loader.for_batch(connection, ordered, today, self._wary > 0)
        before = {account.id: account.version for account in snapshot.accounts_by_id.values()}
        moment = self._clock.now()
        results = fold(ordered, snapshot, moment, ids.next)
        asking = [result for result in results if result.questions]
        if asking:
            results = [result for result in results if not result.questions]
            await park(connection, asking, moment, ids)
        changed = await self._book(connection, Decided(results, snapshot, before, moment))
        return Batch(results, changed, snapshot.persons, snapshot.grants, asking)

    async def _book(self, connection: Connection, decided: Decided) -> list[Account]:
        results, snapshot = decided.results, decided.snapshot
        ids, before, moment = self._database.ids, decided.before, decided.moment
        return await write(connection, results, snapshot, before, moment, ids)

    async def _isolate(self, lane: int, request_ids: list[int], cause: Exception) -> int:
        if not request_ids:
            raise cause
        if len(request_ids) > 1:
            middle = len(request_ids) // 2
            first = await self._batch(lane, request_ids[:middle])
            return first + await self._batch(lane, request_ids[middle:])
        async with self._database.transaction() as connection:
            taken = await repository.claim_these(connection, request_ids)
            if not taken.requests:
                return 0
            await self._set_aside(connection, request_ids[0], cause)
        await self._after_commit(Batch([], set_aside=request_ids))
        return 1

    async def _set_aside(self, connection: Connection, request_id: int, cause: Exception) -> None:
        """With its reason: the fault's kind, of an order that can't be read also why."""
        name = ": ".join(described(one) for one in (cause, cause.__cause__) if one)[:200]
        log.error("request_set_aside", request=str(request_id), error=name, exc_info=cause)
        await repository.set_aside(connection, request_id, name, self._clock.now())
