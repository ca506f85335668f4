"""The watch in the database."""

from __future__ import annotations

from datetime import datetime

from app.store.cells.shared import Shared
from app.store.database import Connection, Record

LIMITS = """
select l.name, l.value, o.name as operator, l.at
from ops_limit l join ops_operator o on o.id = l.operator_id order by l.name
"""
NOTES = """
select n.id, n.kind, n.trouble, n.note_sealed, n.at, o.name as operator
from (select * from ops_note order by id desc limit 200) as n
join ops_operator o on o.id = n.operator_id order by n.id desc
"""
_ADD = """
insert into ops_note (id, kind, trouble, operator_id, note_sealed, at)
values ($1, $2, $3, $4, $5, $6)
"""
_SET = """
insert into ops_limit (name, value, operator_id, at) values ($1, $2, $3, $4)
on conflict (name) do update set value = excluded.value, operator_id = excluded.operator_id,
    at = excluded.at
"""


async def limits(there: Connection) -> list[Record]:
    """What was set."""
    found: list[Record] = await there.fetch(LIMITS)
    return found


async def notes(there: Connection) -> list[Record]:
    """The newest notes."""
    found: list[Record] = await there.fetch(NOTES)
    return found


async def add_note(
    shared: Shared,
    note_id: int,
    kind: str,
    trouble: str,
    operator_id: int,
    note_sealed: bytes,
    at: datetime,
) -> None:
    """Keeps a note."""
    await shared.value(_ADD, note_id, kind, trouble, operator_id, note_sealed, at)


async def set_limit(shared: Shared, name: str, value: int, operator_id: int, at: datetime) -> None:
    """Sets a limit."""
    await shared.value(_SET, name, value, operator_id, at)
