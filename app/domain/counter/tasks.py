"""Refunds that wait at the counter, and how a clerk closes them: under a name, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.kit.clock import Clock
from app.store.database import Database

_OPEN = """
select t.id, t.kind, t.settlement_id, t.amount_fen, t.created_at, s.fixmedins_code, p.psn_no
from counter_task t join settlement s on s.id = t.settlement_id join person p on p.id = t.person_id
where t.done_at is null order by t.created_at, t.id limit $1
"""


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
        rows = await self._database.rows(_OPEN, limit)
        return [Task(**dict(row.items())) for row in rows]

    async def close(self, task_id: int, by: str, note: str) -> bool:
        """Closes an open task; False when there is none of that id."""
        async with self._database.transaction() as connection:
            done = await connection.fetchval(
                "update counter_task set done_at = $2, done_by = $3, note = $4 "
                "where id = $1 and done_at is null returning id",
                task_id, self._clock.now(), by, note,
            )  # fmt: skip
        return done is not None
