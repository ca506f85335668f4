"""The nation's lists in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.catalogue.lists import NationalList
from app.store.database import Connection, Database, Record

_TURN = 0x514C5354  # "QLST"
_STAGED = ("line", "rid", "head", "tail")
# Only what this transaction has staged: more is never seen, and by this it is found.
_TWICE = """
delete from import_row s using (
    select rid, min(line) as first from import_row where run = pg_current_xact_id()
    group by rid having count(*) > 1) as d
where s.run = pg_current_xact_id() and s.rid = d.rid and s.line > d.first returning s.line, d.first
"""
_NEXT = "select coalesce(max(version), 0) + 1 from catalogue_version where list = $1"
_MERGE = """
with done as (
    insert into catalogue_row as r (list, rid, version, head, tail)
    select $1, rid, $2, head, tail from import_row where run = pg_current_xact_id() order by rid
    on conflict (list, rid) do update set version = excluded.version, head = excluded.head,
        tail = excluded.tail
    where (r.head, r.tail) is distinct from (excluded.head, excluded.tail)
    returning (xmax = 0) as is_new
)
select count(*) filter (where is_new)::int, count(*) filter (where not is_new)::int from done
"""
# The cell that says whether a row holds, of those before the version or of those after it.
_WITHDRAW = """
with gone as (
    update catalogue_row r set version = $2,
        {part} = array_to_string(cells[:$3 - 1] || '0'::text || cells[$3 + 1:], E'\\t')
    from (select rid, string_to_array({part}, E'\\t') as cells from catalogue_row
          where list = $1 order by rid) as now
    where r.list = $1 and r.rid = now.rid and cells[$3] <> '0'
        and not exists (select from import_row s
            where s.run = pg_current_xact_id() and s.rid = r.rid)
    returning 1
)
select count(*)::int from gone
"""
_DONE = """
with gone as (delete from import_row where run = pg_current_xact_id() returning 1)
select count(*)::int from gone
"""
_NOTE = """
insert into catalogue_version (list, version, source, made_at, added, changed, withdrawn)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_VERSIONS = """
select distinct on (list) list, version, made_at from catalogue_version order by list, version desc
"""
_NEWER = """
select coalesce((select max(version) from catalogue_version where list = $1), 0) as version,
    (select count(*) from catalogue_row where list = $1 and version > $2) as rows
"""
_PAGE = """
with page as (
    select version, rid, head, tail from catalogue_row
    where list = $1 and version <= $2 and (version, rid) > ($3, $4)
    order by version, rid limit $5
)
select string_agg(head || version || tail || E'\\n', '' order by version, rid) as text,
    max(version) as version,
    (select rid from page order by version desc, rid desc limit 1) as rid
from page
"""
_ROWS = """
select string_to_array(head || version || tail, E'\\t') as cells from catalogue_row
where list = $1 and version > $2 and ($3 = '' or rid = $3)
"""
_PAGE_ROWS = 5_000


async def import_rows(
    connection: Connection,
    list_: NationalList,
    rows: Iterable[tuple[int, str, str, str]],
    source: str,
    now: datetime,
    *,
    whole: bool,
) -> tuple[Sequence[int], list[tuple[int, int]]]:
    """Takes in rows (line, rid, before and after the version) in the caller's transaction; with
    ``whole`` the others are withdrawn. Gives the counts of added, changed, withdrawn and of all,
    and the lines that came twice with their first ones."""
    await connection.execute("select pg_advisory_xact_lock($1)", _TURN)
    await connection.copy_records_to_table("import_row", records=rows, columns=_STAGED)
    twice = [(row["line"], row["first"]) for row in await connection.fetch(_TWICE)]
    number, version = list_.infno, await connection.fetchval(_NEXT, list_.infno)
    added, changed = await connection.fetchrow(_MERGE, number, version)
    withdrawn = 0
    if whole:
        after = list_.valid > list_.version
        place = list_.valid + 1 - (list_.version if after else 0)
        sql = _WITHDRAW.format(part="tail" if after else "head")
        withdrawn = await connection.fetchval(sql, number, version, place)
    if added or changed or withdrawn:
        figures = (added, changed, withdrawn)
        await connection.execute(_NOTE, number, version, source, now, *figures)
    all_ = await connection.fetchval(_DONE)
    return (added, changed, withdrawn, all_), twice


async def versions(database: Database) -> list[Record]:
    """The newest version of each list that has any."""
    return await database.rows(_VERSIONS)


async def newer(database: Database, infno: str, since: int) -> tuple[int, int]:
    """A list's version, and how many rows are newer than one."""
    row = await database.row(_NEWER, infno, since)
    assert row is not None
    return row["version"], row["rows"]


async def page(database: Database, infno: str, until: int, after: tuple[int, str]) -> Record | None:
    """The next some thousand rows of a list after (version, number) that are not newer than a
    version, as one text, with the last one's version and number; None: there are no more. No
    transaction lives as long as a till takes to load them."""
    found = await database.row(_PAGE, infno, until, *after, _PAGE_ROWS)
    return found if found is not None and found["text"] is not None else None


async def rows_of(database: Database, infno: str, since: int, rid: str) -> list[list[str]]:
    """The rows of a small list, cell by cell."""
    return [row["cells"] for row in await database.rows(_ROWS, infno, since, rid)]
