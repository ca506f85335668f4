"""For which chronic diseases people are registered, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.store.database import Connection, Database, Record

_OF = "select * from chronic_filing where person_id = $1 order by begins_on, id"
_OF_ALL = "select * from chronic_filing where person_id = any($1::bigint[]) for no key update"
_PEOPLE = """
select coalesce(merged_into, id) as id, psn_no from person where psn_no = any($1::varchar[])
"""
_PUT = """
insert into chronic_filing (id, person_id, disease_sealed, begins_on, ends_on, updated_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set disease_sealed = excluded.disease_sealed,
    ends_on = excluded.ends_on, updated_at = excluded.updated_at
"""


async def of_person(database: Database, person_id: int) -> list[Record]:
    return await database.rows(_OF, person_id)


async def of_people(connection: Connection, person_ids: Iterable[int]) -> list[Record]:
    """All of these people's, locked."""
    found: list[Record] = await connection.fetch(_OF_ALL, list(person_ids))
    return found


async def people(connection: Connection, numbers: Iterable[str]) -> dict[str, int]:
    """Ids of people by number."""
    return {row["psn_no"]: row["id"] for row in await connection.fetch(_PEOPLE, list(numbers))}


async def put(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    await connection.executemany(_PUT, rows)
