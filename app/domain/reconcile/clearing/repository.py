"""Applications to be cleared, in the database."""

from __future__ import annotations

from datetime import date, datetime

from app.store.database import Connection, Record

_TURN = "select pg_advisory_xact_lock(hashtextextended($1, 3))"
_OVERLAPPING = """
select * from clearing_application
where fixmedins_code = $1 and clr_type = $2 and withdrawn_at is null
    and begins_on <= $4 and ends_on >= $3
order by id limit 1
"""
_ADD = """
insert into clearing_application (id, fixmedins_code, clr_type, clr_way, setlym, begins_on, ends_on,
    psntime, medfee_fen, agreed_fen, fund_fen, cash_fen, acct_fen, applied_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_WITHDRAW = """
update clearing_application set withdrawn_at = coalesce(withdrawn_at, $3)
where id = $1 and fixmedins_code = $2 returning id
"""


async def turn(connection: Connection, fixmedins_code: str) -> None:
    """One application of an institution after the other, until the transaction ends."""
    await connection.execute(_TURN, fixmedins_code)


async def overlapping(
    connection: Connection, fixmedins_code: str, clr_type: str, first: date, last: date
) -> Record | None:
    """An application that stands and has a day of these."""
    return await connection.fetchrow(_OVERLAPPING, fixmedins_code, clr_type, first, last)


async def add(connection: Connection, *values: object) -> None:
    await connection.execute(_ADD, *values)


async def withdraw(connection: Connection, number: int, fixmedins_code: str, now: datetime) -> bool:
    """Ends an application; again changes nothing. False: the institution has no such."""
    return await connection.fetchval(_WITHDRAW, number, fixmedins_code, now) is not None
