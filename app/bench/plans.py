"""Whether statements enter large tables by an index, and how much they then read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.bench.statements import Statement
from app.store.database import Connection

Mode = Literal["generic", "custom"]
MODES: tuple[Mode, ...] = ("generic", "custom")
_LARGE = """
select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' and c.reltuples >= $1
"""
# Index entries in the same proportion: a partial index stays as small a part as it is.
_PRETEND = """
select pg_restore_relation_stats('schemaname', 'public', 'relname', c.relname::text,
    'relpages', c.relpages, 'reltuples', (c.reltuples * $1 / t.reltuples)::real)
from pg_class c left join pg_index i on i.indexrelid = c.oid
join pg_class t on t.oid = coalesce(i.indrelid, c.oid)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')
    and t.reltuples > 0 and c.reltuples > 0
order by c.relkind  -- indices first: they look at their table's figure
"""
_BY_INDEX = ("Index Scan", "Index Only Scan")


@dataclass(frozen=True, slots=True)
class Fault:
    """A node of a plan that would read a large table, or the whole of its index."""

    statement: str
    mode: Mode
    node: str

    def __str__(self) -> str:
        return f"{self.mode} plan: {self.node}\n    {self.statement[:300]}"


async def large_tables(connection: Connection, rows: int) -> set[str]:
    """Tables that hold at least so many rows, by the statistics."""
    return {row["name"] for row in await connection.fetch(_LARGE, rows)}


async def plan_of(connection: Connection, statement: Statement, mode: Mode) -> dict[str, Any]:
    """The plan of a statement. ``generic``: made without looking at the arguments, as a prepared
    statement's is after a while; ``custom``: made for these arguments."""
    option = ", generic_plan" if mode == "generic" else ""
    [row] = await connection.fetch(
        f"explain (format json{option}) {statement.sql}", *statement.arguments
    )
    found: dict[str, Any] = json.loads(row[0])[0]["Plan"]
    return found


async def reads(connection: Connection, statement: Statement) -> tuple[int, int] | None:
    """Pages touched and rows found by a SELECT, run again; None for what writes. Unlike time this
    doesn't depend on what else the machine does."""
    if not statement.name.lower().startswith("select"):
        return None
    [row] = await connection.fetch(
        f"explain (format json, analyze, buffers, timing off) {statement.sql}",
        *statement.arguments,
    )
    plan: dict[str, Any] = json.loads(row[0])[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], int(plan["Actual Rows"])


def nodes(plan: dict[str, Any], limited: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """All nodes of a plan, from the top, and whether a LIMIT stands right above."""
    yield plan, limited
    for child in plan.get("Plans", ()):
        yield from nodes(child, plan["Node Type"] == "Limit")


def faults_of(
    statement: Statement, mode: Mode, plan: dict[str, Any], large: set[str]
) -> list[Fault]:
    """Nodes that read a large table, or an index of it from end to end (as a merge join may)."""
    found = []
    for node, limited in nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        whole = kind in _BY_INDEX and table in large and not limited and "Index Cond" not in node
        if kind == "Seq Scan" and table in large:
            found.append(Fault(statement.name, mode, f"Seq Scan on {table}"))
        elif whole:
            found.append(Fault(statement.name, mode, f"{kind} of the whole {node['Index Name']}"))
    return found


async def pretend(connection: Connection, rows: int) -> None:
    """Lets the planner believe that every table with something in it holds so many rows. Only the
    statistics change: the next ANALYZE tells the truth again."""
    await connection.execute(_PRETEND, rows)


async def check(
    connection: Connection, statements: Sequence[Statement], large: set[str]
) -> list[Fault]:
    """Every fault of every statement, in both kinds of plans."""
    found: list[Fault] = []
    for statement in statements:
        for mode in MODES:
            plan = await plan_of(connection, statement, mode)
            found += faults_of(statement, mode, plan, large)
    return found
