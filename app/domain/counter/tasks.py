"""Refunds that wait at the counter, and how a clerk closes them: under a name, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.counter import repository
from app.kit.clock import Clock
from app.kit.sm import Cipher
from app.store.database import Database
from app.store.sealed.clear import seal_few
from app.store.sealed.columns import TASK_NOTE


@dataclass(frozen=True, slots=True)
class Task:
    """One open task."""

    id: int
    kind: str
    settlement_id: int
    amount_fen: int
    created_at: datetime
    fixmedins_code: str
    psn_no: str


class CounterTasks:
    """The counter's open tasks."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    async def open(self, limit: int = 1000) -> list[Task]:
        """Open tasks, the oldest first."""
        rows = await repository.open_tasks(self._database, limit)
        return [Task(**dict(row.items())) for row in rows]

    async def close(self, task_id: int, by: str, note: str) -> bool:
        """Closes an open task; False when there is none of that id."""
        sealed = TASK_NOTE.seal(self._cipher, note, task_id)
        async with self._database.transaction() as connection:
            return await repository.close_task(connection, task_id, by, sealed, self._clock.now())

    async def seal_clear(self) -> int:
        """Seals the notes that the version before has kept in clear; gives how many."""
        return await seal_few(self._database, self._cipher, TASK_NOTE, 100)
