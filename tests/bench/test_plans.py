"""At ten million rows, as the planner is told, every statement of the settlement path enters every
table by an index and reads a bounded part of it. The statements are those that are really sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.bench import growing, plans, statements
from app.bench.growing import Cost, Found
from app.bench.made.fill import fill
from app.bench.made.history import plan_for
from app.bench.made.town import Town
from app.bench.statements import Captured, Statement
from app.cli import cli
from app.compose import Services, open_services
from app.settings import Settings
from app.store.keys import load_keys
from tests.servers import as_owner, migrate, new_database

ROWS = 10_000_000
BATCHES = (1, 40, 500)
SHORT = {"waiting"}
"""The queue: what is in it is about to be taken out."""


@pytest.fixture(scope="module")
async def big(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Services, Town]]:
    """A town whose tables the planner takes for large ones."""
    home = Path(tmp_path_factory.mktemp("big"))
    async with new_database(database_url, "big") as url:
        await migrate(url)
        config = Settings(
            home=home, database_url=as_owner(url), redis_url=redis_url.replace("db=0", "db=4")
        )
        plan = plan_for(2000, 2000, 300, datetime.now(UTC) - timedelta(hours=2))
        async with open_services(config) as services:
            await fill(services.database, plan, load_keys(config), as_owner(url))
            async with services.database.connection() as connection:
                for table in await plans.large_tables(connection, 1):
                    await connection.execute(f"alter table {table} set (autovacuum_enabled = off)")
            yield services, plan.town


@pytest.fixture(scope="module")
async def captured(big: tuple[Services, Town]) -> dict[int, Captured]:
    """What the path sends with batches of several sizes."""
    services, town = big
    found = {}
    for size in BATCHES:
        async with statements.capturing(services) as seen:
            await statements.work(services, town, size)
        found[size] = seen
    return found


@pytest.mark.parametrize("size", BATCHES)
async def test_every_statement_enters_by_an_index(
    big: tuple[Services, Town], captured: dict[int, Captured], size: int
) -> None:
    services, _ = big
    async with services.database.connection() as connection:
        large = await plans.large_tables(connection, 1000) - SHORT
        await plans.pretend(connection, ROWS)
        faults = await plans.check(connection, list(captured[size].values()), large)
    assert {"person", "account", "settlement", "request"} <= large
    assert {"transfer_before", "outcome_before"} <= large, "months count by themselves"
    assert not faults, "\n".join(map(str, faults))


def test_the_whole_path_was_seen(captured: dict[int, Captured]) -> None:
    seen = (statement for size in captured.values() for statement in size.values())
    texts = " ".join(statement.name.lower() for statement in seen)
    for part in (
        "insert into request",
        "delete from waiting",
        "from account",
        "from aid_grant",
        "from person",
        "from catalogue_item",
        "from institution",
        "insert into settlement",
        "insert into transfer",
        "update account",
        "insert into outcome",
        "from settlement",
    ):
        assert part in texts, part


async def test_a_settlement_takes_a_fixed_number_of_statements(
    big: tuple[Services, Town], captured: dict[int, Captured]
) -> None:
    """As many for five hundred bills as for forty, in one lane as in the other."""
    services, town = big
    counts = []
    for size in (40, 400):
        async with statements.capturing(services) as seen:
            bought = await statements.buy(services, town, size)
            await statements.settle(services, [one.request_id for one in bought])
        # The lone bill that is written while the others arrive makes one more write.
        drained = [s for s in seen.values() if "insert into request" not in s.sql.lower()]
        counts.append(sum(len(statement.seconds) for statement in drained))
    assert abs(counts[1] - counts[0]) <= 4, counts


async def test_a_plan_that_reads_everything_is_found(big: tuple[Services, Town]) -> None:
    services, _ = big
    async with services.database.connection() as connection:
        large = await plans.large_tables(connection, 1000)
        for sql, fault in (
            ("select * from transfer where amount_fen = $1", "Seq Scan on transfer"),
            ("select count(*) from account a join transfer t on t.id = a.id where t.id > $1", ""),
        ):
            found = await plans.check(connection, [Statement(sql, (5,))], large)
            assert any(fault in one.node for one in found), found


def test_the_command_shows_costs_and_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_for(400, 400, 30, datetime(2026, 11, 1, tzinfo=UTC))
    costs = [Cost("select 1 from transfer", 2.0, 1.5, 12, 3), Cost("insert", 1.0, 0.5, None, None)]
    for faults, code in (([], 0), ([plans.Fault("select", "generic", "Seq Scan on account")], 1)):

        async def measured(place: object, batch: int, rounds: int, faults: Any = faults) -> Found:
            return Found(plan, batch, 4.0, costs, faults)

        monkeypatch.setattr(growing, "_measure", measured)
        monkeypatch.setattr(growing, "servers", lambda home: nullcontext())
        result = CliRunner().invoke(cli, ["bench", "plans", "--batch", "200"])
        assert result.exit_code == code, result.output
        assert "20 µs a settlement" in result.output
        assert ("Seq Scan on account" in result.output) == bool(faults)


async def test_what_a_select_reads_is_counted(big: tuple[Services, Town]) -> None:
    services, _ = big
    async with services.database.connection() as connection:
        select = Statement("select id from person where id < $1", (9,))
        found = await plans.reads(connection, select)
        assert found is not None and found[0] > 0 and found[1] == 0
        assert await plans.reads(connection, Statement("delete from waiting", ())) is None
