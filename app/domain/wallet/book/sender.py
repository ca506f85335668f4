"""The sender's half in the database: the same statements wherever the payee's half lies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from app.domain.wallet.values import BEGINNING, SENT_COLUMNS, Sent, Source, State
from app.store.database import Connection, Database, Record

_ALL = ", ".join(SENT_COLUMNS)
_MARKS = ", ".join(f"${number}" for number in range(1, len(SENT_COLUMNS) + 1))
_ADD = f"insert into wallet_sent ({_ALL}) values ({_MARKS})"  # noqa: S608
_SELECT = f"select {_ALL} from wallet_sent"  # noqa: S608
_TODAY = """
select count(*) from wallet_sent
where person_id = any(rows_of($1)) and day = $2 and returns_id is null
"""
_PENDING_UNTIL = """
select max(expires_at) from wallet_sent
where person_id = any(rows_of($1)) and state = 1 and returns_id is null
"""
_GIVEN_BACK = """
select coalesce(sum(amount_fen), 0)::bigint from wallet_sent where returns_id = $1
"""
_ALL_GIVEN_BACK = """
select returns_id, sum(amount_fen)::bigint as fen from wallet_sent
where returns_id = any($1::bigint[]) group by returns_id
"""
_DELIVERED = """
update wallet_sent set delivered_at = $2 where id = any($1::bigint[]) and delivered_at is null
"""
_END = """
update wallet_sent set state = n.state, ended_at = $3::timestamptz,
    delivered_at = coalesce(delivered_at, case when other_id is not null then $3::timestamptz end)
from unnest($1::bigint[], $2::smallint[]) as n (id, state)
where wallet_sent.id = n.id and wallet_sent.state = 1
"""


def _sent(row: Record) -> Sent:
    columns = dict(row)
    return Sent(**columns | {"source": Source(columns["source"]), "state": State(columns["state"])})


async def add(connection: Connection, sent: Sent) -> None:
    await connection.execute(_ADD, *(getattr(sent, name) for name in SENT_COLUMNS))


async def by_mark(connection: Connection, person_id: int, mark: str) -> Sent | None:
    """What a phone has sent under its own name for it, or None."""
    row = await connection.fetchrow(
        f"{_SELECT} where person_id = any(rows_of($1)) and mark = $2 order by id limit 1",
        person_id,
        mark,
    )
    return None if row is None else _sent(row)


async def get(database: Database, wallet_id: int) -> Sent | None:
    row = await database.row(f"{_SELECT} where id = $1", wallet_id)
    return None if row is None else _sent(row)


async def of_person(database: Database, person_id: int, before: int, limit: int) -> list[Sent]:
    """What a person has sent and given back, newest first."""
    where = "where person_id = any(rows_of($1)) and id < $2 order by id desc limit $3"
    return [
        _sent(row) for row in await database.rows(f"{_SELECT} {where}", person_id, before, limit)
    ]


async def pending_of(database: Database, person_id: int) -> list[Sent]:
    """What of a person's waits."""
    where = "where person_id = any(rows_of($1)) and state = 1 order by id"
    return [_sent(row) for row in await database.rows(f"{_SELECT} {where}", person_id)]


async def sent_on(connection: Connection, person_id: int, day: date) -> int:
    """How often a person has sent on a day, whatever became of it."""
    return int(await connection.fetchval(_TODAY, person_id, day))


async def pending_until(connection: Connection, person_id: int) -> datetime | None:
    """When the last of what a person has sent and nobody has accepted goes back."""
    found: datetime | None = await connection.fetchval(_PENDING_UNTIL, person_id)
    return found


async def given_back_fen(connection: Connection, wallet_id: int) -> int:
    """How much of an accepted transfer its payee has given back, or is about to."""
    return int(await connection.fetchval(_GIVEN_BACK, wallet_id))


async def all_given_back_fen(database: Database, ids: Collection[int]) -> dict[int, int]:
    """The same of several; of what nothing has been given back is left out."""
    return {
        row["returns_id"]: row["fen"] for row in await database.rows(_ALL_GIVEN_BACK, list(ids))
    }


async def undelivered(database: Database, limit: int, after: int = 0) -> list[Sent]:
    """What the payee's side has not been told of, as far as is known; oldest first, behind one."""
    where = "where delivered_at is null and state = 1 and other_id is not null and id > $2"
    rows = await database.rows(f"{_SELECT} {where} order by id limit $1", limit, after)
    return [_sent(row) for row in rows]


async def delivered(database: Database, ids: Collection[int], now: datetime) -> None:
    await database.value(_DELIVERED, list(ids), now)


async def due(
    database: Database, now: datetime, limit: int, after: tuple[datetime, int] = (BEGINNING, 0)
) -> list[Sent]:
    """What waits though its time is over; oldest first, behind one of a time."""
    where = "where state = 1 and expires_at <= $1 and (expires_at, id) > ($3, $4)"
    order = "order by expires_at, id limit $2"
    rows = await database.rows(f"{_SELECT} {where} {order}", now, limit, *after)
    return [_sent(row) for row in rows]


async def lock(connection: Connection, ids: Collection[int]) -> list[Sent]:
    """Halves, locked in their order until the transaction ends."""
    where = "where id = any($1::bigint[]) order by id for no key update"
    return [_sent(row) for row in await connection.fetch(f"{_SELECT} {where}", list(ids))]


async def end(connection: Connection, ended: dict[int, State], now: datetime) -> None:
    """Writes down what became of halves that waited."""
    await connection.execute(_END, list(ended), [int(state) for state in ended.values()], now)
