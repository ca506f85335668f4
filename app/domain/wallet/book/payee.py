"""The payee's half in the database, which alone decides what becomes of a transfer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.wallet.values import BEGINNING, OFFER_COLUMNS, Offer, State, Told
from app.store.database import Connection, Database, Record

_TYPES = (
    "bigint", "bigint", "bigint", "bigint", "varchar", "bigint", "varchar", "varchar", "varchar",
    "varchar", "boolean", "timestamptz", "timestamptz", "smallint", "timestamptz", "bigint",
    "bigint", "timestamptz", "timestamptz",
)  # fmt: skip
_ALL = ", ".join(OFFER_COLUMNS)
_ARRAYS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_TYPES, 1))
_PUT = f"""
insert into wallet_offer ({_ALL}) select * from unnest({_ARRAYS})
on conflict (id) do nothing returning id
"""  # noqa: S608
_SELECT = f"select {_ALL} from wallet_offer"  # noqa: S608
_DECIDE = """
update wallet_offer set state = $2, decided_at = $3, decided_by = $4, binding_id = $5,
    follow_from = $6
where id = $1 and state = 1
"""
_EXPIRE = """
update wallet_offer set state = 4, decided_at = $2, follow_from = $2
where id = any($1::bigint[]) and state = 1
"""
_TOLD = "update wallet_offer set told_at = $2 where id = any($1::bigint[]) and told_at is null"
_UNTOLD = """
select id, other_id, state, follow_from from wallet_offer
where state <> 1 and told_at is null and returns_id is null and follow_from <= $1
    and (follow_from, id) > ($3, $4)
order by follow_from, id limit $2
"""
_CAME_BACK = """
select coalesce(sum(amount_fen), 0)::bigint from wallet_offer where returns_id = $1 and id <> $2
"""
_POSTED = """
insert into wallet_posting (transfer_id, wallet_id)
select transfer_id, $2 from unnest($1::bigint[]) as n (transfer_id)
"""


def _offer(row: Record) -> Offer:
    return Offer(**dict(row) | {"state": State(row["state"])})


async def put(connection: Connection, offers: Sequence[Offer]) -> set[int]:
    """Writes halves that are not there yet; gives the ids of those that were not."""
    columns = [[getattr(offer, name) for offer in offers] for name in OFFER_COLUMNS]
    return {row["id"] for row in await connection.fetch(_PUT, *columns)}


async def lock(connection: Connection, ids: Collection[int]) -> list[Offer]:
    """Halves, locked in their order until the transaction ends."""
    where = "where id = any($1::bigint[]) order by id for no key update"
    return [_offer(row) for row in await connection.fetch(f"{_SELECT} {where}", list(ids))]


async def lock_waiting(connection: Connection, person_id: int) -> list[Offer]:
    """What waits for a person, whether or not its time is over, locked in its order."""
    where = "where person_id = $1 and state = 1 order by id for no key update"
    return [_offer(row) for row in await connection.fetch(f"{_SELECT} {where}", person_id)]


async def get(database: Database, wallet_id: int) -> Offer | None:
    row = await database.row(f"{_SELECT} where id = $1", wallet_id)
    return None if row is None else _offer(row)


async def decide(connection: Connection, decided: Offer) -> None:
    """Writes down what was decided of a half that is locked and waits."""
    await connection.execute(
        _DECIDE,
        decided.id,
        int(decided.state),
        decided.decided_at,
        decided.decided_by,
        decided.binding_id,
        decided.follow_from,
    )


async def expire(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """The time of halves is over: of those that still wait. They are locked."""
    await connection.execute(_EXPIRE, list(ids), now)


async def untold(
    database: Database, now: datetime, limit: int, after: tuple[datetime, int] = (BEGINNING, 0)
) -> list[Told]:
    """What was decided and the sender's side may and does not know, as far as is known here; the
    oldest first, behind one of a time."""
    rows = await database.rows(_UNTOLD, now, limit, *after)
    return [
        Told(row["id"], row["other_id"], State(row["state"]), row["follow_from"]) for row in rows
    ]


async def told(database: Database, ids: Collection[int], now: datetime) -> None:
    await database.value(_TOLD, list(ids), now)


async def waiting(database: Database, person_ids: Collection[int], now: datetime) -> list[Offer]:
    """What people may still accept, oldest first."""
    where = "where person_id = any($1::bigint[]) and state = 1 and expires_at > $2 order by id"
    return [_offer(row) for row in await database.rows(f"{_SELECT} {where}", list(person_ids), now)]


async def of_person(database: Database, person_id: int, before: int, limit: int) -> list[Offer]:
    """What a person was sent and given back, newest first."""
    where = "where person_id = any(rows_of($1)) and id < $2 order by id desc limit $3"
    rows = await database.rows(f"{_SELECT} {where}", person_id, before, limit)
    return [replace(_offer(row), person_id=person_id) for row in rows]


async def came_back_fen(connection: Connection, wallet_id: int, but: int) -> int:
    """How much of what somebody has sent had come back, one of the returns not counted."""
    return int(await connection.fetchval(_CAME_BACK, wallet_id, but))


async def posted(connection: Connection, wallet_id: int, transfer_ids: Collection[int]) -> None:
    """Writes down which transfers of the ledger a half has made."""
    await connection.execute(_POSTED, list(transfer_ids), wallet_id)
