"""``qinji bench plans``: what each statement of the settlement path costs on a filled database, and
whether it enters every large table by an index. Run at several sizes it shows what grows."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import click

from app.bench import plans, statements
from app.bench.made.fill import plan_of
from app.bench.made.history import Plan
from app.bench.made.topup import TopUp
from app.bench.plans import Fault
from app.bench.servers import Place, servers
from app.bench.statements import Statement
from app.compose import open_services
from app.local.servers.embedded import EmbeddedError
from app.regions.text.show import columns
from app.store.database import Connection
from app.store.migrate import migrate

_LARGE = 10_000
_SHORT = {"waiting"}
_NAME = 90


@dataclass(frozen=True, slots=True)
class Cost:
    """A statement's cost: how often it ran in a batch, and the median of its milliseconds; for
    what only reads, the pages it touches and the rows it finds."""

    statement: str
    calls: float
    ms: float
    pages: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """All statements of batches of one size. ``batch_ms``: all of them together, a batch."""

    plan: Plan
    batch: int
    batch_ms: float
    costs: list[Cost]
    faults: list[Fault]


def run(home: Path, batch: int, rounds: int, json_file: Path | None) -> bool:
    """Measures and prints; False when a statement reads more than it should.

    Raises:
        ClickException: the servers can't be started, or the database was not filled.
    """
    try:
        with servers(home) as place:
            found = asyncio.run(_measure(place, batch, rounds))
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(found), default=str, ensure_ascii=False) + "\n")
    show(found, click.echo)
    return not found.faults


async def _measure(place: Place, batch: int, rounds: int) -> Found:
    await migrate(place.database_url, owner_url=place.owner_url)  # it may have been filled long ago
    config = place.settings.model_copy(update={"lanes": 1, "database_pool_max": 3})
    async with open_services(config, application="qinji-bench") as services:
        plan = await plan_of(services.database)
        if plan is None:
            raise click.ClickException("not filled, or not to the end: see qinji bench fill")
        await TopUp(services.database, plan.town).run()
        with click.progressbar(length=rounds, label="batches", file=sys.stderr) as bar:
            await statements.work(services, plan.town, batch)  # plans are made, caches warm
            async with statements.capturing(services) as seen:
                for _ in range(rounds):
                    bought = await statements.buy(services, plan.town, batch)
                    await statements.settle(services, [one.request_id for one in bought])
                    bar.update(1)
        async with services.database.connection() as connection:
            large = await plans.large_tables(connection, _LARGE) - _SHORT
            faults = await plans.check(connection, list(seen.values()), large)
            costs = [await _cost(connection, one, rounds) for one in seen.values()]
    total = sum(sum(one.seconds) for one in seen.values()) / rounds * 1000
    return Found(plan, batch, total, sorted(costs, key=_all, reverse=True), faults)


async def _cost(connection: Connection, one: Statement, rounds: int) -> Cost:
    pages, rows = await plans.reads(connection, one) or (None, None)
    return Cost(one.name, len(one.seconds) / rounds, median(one.seconds) * 1000, pages, rows)


def _all(cost: Cost) -> float:
    return cost.calls * cost.ms


def show(found: Found, say: Callable[[str], None]) -> None:
    """The costliest first."""
    town = found.plan.town
    say(
        f"{town.people:,} people, {found.plan.settlements:,} settlements, batches of "
        f"{found.batch}: {found.batch_ms:,.1f} ms of SQL a batch, "
        f"{found.batch_ms / found.batch * 1000:,.0f} µs a settlement"
    )
    for line in _table(found):
        say(line)
    for fault in found.faults:
        say(f"✗ {fault}")
    say("✓ every large table is entered by an index" if not found.faults else "")


def _table(found: Found) -> Iterator[str]:
    rows = [["ms", "次/批 calls", "页 pages", "行 rows", "语句 statement"]]
    for cost in found.costs:
        read = ["", ""] if cost.pages is None else [f"{cost.pages:,}", f"{cost.rows:,}"]
        rows.append([f"{cost.ms:,.2f}", f"{cost.calls:.1f}", *read, cost.statement[:_NAME]])
    return columns(rows, right=range(4))
