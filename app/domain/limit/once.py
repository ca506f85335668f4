"""What counts once: in the database, for an emptied Redis must not let it in again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.limit import repository
from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.store.database import Connection, Database

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

        self._bindings: Batcher[tuple[bytes, datetime, bytes], bool | None] = Batcher(
            self._bind, waiting_max=50_000, pace_s=_PACE_S
        )

    async def close(self) -> None:
        """Waits for what is being written."""
        await self._uses.close()
        await self._bindings.close()

    async def use(self, mark: bytes, until: datetime) -> bool:
        """Uses a mark; False: somebody has before. It is forgotten some time after ``until``."""
        return await self._uses.put((mark, until))

    async def bind(self, mark: bytes, until: datetime, message: bytes) -> bool | None:
        """Uses a mark for a message: True, or False when the same message came under it before;
        None: another did."""
        return await self._bindings.put((mark, until, message))

    async def _bind(self, uses: Sequence[tuple[bytes, datetime, bytes]]) -> Sequence[bool | None]:
        marks: dict[bytes, tuple[datetime, bytes]] = {}
        for mark, until, message in uses:
            marks.setdefault(mark, (until, message))
        async with self._database.transaction() as connection:
            fresh, first = await repository.bind(connection, marks)
            await self._tidy(connection)
        told: list[bool | None] = []
        for mark, _, message in uses:
            told.append((mark in fresh) if first.get(mark) == message else None)
            fresh.discard(mark)
        return told

    async def _tidy(self, connection: Connection) -> None:
        now = self._clock.now()
        if now - self._tidied > _TIDY:
            self._tidied = now
            await repository.forget_uses(connection, now)

    async def _use(self, uses: Sequence[tuple[bytes, datetime]]) -> Sequence[bool]:
        async with self._database.lookup() as connection:
            fresh = await repository.use(connection, dict(uses))
            await self._tidy(connection)
        # Of the same mark twice in one batch the first is the first.
        told: list[bool] = []
        for mark, _ in uses:
            told.append(mark in fresh)
            fresh.discard(mark)
        return told
