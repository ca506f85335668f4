"""Cashiers in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.staff.values import Secret
from app.store.database import Connection, Database, Record

_PUT = """
insert into till_cashier (fixmedins_code, opter_no, name_sealed, pin_hash, pin_salt, pin_n, pin_r,
    pin_p, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (fixmedins_code, opter_no) do update set name_sealed = excluded.name_sealed,
    pin_hash = excluded.pin_hash, pin_salt = excluded.pin_salt, pin_n = excluded.pin_n,
    pin_r = excluded.pin_r, pin_p = excluded.pin_p, wrong = 0, locked_until = null, ended_at = null
"""
_ALL = """
select opter_no, name_sealed, ended_at from till_cashier where fixmedins_code = $1 order by opter_no
"""
_FOR_UPDATE = """
select * from till_cashier where fixmedins_code = $1 and opter_no = $2 for update
"""


async def put(
    database: Database,
    fixmedins_code: str,
    number: str,
    name_sealed: bytes,
    pin: Secret,
    now: datetime,
) -> None:
    """A new cashier, or a new name and PIN of one, also of one who had ended."""
    async with database.transaction() as connection:
        await connection.execute(
            _PUT,
            fixmedins_code,
            number,
            name_sealed,
            pin.hash,
            pin.salt,
            pin.n,
            pin.r,
            pin.p,
            now,
        )


async def end(database: Database, fixmedins_code: str, number: str, now: datetime) -> bool:
    """Lets a cashier in no more; False: there is no such."""
    done = await database.value(
        "update till_cashier set ended_at = $3 where fixmedins_code = $1 and opter_no = $2"
        " and ended_at is null returning 1",
        fixmedins_code,
        number,
        now,
    )
    return done is not None


async def all_of(database: Database, fixmedins_code: str) -> Sequence[Record]:
    """An institution's cashiers, by number."""
    return await database.rows(_ALL, fixmedins_code)


async def locked(connection: Connection, fixmedins_code: str, number: str) -> Record | None:
    """A cashier, until the transaction ends nobody else's."""
    return await connection.fetchrow(_FOR_UPDATE, fixmedins_code, number)


async def note_tries(
    connection: Connection, fixmedins_code: str, number: str, wrong: int, until: datetime | None
) -> None:
    """How many wrong tries there were in a row, and until when there may be no other."""
    await connection.execute(
        "update till_cashier set wrong = $3, locked_until = $4"
        " where fixmedins_code = $1 and opter_no = $2",
        fixmedins_code,
        number,
        wrong,
        until,
    )


async def forgive(database: Database, fixmedins_code: str, number: str) -> None:
    """A right one: the wrong ones before it don't count any more."""
    async with database.transaction() as connection:
        await note_tries(connection, fixmedins_code, number, 0, None)
