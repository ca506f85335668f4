"""``qinji bench fill`` from the terminal: the servers, the progress, what came of it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from app.bench.made.fill import NotEmpty, fill, rows_about
from app.bench.made.history import Plan, plan_for
from app.bench.servers import Place, servers
from app.kit.clock import SystemClock
from app.ledger.proof.sealing import LedgerSealer
from app.local.servers.embedded import Embedded, EmbeddedError
from app.regions.text.show import columns
from app.store.database import Database
from app.store.keys import load_keys
from app.store.migrate import migrate

_SIZES = """
select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as name,
    sum(greatest(c.reltuples, 0))::bigint as rows,
    sum(pg_table_size(c.oid))::bigint as heap, sum(pg_indexes_size(c.oid))::bigint as indices
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r'
group by 1 having max(c.reltuples) > 0 order by sum(pg_total_relation_size(c.oid)) desc limit 10
"""


@dataclass(slots=True)
class Filled:
    """What was made, and how long each part took."""

    plan: Plan
    seconds: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)
    ended_s: dict[str, float] = field(default_factory=dict)
    sizes: list[tuple[str, int, int, int]] = field(default_factory=list)
    """Of each table: name, rows, bytes of the table, bytes of its indices."""


def run(people: int, settlements: int, days: float, home: Path, *, seal: bool) -> Filled:
    """Fills the servers of the settings, or embedded ones in ``home``; a fill that was not
    finished leaves no database behind there.

    Raises:
        ClickException: the servers can't be started, or the database isn't empty.
    """
    end = SystemClock().now() - timedelta(hours=2)
    filled = Filled(plan_for(settlements, people, days, end))
    try:
        with servers(home, redis=False) as place:
            asyncio.run(_fill(place, filled, seal=seal))
    except (EmbeddedError, NotEmpty) as error:
        raise click.ClickException(str(error)) from error
    except BaseException:
        if filled.rows:
            Embedded(home).wipe()
        raise
    return filled


async def _fill(place: Place, filled: Filled, *, seal: bool) -> None:
    await migrate(place.database_url, owner_url=place.owner_url)
    database = await Database.open(place.owner_url, application="qinji-bench")
    plan, begun = filled.plan, time.monotonic()
    try:
        bar: Any
        with click.progressbar(
            length=rows_about(plan),
            file=sys.stderr,
            label="fill",
            show_eta=True,
            item_show_func=lambda what: str(what or ""),
        ) as bar:

            def told(what: str, rows: int) -> None:
                filled.rows[what] = filled.rows.get(what, 0) + rows
                filled.ended_s[what] = time.monotonic() - begun
                bar.update(rows, current_item=what)

            keys = load_keys(place.settings)
            await fill(database, plan, keys, place.owner_url, told=told)
        if seal:
            await _seal(database, filled)
        filled.seconds = time.monotonic() - begun
        filled.sizes = [tuple(row) for row in await database.rows(_SIZES)]
    finally:
        await database.close()


async def _seal(database: Database, filled: Filled) -> None:
    """Seals the history as the worker would, so that it has nothing old to do in a measurement."""
    rows = sum(filled.rows.get(what, 0) for what in ("openings", "transfers", "settlements"))
    with click.progressbar(length=rows, file=sys.stderr, label="seal", show_eta=True) as bar:
        await LedgerSealer(database, SystemClock()).run(watch=bar.update)


def show(filled: Filled, say: Callable[[str], None]) -> None:
    """The tables with rows and bytes, and rows a second over all."""
    rows = [["表 table", "行 rows", "MB", "索引 indices MB", "B/行 B/row"]]
    for name, count, heap, indices in filled.sizes:
        each = (heap + indices) / count if count else 0
        rows.append(
            [name, f"{count:,}", f"{heap / 1e6:,.1f}", f"{indices / 1e6:,.1f}", f"{each:,.0f}"]
        )
    for line in columns(rows, right=range(1, 5)):
        say(line)
    total = sum(filled.rows.values())
    size = sum(heap + indices for _, _, heap, indices in filled.sizes)
    say(
        f"\n{filled.plan.town.people:,} people, {filled.plan.settlements:,} settlements: "
        f"{total:,} rows in {filled.seconds:,.0f} s ({total / filled.seconds:,.0f} rows/s), "
        f"{size / 1e9:,.2f} GB"
    )
    ends = ", ".join(f"{what} {second:,.0f}" for what, second in filled.ended_s.items())
    say(f"ended after s: {ends}")
