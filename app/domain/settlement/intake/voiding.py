"""Ends what nobody has decided within its till's patience (law 14): the till is told a definite
answer, and the request can't be settled behind its back.

Nothing of this is asked while bills are decided in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.domain.settlement.intake import repository
from app.domain.settlement.intake.waiting_tills import WaitingTills
from app.domain.settlement.model import Outcome
from app.domain.settlement.rules.errors import VOIDED_TOO_LATE
from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.kit.log import logger
from app.store.database import Database

_PACE_S = 0.003
_LOOK_S = 0.1
_STALLED_S = 0.3
"""A worker's longest thought between two statements of a batch is a good deal shorter."""
log = logger(__name__)


class Voiding:
    """Voids requests that still wait; for what is just being decided it waits."""

    def __init__(self, database: Database, clock: Clock, results: WaitingTills) -> None:
        self._database = database
        self._clock = clock
        self._results = results
        self._batcher: Batcher[int, bool] = Batcher(self._void, pace_s=_PACE_S)

    async def close(self) -> None:
        await self._batcher.close()

    async def outcome(self, request_id: int, within_s: float) -> Outcome | None:
        """What has become of a request: voided here and now, unless it is decided or a worker is
        just deciding it. A worker that stands still in the middle of it has to let go.

        None: it could not be known within so many seconds.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        while True:
            voided = await self._batcher.put(request_id)
            left = until - loop.time()
            found = await self._results.get(request_id, 0 if voided else min(_LOOK_S, max(0, left)))
            if found is not None or left <= 0:
                return found
            async with self._database.lookup() as connection:
                if await repository.end_stalled(connection, request_id, _STALLED_S):
                    log.warning("stalled_worker_ended", request=str(request_id))

    async def _void(self, request_ids: Sequence[int]) -> Sequence[bool]:
        now = self._clock.now()
        async with self._database.lookup() as connection:
            voided = await repository.void(connection, request_ids, VOIDED_TOO_LATE.code, now)
        if voided:
            log.warning("requests_voided", size=len(voided))
        return [request_id in voided for request_id in request_ids]
