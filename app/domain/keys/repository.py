"""Sealed and indexed columns in the database, whatever table they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.keys.columns import Table
from app.kit.sm import Cipher
from app.store.database import Connection, Record

WINDOW = 20_000
"""So many rows are looked through at once where there is little to do."""

Place = tuple[Any, ...]
"""Where a walk is: the values of a table's key."""


_PEOPLE = """
select id, psn_no, psn_cert_type, certno_sealed from person where id = any($1::bigint[])
"""

Change = tuple[Mapping[str, Any], Mapping[str, bytes | None]]
"""A row as it was read, and its new values by column."""


def _keys(table: Table) -> str:
    return ", ".join(f"t.{column}" for column in table.key)


def _marks(first: int, count: int) -> str:
    return ", ".join(f"${number}" for number in range(first, first + count))


def _stale(table: Table) -> str:
    """What is true of a row that has a value of another key: $1 begins what is sealed with the one
    for writing, $2 ends what is indexed with it."""
    sealed = [f"substr(t.{one.column}, 1, octet_length($1::bytea)) <> $1" for one in table.sealed]
    indexed = [f"substr(t.{one.column}, 33) <> $2::bytea" for one in table.indexed]
    return f"($1::bytea is null or $2::bytea is null or {' or '.join(sealed + indexed)})"


def _own(cipher: Cipher) -> tuple[bytes, bytes]:
    return cipher.data.mark, cipher.indexing.tail


async def end_of_window(connection: Connection, table: Table, after: Place | None) -> Place | None:
    """Up to where the next window of a table goes; None: nothing comes after."""
    where = f"where ({_keys(table)}) > ({_marks(1, len(after))})" if after else ""
    row = await connection.fetchrow(
        f"select * from (select {_keys(table)} from {table.name} t {where}"  # noqa: S608
        f" order by {_keys(table)} limit {WINDOW}) w"
        f" order by {', '.join(f'{column} desc' for column in table.key)} limit 1",
        *(after or ()),
    )
    return None if row is None else tuple(row.values())


async def stale(
    connection: Connection,
    table: Table,
    cipher: Cipher,
    after: Place | None,
    end: Place,
    size: int,
) -> Sequence[Record]:
    """The next rows of a window that have a value of another key than the one for writing."""
    arguments: list[Any] = [*_own(cipher), *end]
    where = [_stale(table), f"({_keys(table)}) <= ({_marks(3, len(end))})"]
    if after:
        where.append(f"({_keys(table)}) > ({_marks(3 + len(end), len(after))})")
        arguments += after
    names = [*table.key, *table.columns, *table.reads]
    if table.of_person:
        where.append(f"t.{table.of_person} is not null")
        names.append(table.of_person)
    columns = dict.fromkeys(f"t.{name}" for name in names)
    found: Sequence[Record] = await connection.fetch(
        f"select {', '.join(columns)} from {table.name} t"  # noqa: S608
        f" where {' and '.join(where)} order by {_keys(table)} limit {size}",
        *arguments,
    )
    return found


async def with_people(
    connection: Connection, table: Table, rows: Sequence[Record]
) -> list[Mapping[str, Any]]:
    """Rows with the number of the person of each; ``connection``: to where people are."""
    ids = {row[table.of_person] for row in rows}
    people = {row["id"]: dict(row) for row in await connection.fetch(_PEOPLE, list(ids))}
    return [
        people[row[table.of_person]] | dict(row) for row in rows if row[table.of_person] in people
    ]


async def write(
    connection: Connection,
    table: Table,
    changes: Sequence[Change],
) -> None:
    """Writes new values, in the order of their rows' keys; what was changed meanwhile stays as it
    is."""
    columns, count = table.columns, len(table.columns)
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 1))
    unchanged = [f"{c} is not distinct from ${n}" for n, c in enumerate(columns, count + 1)]
    keyed = [f"{column} = ${n}" for n, column in enumerate(table.key, 2 * count + 1)]
    where = " and ".join([*keyed, *unchanged])
    await connection.executemany(
        f"update {table.name} set {sets} where {where}",  # noqa: S608
        [
            (
                *(new[column] for column in columns),
                *(row[column] for column in columns),
                *(row[column] for column in table.key),
            )
            for row, new in changes
        ],
    )


async def counts(
    connection: Connection, table: str, column: str, *, sealed: bool
) -> Counter[bytes]:
    """How many values of a column there are by the id of their key; no id: the first key's."""
    key_id = (
        f"case when get_byte({column}, 0) = 2 then substr({column}, 2, 4) else ''::bytea end"
        if sealed
        else f"substr({column}, 33)"
    )
    rows = await connection.fetch(
        f"select {key_id} as key_id, count(*) as number from {table}"  # noqa: S608
        f" where {column} is not null group by 1"
    )
    return Counter({bytes(row["key_id"]): row["number"] for row in rows})
