"""Messages on their way out: written with their notices, taken in hand for a while, ended once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.notice.values import Message, MessageState
from app.store.database import Connection, Database, Record

_PUT = """
insert into notice_message (notice_id, person_id, login_id, kind, template, fen, at, due_at, until)
select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::varchar[], $5::varchar[],
    $6::bigint[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])
on conflict (notice_id) do nothing
"""
_TAKE = """
update notice_message m set due_at = $1::timestamptz + $2::interval, tries = m.tries + 1
from (
    select notice_id from notice_message where state = 1 and due_at <= $1
    order by due_at limit $3 for update skip locked
) as d where m.notice_id = d.notice_id
returning m.notice_id, m.person_id, m.login_id, m.kind, m.template, m.fen, m.at, m.due_at, m.until,
    m.tries
"""
_END = "update notice_message set state = $2, ended_at = $3 where notice_id = $1 and state = 1"
_AGAIN = "update notice_message set due_at = $2 where notice_id = $1 and state = 1"
_COLUMNS = ("notice_id", "person_id", "login_id", "kind", "template", "fen", "at", "due_at",
            "until")  # fmt: skip


async def put(connection: Connection, messages: Sequence[Message]) -> None:
    """Writes messages that are to go out."""
    columns = [[getattr(one, name) for one in messages] for name in _COLUMNS]
    await connection.execute(_PUT, *columns)


async def take(database: Database, now: datetime, hold: timedelta, limit: int) -> list[Message]:
    """Takes what is due in hand for so long; nobody else gets it meanwhile."""
    return [_message(row) for row in await database.rows(_TAKE, now, hold, limit)]


async def end(database: Database, notice_id: int, state: MessageState, now: datetime) -> None:
    """A message has come to its end."""
    await database.value(_END, notice_id, int(state), now)


async def again(database: Database, notice_id: int, due: datetime) -> None:
    """A message waits for another try."""
    await database.value(_AGAIN, notice_id, due)


def _message(row: Record) -> Message:
    return Message(**dict(row))
