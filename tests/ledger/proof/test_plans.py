"""Verification of a database whose statistics are older than its rows: no check reads a whole table
for each row of another one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from app.ledger.proof.books import BY_INDEX
from app.ledger.proof.checks import CHECKS
from tests.ledger.conftest import Books

# What a plan hands its rows on by, without looking at each.
_HOLDS = ("Materialize", "Hash", "Sort", "Limit", "Subquery Scan", "Aggregate", "Memoize")


def read_again_and_again(node: dict[str, Any], again: bool = False) -> Iterator[str]:
    """The tables, and the parts of the statement itself, that are read whole for each row of
    something else."""
    if again and node["Node Type"] in ("Seq Scan", "CTE Scan"):
        yield node.get("Relation Name") or node["CTE Name"]
    looped = node["Node Type"] == "Nested Loop"
    for part in node.get("Plans", ()):
        inner = looped and part["Parent Relationship"] == "Inner"
        yield from read_again_and_again(part, inner or (again and node["Node Type"] in _HOLDS))


def _names(node: dict[str, Any]) -> set[str]:
    return {node.get("Alias", "")}.union(*(_names(part) for part in node.get("Plans", ())))


def ranges_again(node: dict[str, Any], inside: set[str] | None = None) -> Iterator[str]:
    """The tables of which a range is read for each row of something else. ``inside``: what the
    inner side of the nearest loop reads; a range that hangs on a row of outside is another one
    each time."""
    bounds = node.get("Index Cond", "")
    outside = set(re.findall(r"\b([a-z_]\w*)\.", bounds)) - (inside or set())
    if inside is not None and " > " in bounds and " <= " in bounds and not outside:
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        inner = node["Node Type"] == "Nested Loop" and part["Parent Relationship"] == "Inner"
        yield from ranges_again(part, _names(part) if inner else inside)


async def test_no_check_reads_a_range_for_each_row_of_another(books: Books) -> None:
    """What is newer than the last count is taken for one row: a loop looks cheap then, and takes
    hours with the twenty thousand that there are."""
    wrong = {}
    async with books.database.snapshot() as connection:
        await connection.execute(BY_INDEX)
        for check in CHECKS:
            sql = check.sql.replace("$1", "8e17::bigint").replace("$2", "9e17::bigint")
            plan = await connection.fetchval(f"explain (format json) {sql.replace('$3', 'now()')}")
            if tables := list(ranges_again(json.loads(plan)[0]["Plan"])):
                wrong[check.name] = tables
    assert wrong == {}


async def test_no_check_reads_a_whole_table_for_each_row(books: Books) -> None:
    """Most tables here are empty, and so they are counted: what a plan then thinks is cheap stays
    so when a year is closed for a million people before they are counted again."""
    found: dict[bool, dict[str, list[str]]] = {}
    for by_index in (False, True):
        wrong = found.setdefault(by_index, {})
        async with books.database.snapshot() as connection:
            if by_index:
                await connection.execute(BY_INDEX)
            for check in CHECKS:
                sql = check.sql.replace("$1", "0").replace("$2", "9e17::bigint")
                plan = await connection.fetchval(
                    f"explain (format json) {sql.replace('$3', 'now()')}"
                )
                tables = list(read_again_and_again(json.loads(plan)[0]["Plan"]))
                if tables:
                    wrong[check.name] = tables
    assert found[False], "without it there are such plans, so this test can tell"
    assert found[True] == {}
