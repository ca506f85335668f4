"""The counter's tasks in the database."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection, Database, Record

_OPEN = """
select t.id, t.kind, t.settlement_id, t.amount_fen, t.created_at, s.fixmedins_code, p.psn_no
from counter_task t join settlement s on s.id = t.settlement_id join person p on p.id = t.person_id
where t.done_at is null order by t.created_at, t.id limit $1
"""


async def open_tasks(database: Database, limit: int) -> list[Record]:
    """Open tasks, the oldest first."""
    return await database.rows(_OPEN, limit)


async def close_task(
    connection: Connection, task_id: int, by: str, note_sealed: bytes, now: datetime
) -> bool:
    """Closes an open task; False when there is none of that id."""
    done = await connection.fetchval(
        "update counter_task set done_at = $2, done_by = $3, note_sealed = $4 "
        "where id = $1 and done_at is null returning id",
        task_id,
        now,
        by,
        note_sealed,
    )
    return done is not None
