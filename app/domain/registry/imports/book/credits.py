"""Bases and credits of personal accounts into the database: set by set, whatever their number.

Rows of credits wait there until a region's month is credited; nothing moves here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.registry.imports.book.chunk import Written
from app.domain.registry.imports.rows import BaseRow, CreditRow
from app.kit.ids import IdMaker
from app.ledger.kinds import CreditKind
from app.ledger.year import take_turn
from app.store.database import Connection, Record

# What is said of a number whose row was merged is said of the row that stays; where a file says it
# of both, that row's own line counts.
_PEOPLE = """(
    select psn_no, coalesce(merged_into, id) as id, merged_into is not null as merged from person)
"""
_NEW_BASES = f"""
with new as (
    select n.*, p.id as person_id, p.merged
    from unnest($1::int[], $2::varchar[], $3::date[], $4::bigint[])
        as n (line, psn_no, since, base_fen)
    left join {_PEOPLE} p using (psn_no)
), written as (
    insert into account_base as b (person_id, since, base_fen, source, noted_at)
    select distinct on (person_id, since) person_id, since, base_fen, $5, $6 from new
    where person_id is not null order by person_id, since, merged, line
    on conflict (person_id, since) do update set base_fen = excluded.base_fen,
        source = excluded.source, noted_at = excluded.noted_at
    where b.base_fen <> excluded.base_fen
    returning person_id, since, (xmax = 0) as is_new
)
select n.line, n.person_id is not null as known, false as closed, false as taken, w.is_new
from new n left join written w using (person_id, since)
"""  # noqa: S608
# A row that waits may still be told anew; what is booked is corrected by other rows.
_NEW_CREDITS = f"""
with new as (
    select n.*, p.id as person_id, p.merged, exists (select from account a where a.person_id = p.id
            and a.kind = 1 and a.closed_at is null) as has_account,
        e.id is not null as there, coalesce(e.state = 2, false) as booked,
        coalesce((e.base_fen, e.given_fen) is not distinct from (n.base_fen, n.given_fen), false)
            as same,
        n.kind = 2 and exists (select from account_credit m where m.person_id = p.id and m.kind = 1
            and m.period = n.period and m.state = 2) as late
    from unnest($1::int[], $2::varchar[], $3::smallint[], $4::date[], $5::bigint[], $6::bigint[],
        $7::bigint[]) as n (line, psn_no, kind, period, base_fen, given_fen, id)
    left join {_PEOPLE} p using (psn_no)
    left join account_credit e on e.person_id = p.id and e.kind = n.kind and e.period = n.period
), written as (
    insert into account_credit as c
        (id, person_id, kind, period, state, base_fen, given_fen, source, made_at)
    select distinct on (person_id, kind, period) id, person_id, kind, period, 1, base_fen,
        given_fen, $8, $9 from new
    where person_id is not null and has_account and not booked and not same
        and (there or not late)
    order by person_id, kind, period, merged, line
    on conflict (person_id, kind, period) do update set base_fen = excluded.base_fen,
        given_fen = excluded.given_fen, source = excluded.source, made_at = excluded.made_at
    where c.state <> 2
    returning person_id, kind, period, (xmax = 0) as is_new
)
select n.line, n.person_id is not null as known, not n.has_account as closed,
    n.booked and not n.same or n.late and not n.there as taken, w.is_new
from new n left join written w using (person_id, kind, period)
"""  # noqa: S608


async def write_bases(
    connection: Connection, rows: Sequence[tuple[int, BaseRow]], source: str, now: datetime
) -> Written:
    """Writes bases (line, row); ``source``: which delivery they came with."""
    await take_turn(connection)
    found = await connection.fetch(
        _NEW_BASES,
        [line for line, _ in rows],
        [row.psn_no for _, row in rows],
        [row.since for _, row in rows],
        [row.base_fen for _, row in rows],
        source,
        now,
    )
    return _written(found)


async def write_credits(
    connection: Connection,
    rows: Sequence[tuple[int, CreditRow]],
    source: str,
    ids: IdMaker,
    now: datetime,
) -> Written:
    """Writes rows of credits (line, row) that wait to be booked."""
    await take_turn(connection)
    found = await connection.fetch(
        _NEW_CREDITS,
        [line for line, _ in rows],
        [row.psn_no for _, row in rows],
        [int(CreditKind[row.kind.upper()]) for _, row in rows],
        [row.period for _, row in rows],
        [row.base_fen for _, row in rows],
        [row.given_fen for _, row in rows],
        [ids.next() for _ in rows],
        source,
        now,
    )
    return _written(found)


def _written(found: Sequence[Record]) -> Written:
    refused = []
    for row in found:
        if not row["known"]:
            refused.append((row["line"], "psn_no", "there is no such person"))
        elif row["closed"]:
            refused.append((row["line"], "psn_no", "has no personal account"))
        elif row["taken"]:
            refused.append((row["line"], "period", "is booked already, otherwise"))
    loaded = sum(row["is_new"] is True for row in found)
    changed = sum(row["is_new"] is False for row in found)
    return Written(loaded, changed, len(found) - len(refused) - loaded - changed, refused)
