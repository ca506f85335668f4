"""Statements as they were made, and the files that institutions and the centre hand each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from app.store.database import Connection, Database, Record

_STORE = """
insert into institution_statement as old
    (fixmedins_code, day, totals, one_sided, csv, page, made_at)
select c, $6, t, o, v, p, $7 from unnest($1::varchar[], $2::jsonb[], $3::jsonb[], $4::text[],
    $5::text[]) as n (c, t, o, v, p)
on conflict (fixmedins_code, day) do update set totals = excluded.totals,
    one_sided = excluded.one_sided, csv = excluded.csv, page = excluded.page,
    made_at = excluded.made_at
where (old.csv, old.page) is distinct from (excluded.csv, excluded.page)
returning 1
"""
_INSERT = """
insert into exchange_file (file_qury_no, fixmedins_code, filename_sealed, content_sealed,
    content_bytes, created_at, expires_at)
select $1, $2::varchar, $3, $4, $5, $6, $7
where (select coalesce(sum(coalesce(content_bytes, octet_length(content))), 0) from exchange_file
    where fixmedins_code = $2::varchar and expires_at > $6) + $5::integer <= $8
returning file_qury_no
"""


async def statement(database: Database, fixmedins_code: str, day: date) -> Record | None:
    """An institution's statement of a day, if it has been made."""
    return await database.row(
        "select * from institution_statement where fixmedins_code = $1 and day = $2",
        fixmedins_code,
        day,
    )


async def store_statements(
    connection: Connection,
    codes: Sequence[str],
    totals: Sequence[object],
    one_sided: Sequence[object],
    files: Sequence[str],
    pages: Sequence[str],
    day: date,
    now: datetime,
) -> int:
    """Keeps a day's statements, one an institution; gives how many are new or different."""
    # asyncpg takes a list inside an array for another dimension, so lists go as JSON texts.
    texts = [[json.dumps(one) for one in column] for column in (totals, one_sided)]
    return len(await connection.fetch(_STORE, codes, *texts, files, pages, day, now))


async def put_file(
    connection: Connection,
    file_qury_no: str,
    fixmedins_code: str,
    filename_sealed: bytes,
    content_sealed: bytes,
    content_bytes: int,
    now: datetime,
    expires_at: datetime,
    kept_max: int,
) -> bool:
    """Keeps a file unless the institution's then are more than ``kept_max`` bytes."""
    # Two at once can't both be the last that fits.
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('exchange:' || $1, 0))", fixmedins_code
    )
    done = await connection.fetchval(
        _INSERT,
        file_qury_no,
        fixmedins_code,
        filename_sealed,
        content_sealed,
        content_bytes,
        now,
        expires_at,
        kept_max,
    )
    return done is not None


async def file(
    database: Database, fixmedins_code: str, file_qury_no: str, now: datetime
) -> Record | None:
    """An institution's file that has not expired."""
    return await database.row(
        "select * from exchange_file "
        "where file_qury_no = $1 and fixmedins_code = $2 and expires_at > $3",
        file_qury_no,
        fixmedins_code,
        now,
    )


async def remove_expired(connection: Connection, now: datetime) -> int:
    """Removes files that have expired; gives how many."""
    gone = await connection.fetch(
        "delete from exchange_file where expires_at <= $1 returning 1", now
    )
    return len(gone)
