"""Social-security cards in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.database import Connection, Database, Record
from app.words import CardState, CardWord

_BY_NUMBER = "select * from card where card_no_index = any($1::bytea[]) limit 1"
_OF_PERSON = "select * from card where person_id = $1 order by id"
# Waits for a batch that is paying with the card, and every later one waits for this (law 6).
_LOCK = "select * from card where id = $1 and person_id = $2 for no key update"
_SET = "update card set state = $2, state_by = $3, state_at = $4 where id = $1"
_CHANGE = """
insert into card_change (id, card_id, state, state_by, actor_id, at)
values ($1, $2, $3, $4, $5, $6)
"""


async def by_number(database: Database, indexes: Sequence[bytes]) -> Record | None:
    """The card with this number."""
    return await database.row(_BY_NUMBER, list(indexes))


async def numbered(
    connection: Connection, person_id: int, indexes: Sequence[bytes]
) -> Record | None:
    """A person's card with this number, locked until the transaction ends."""
    row = await connection.fetchrow(_BY_NUMBER, list(indexes))
    return None if row is None else await lock(connection, row["id"], person_id)


async def get(database: Database, card_id: int) -> Record | None:
    return await database.row("select * from card where id = $1", card_id)


async def of_person(database: Database, person_id: int) -> list[Record]:
    """A person's cards, in the order in which they came."""
    return await database.rows(_OF_PERSON, person_id)


async def lock(connection: Connection, card_id: int, person_id: int) -> Record | None:
    """A person's card, locked until the transaction ends."""
    return await connection.fetchrow(_LOCK, card_id, person_id)


async def change(
    connection: Connection,
    number: int,
    card_id: int,
    state: CardState,
    by: CardWord,
    actor_id: int | None,
    at: datetime,
) -> None:
    """Sets what a card is, and notes by whose word; ``number``: the note's id."""
    await connection.execute(_SET, card_id, state, by, at)
    await connection.execute(_CHANGE, number, card_id, state, by, actor_id, at)
