"""What counts once: in the database, for an emptied Redis must not let it in again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.limit import repository
from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.store.database import Database

_PACE_S = 0.002
_TIDY = timedelta(minutes=1)


class Once:
    """Marks what has been used, many in one commit."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._tidied = clock.now()
        self._uses: Batcher[tuple[bytes, datetime], bool] = Batcher(
            self._use, waiting_max=50_000, pace_s=_PACE_S
        )

    async def close(self) -> None:
        """Waits for what is being written."""
        await self._uses.close()

    async def use(self, mark: bytes, until: datetime) -> bool:
        """Uses a mark; False: somebody has before. It is forgotten some time after ``until``."""
        return await self._uses.put((mark, until))

    async def _use(self, uses: Sequence[tuple[bytes, datetime]]) -> Sequence[bool]:
        async with self._database.lookup() as connection:
            fresh = await repository.use(connection, dict(uses))
            now = self._clock.now()
            if now - self._tidied > _TIDY:
                self._tidied = now
                await repository.forget_uses(connection, now)
        # Of the same mark twice in one batch the first is the first.
        told: list[bool] = []
        for mark, _ in uses:
            told.append(mark in fresh)
            fresh.discard(mark)
        return told
