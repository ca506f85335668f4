"""Institutions' own codes for items in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.store.database import Connection, Database, Record

_TURN = "select pg_advisory_xact_lock(hashtextextended($1, 7))"
_KNOWN = """
select med_list_codg, list_type from catalogue_item where med_list_codg = any($1::varchar[])
"""
_LIVE = """
select own_code, list_type, med_list_codg from institution_item
where fixmedins_code = $1 and own_code = any($2::varchar[]) and withdrawn_at is null
"""
_ADD = """
insert into institution_item as i (fixmedins_code, own_code, list_type, med_list_codg, begins_on,
    ends_on, details, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
on conflict (fixmedins_code, own_code, list_type, med_list_codg) do update set
    begins_on = excluded.begins_on, ends_on = excluded.ends_on, details = excluded.details,
    updated_at = excluded.updated_at, withdrawn_at = null
where i.withdrawn_at is not null or (i.begins_on, i.ends_on, i.details)
    is distinct from (excluded.begins_on, excluded.ends_on, excluded.details)
"""
_WITHDRAW = """
update institution_item set withdrawn_at = coalesce(withdrawn_at, $5),
    updated_at = case when withdrawn_at is null then $5 else updated_at end
where fixmedins_code = $1 and own_code = $2 and list_type = $3 and med_list_codg = $4
returning own_code
"""
_OF = """
select *, md5(own_code || ' ' || list_type || ' ' || med_list_codg) as rid from institution_item
where fixmedins_code = $1 and updated_at >= $2 and ($3 = '' or own_code = $3)
    and ($4 = '' or list_type = $4) and ($5 = '' or med_list_codg = $5)
    and ($6 = '' or details ->> 'fixmedins_hilist_name' like '%' || $6 || '%')
    and ($7 = '' or (withdrawn_at is null) = ($7 = '1'))
    and ($8::date is null or coalesce(begins_on, created_at::date) >= $8)
    and ($9::date is null or coalesce(begins_on, created_at::date) <= $9
        and (ends_on is null or ends_on >= $9))
order by updated_at, own_code, list_type, med_list_codg limit $10 offset $11
"""
_NAMES = """
select med_list_codg, own_code, details from institution_item
where fixmedins_code = $1 and med_list_codg = any($2::varchar[]) and withdrawn_at is null
order by updated_at
"""


async def turn(connection: Connection, fixmedins_code: str) -> None:
    """One message of an institution after the other, until the transaction ends."""
    await connection.execute(_TURN, fixmedins_code)


async def known(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """The lists of items of the catalogue, by code; unknown ones are left out."""
    rows = await connection.fetch(_KNOWN, list(codes))
    return {row["med_list_codg"]: row["list_type"] for row in rows}


async def live(
    connection: Connection, fixmedins_code: str, own_codes: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Which items own codes mean now, by code and list."""
    rows = await connection.fetch(_LIVE, fixmedins_code, list(own_codes))
    return {(row["own_code"], row["list_type"]): row["med_list_codg"] for row in rows}


async def add(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Stores own codes; what is there already and says the same stays untouched."""
    await connection.executemany(_ADD, rows)


async def withdraw(
    connection: Connection, fixmedins_code: str, key: tuple[str, str, str], now: datetime
) -> bool:
    """Ends an own code; again changes nothing. False: there never was such."""
    return await connection.fetchval(_WITHDRAW, fixmedins_code, *key, now) is not None


async def changed(
    database: Database,
    fixmedins_code: str,
    since: datetime,
    texts: Sequence[str],
    days: tuple[date | None, date | None],
    page: tuple[int, int],
) -> list[Record]:
    """Own codes that have changed since: ``texts`` and ``days`` as the SQL has them."""
    return await database.rows(_OF, fixmedins_code, since, *texts, *days, *page)


async def names(database: Database, fixmedins_code: str, codes: Iterable[str]) -> dict[str, Record]:
    """What an institution calls items, by the nation's code: what it said last."""
    rows = await database.rows(_NAMES, fixmedins_code, list(codes))
    return {row["med_list_codg"]: row for row in rows}
