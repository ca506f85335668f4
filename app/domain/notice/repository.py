"""Inboxes, and what people wish to be told of, in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.domain.notice.kinds import KINDS
from app.domain.notice.values import Notice, Quiet, Telling, Wishes
from app.kit.ids import IdMaker
from app.store.database import Connection, Database, Record

_PUT = """
insert into notice (id, person_id, kind, event_id, params, at, told_at)
select *, $7::timestamptz from unnest($1::bigint[], $2::bigint[], $3::varchar[], $4::bigint[],
    $5::jsonb[], $6::timestamptz[])
on conflict (person_id, kind, event_id) do nothing returning id
"""
_PAGE = """
select id, kind, at, params, read_at from notice
where person_id = $1 and id < $2 order by id desc limit $3
"""
_READ = """
update notice set read_at = $2 where person_id = $1 and read_at is null and id = any($3::bigint[])
"""
_READ_KINDS = """
update notice set read_at = $2 where person_id = $1 and read_at is null and id <= $4
    and kind = any($3::varchar[])
"""
_UNREAD = """
select kind, count(*) as count from notice where person_id = $1 and read_at is null group by kind
"""
_NEWEST = "select id from notice where person_id = $1 order by id desc limit 1"
_WISHES = """
select person_id, off_inbox, off_outside, quiet_from, quiet_until from notice_setting
where person_id = any($1::bigint[])
"""
_WISH = """
insert into notice_setting (person_id, off_inbox, off_outside, quiet_from, quiet_until)
values ($1, $2, $3, $4, $5) on conflict (person_id) do update set off_inbox = excluded.off_inbox,
    off_outside = excluded.off_outside, quiet_from = excluded.quiet_from,
    quiet_until = excluded.quiet_until
"""


async def put(
    connection: Connection, tellings: Sequence[Telling], now: datetime, ids: IdMaker
) -> list[tuple[int, Telling]]:
    """Puts tellings into inboxes; gives those that were not there yet, with their notices' ids."""
    numbered = {ids.next(): telling for telling in tellings}
    found = await connection.fetch(
        _PUT,
        list(numbered),
        [one.person_id for one in tellings],
        [one.kind for one in tellings],
        [one.event_id for one in tellings],
        [one.params for one in tellings],
        [one.at for one in tellings],
        now,
    )
    return [(row["id"], numbered[row["id"]]) for row in found]


async def page(database: Database, person_id: int, before: int, limit: int) -> list[Notice]:
    """A person's notices, newest first."""
    return [_notice(row) for row in await database.rows(_PAGE, person_id, before, limit)]


async def mark_read(
    database: Database, person_id: int, now: datetime, notice_ids: Collection[int]
) -> None:
    await database.value(_READ, person_id, now, list(notice_ids))


async def mark_kinds_read(
    database: Database, person_id: int, now: datetime, kinds: Collection[str], upto: int
) -> None:
    """Marks what a person has of some kinds as read, up to a notice."""
    await database.value(_READ_KINDS, person_id, now, list(kinds), upto)


async def unread(database: Database, person_id: int) -> tuple[dict[str, int], int]:
    """How many notices of each kind a person has not read, and the id of the newest of all."""
    counts = await database.rows(_UNREAD, person_id)
    newest = await database.value(_NEWEST, person_id)
    return {row["kind"]: row["count"] for row in counts}, newest or 0


async def wishes(connection: Connection, person_ids: Collection[int]) -> dict[int, Wishes]:
    """What people wish; who has said nothing is left out."""
    rows = await connection.fetch(_WISHES, list(person_ids))
    return {row["person_id"]: _wishes(row) for row in rows}


async def wish(database: Database, person_id: int, wished: Wishes) -> None:
    quiet = wished.quiet
    await database.value(
        _WISH,
        person_id,
        sorted(wished.off_inbox),
        sorted(wished.off_outside),
        quiet and quiet.from_hour,
        quiet and quiet.until_hour,
    )


def _notice(row: Record) -> Notice:
    return Notice(row["id"], KINDS[row["kind"]], row["at"], row["params"], row["read_at"])


def _wishes(row: Record) -> Wishes:
    quiet = None
    if row["quiet_from"] is not None:
        quiet = Quiet(row["quiet_from"], row["quiet_until"])
    return Wishes(frozenset(row["off_inbox"]), frozenset(row["off_outside"]), quiet)
