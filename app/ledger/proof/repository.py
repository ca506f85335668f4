"""Reports and figures of verifications in the database."""

from __future__ import annotations

from typing import Any

from app.ledger.proof.findings import Report
from app.store.database import Database
from app.store.late.reading import Reader

# A table of months has the rows of its months.
_ROWS = """
with rows_about as (
    select r.relname, r.relnamespace, c.reltuples
    from pg_class c join pg_class r on r.oid = coalesce(pg_partition_root(c.oid)::oid, c.oid)
    where c.relkind = 'r'
)
"""
_ABOUT = f"""{_ROWS}
select coalesce(sum(greatest(reltuples, 0)), 0)
    ::bigint from rows_about
where relname in
    ('account', 'transfer', 'settlement', 'request', 'person', 'seal', 'audit_seal',
        'wallet_sent', 'wallet_offer', 'premium_order', 'account_credit',
        'account_close', 'account_pay_out', 'account_merge', 'prescription')
    and relnamespace = current_schema()::regnamespace
"""  # noqa: S608
_UNSEALED = f"""{_ROWS}
select greatest(0, sum(
    greatest(reltuples, 0) * case relname when 'seal' then -1 else 1 end))::bigint
from rows_about where relname in ('transfer', 'settlement', 'seal')
    and relnamespace = current_schema()::regnamespace
"""  # noqa: S608
_FIGURES = """
select (select read_to from feed where name = 'seal') as sealed_to,
    (select max(day)::text from day_root where closed_at is not null) as last_day,
    (select encode(root, 'hex') from day_root where closed_at is not null
        order by day desc limit 1) as last_root
"""


async def rows_about(reader: Reader) -> int:
    """Estimated rows of the tables that are read, from the planner's statistics."""
    return int(await reader.value(_ABOUT))


async def unsealed_about(database: Database) -> int:
    """Estimated rows that are not sealed yet."""
    return int(await database.value(_UNSEALED))


async def figures(reader: Reader) -> dict[str, Any]:
    """Up to where the ledger is sealed."""
    row = await reader.row(_FIGURES)
    return dict(row) if row is not None else {}


async def store(database: Database, report: Report) -> None:
    """Keeps a report."""
    content = report.as_dict()
    await database.value(
        "insert into verification (id, begun_at, ended_at, counts, findings) "
        "values ($1, $2, $3, $4, $5)",
        database.ids.next(),
        report.begun_at,
        report.ended_at,
        report.counts(),
        # A list would be taken for an array of jsonb.
        {"items": content["findings"]},
    )


async def months_away(reader: Reader) -> list[str]:
    """The parts of the transfers that are away, each with the moment at which it went."""
    rows = await reader.rows("select part, away_at from month_away order by part")
    return [f"{row['part']} {row['away_at']}" for row in rows]
