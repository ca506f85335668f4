"""People's indexes made anew in the database, a portion at a time."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.registry.imports.book.chunk import begin
from app.store.database import Connection, Record

_READ_TO = "select read_to from person_reindexed for update"
_END = "select max(id) from (select id from person where id > $1 order by id limit $2) portion"
# In order of id, as whoever else locks people does.
_FORMER = """
select id, psn_no, psn_name_sealed, psn_cert_type, certno_sealed from person
where id > $1 and id <= $2 and written_index is null order by id limit $3 for no key update
"""
_WINDOW = 20_000
"""So many people are looked through at once where there is little to do."""
_TAKEN = """
select s.id from unnest($1::bigint[], $2::text[], $3::bytea[]) as s (id, cert_type, certno_index)
join person p on p.psn_cert_type = s.cert_type and p.certno_index = s.certno_index and p.id <> s.id
"""
_RENEW = """
update person p set psn_name_index = s.psn_name_index, certno_index = s.certno_index,
    written_index = s.written_index
from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[])
    as s (id, psn_name_index, certno_index, written_index)
where p.id = s.id
"""
_MOVE = "update person_reindexed set read_to = $1"

Renewed = tuple[int, str, bytes, bytes, bytes]
"""A person's id and kind of certificate; the new indexes of name, number, and both as written."""


async def next_portion(connection: Connection, size: int) -> tuple[int, list[Record]] | None:
    """The next so many people whom the version before has indexed, locked, and the id up to which
    they are all; None when nobody is left. Imports and other runs wait for their turn."""
    await begin(connection)
    read_to = await connection.fetchval(_READ_TO)
    end = await connection.fetchval(_END, read_to, _WINDOW)
    if end is None:
        return None
    rows = await connection.fetch(_FORMER, read_to, end, size)
    return rows[-1]["id"] if len(rows) == size else end, rows


async def taken(connection: Connection, people: Sequence[Renewed]) -> set[int]:
    """Those whose number, in its normal form, somebody else has."""
    arguments = [[one[column] for one in people] for column in (0, 1, 3)]
    return {row["id"] for row in await connection.fetch(_TAKEN, *arguments)}


async def renew(connection: Connection, people: Sequence[Renewed], read_to: int) -> None:
    """Writes the new indexes, and how far the work has come."""
    arguments = [[one[column] for one in people] for column in (0, 2, 3, 4)]
    await connection.execute(_RENEW, *arguments)
    await connection.execute(_MOVE, read_to)
