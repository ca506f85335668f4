"""Makes two rows of the registry one person's: re-keys what is about the person now, in the
transaction that merges their accounts. Done again it takes along what has come since.

What is re-keyed, and why the rest is not, says ``rules/one_person.py``.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.year.rules.one_person import ONCE, ONLY, Fate, columns_of
from app.store.database import Connection

_FOLLOW = "update {table} set {column} = $2 where {column} = $1"
_FOLLOW_ONCE = """
update {table} m set {column} = $2 where {column} = $1 and {only} and not exists (
    select from {table} o where o.{column} = $2{same})
"""
# Its years are looked at before (``Premiums.paid_twice``): an order that would be the second of its
# year is left under the row that goes.
_PREMIUMS = """
update premium_order m set person_id = $2 where person_id = $1 and (state in (6, 8) or not exists (
    select from premium_order o
    where o.person_id = $2 and o.year = m.year and o.state not in (6, 8)))
"""
_BASES = """
update account_base set person_id = $2 where person_id = $1 and not exists (
    select from account_base where person_id = $2)
"""
_LOG_IN = """
update login set person_id = $2 where person_id = $1 and not exists (
    select from login where person_id = $2)
"""
_TAKEN = """
update login set person_id = null, bound_at = null, taken_at = $2 where person_id = $1
"""
_LOGS_IN = "select id from login where person_id = $1"
# What waits to go out goes to whoever is told now.
_WAITING = "select distinct login_id from notice_message where person_id = $1 and state = 1"
_NOBODYS = "select id from login where id = any($1::bigint[]) and person_id is null"
_MESSAGES = """
update notice_message set login_id = $2
where person_id = $1 and state = 1 and login_id = any($3::bigint[])
"""
# What they ask about ended with the row: who still wishes it asks anew.
_CARDS = """
update invitation set withdrawn_at = $2
where (issuer_id = $1 or asked_id = $1) and withdrawn_at is null and answered_at is null
"""
_PERSON = """
update person s set suspended = s.suspended or g.suspended,
    activated_at = coalesce(s.activated_at, g.activated_at),
    activated_login = case when s.activated_at is null then g.activated_login
        else s.activated_login end
from person g where s.id = $2 and g.id = $1 and (g.suspended and not s.suspended
    or s.activated_at is null and g.activated_at is not null)
"""
_INTO = """
update person set merged_into = $2 where id = $1 or merged_into = $1
"""
# What comes back to an account that was closed goes to the one that its money went to.
_SUCCEED = """
update account c set successor_id = o.id from account o
where c.person_id = $1 and c.closed_at is not null and c.successor_id is null
    and o.person_id = $2 and o.closed_at is null and o.kind = c.kind and c.kind <> 4
"""


def _follow_once(table: str, column: str) -> str:
    same = "".join(f" and o.{name} = m.{name}" for name in ONCE[table])
    only = ONLY.get(table, "true")
    return _FOLLOW_ONCE.format(table=table, column=column, only=only, same=same)


_STATEMENTS = (
    *(_FOLLOW.format(table=t, column=c) for t, c in columns_of(Fate.FOLLOWS)),
    *(_follow_once(t, c) for t, c in columns_of(Fate.FOLLOWS_ONCE)),
    _PREMIUMS,
    _BASES,
    _PERSON,
    _INTO,
    _SUCCEED,
)


async def carry(
    there: Connection, connection: Connection, gone_id: int, stays_id: int, now: datetime
) -> None:
    """Re-keys what is a person's from the row that goes to the one that stays; both are locked.
    Done again, it comes to the same, whatever of it was done before."""
    for statement in _STATEMENTS:
        await connection.execute(statement, gone_id, stays_id)
    await there.execute(_LOG_IN, gone_id, stays_id)
    await there.execute(_TAKEN, gone_id, now)
    await there.execute(_CARDS, gone_id, now)
    waiting = [row["login_id"] for row in await connection.fetch(_WAITING, stays_id)]
    taken = [row["id"] for row in await there.fetch(_NOBODYS, waiting)] if waiting else []
    if taken and (login_id := await there.fetchval(_LOGS_IN, stays_id)):
        await connection.execute(_MESSAGES, stays_id, login_id, taken)


async def stays(connection: Connection, person_id: int) -> int:
    """The row by which a person is known now."""
    return int(await connection.fetchval("select row_that_stays($1)", person_id))
