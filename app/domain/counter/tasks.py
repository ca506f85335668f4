"""Refunds that wait at the counter, and how a clerk closes them: under a name, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.counter import repository
from app.kit.clock import Clock
from app.store.database import Database


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

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, limit: int = 1000) -> list[Task]:
        """Open tasks, the oldest first."""
        rows = await repository.open_tasks(self._database, limit)
        return [Task(**dict(row.items())) for row in rows]

    async def close(self, task_id: int, by: str, note: str) -> bool:
        """Closes an open task; False when there is none of that id."""
        async with self._database.transaction() as connection:
            return await repository.close_task(connection, task_id, by, note, self._clock.now())
