"""A what-if reads and nothing else, and a role that may only read is enough for it."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.kit.words.table import width
from app.settings import settings
from app.store.database import Database
from app.store.urls.postgres import credentials
from tests.domain.whatif.asking import add_rules
from tests.domain.whatif.conftest import as_administrator
from tests.domain.whatif.population import Population


async def _command(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> Result:
    """The command as people run it; its own event loop needs a thread of its own."""
    monkeypatch.setenv("QINJI_DATABASE_URL", url)
    monkeypatch.setenv("QINJI_DATA_KEY", "31" * 16)
    monkeypatch.setenv("QINJI_INDEX_KEY", "32" * 16)
    settings.cache_clear()
    runner = CliRunner()
    try:
        return await asyncio.to_thread(
            runner.invoke, cli, ["region", "what-if", *arguments, "--since", "2024-01-02"]
        )
    finally:
        settings.cache_clear()


@pytest.fixture
async def world(population: Population, changed: Path) -> tuple[Population, Path]:
    """Two bills, of which a cap would stop one."""
    child, father = await population.person(0), await population.person(50_000)
    await population.grant(father, child)
    for fen in (6_000, 500):
        await population.pay(child, fen)
    return population, add_rules(changed, "[rules.aid]\ncap_per_use_fen = 5_000")


async def test_no_table_is_touched(
    world: tuple[Population, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    population, pack = world
    before = await population.fingerprint()
    assert before["settlement"][0] == 2
    path = tmp_path / "changed.csv"
    result = await _command(monkeypatch, population.url, str(pack), "--csv", str(path))
    assert result.exit_code == 0, result.output
    assert await population.fingerprint() == before
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert result.stdout.startswith("数据截至 as of 20"), "until when bills are in it"
    money = [line for line in result.stdout.splitlines() if line.startswith(("家庭共济", "现金"))]
    assert [line.split()[2:] for line in money] == [
        ["65.00", "5.00", "-60.00"],
        ["0.00", "60.00", "+60.00"],
    ]
    assert len({width(line) for line in money}) == 1


async def test_a_role_that_may_only_read_will_do(
    world: tuple[Population, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    population, pack = world
    role = f"reader_{secrets.token_hex(4)}"
    await as_administrator(population.url, f"create role {role} login")
    try:
        await as_administrator(
            population.url, f"grant select on all tables in schema public to {role}"
        )
        parts = urlsplit(population.url)
        host = parts.netloc.rpartition("@")[2]
        url = parts._replace(netloc=f"{role}@{host}").geturl()
        try:
            await (await asyncpg.connect(**credentials(url))).close()
        except asyncpg.InvalidPasswordError:
            pytest.skip("roles need passwords here")
        result = await _command(monkeypatch, url, str(pack))
        assert result.exit_code == 0, result.output
        assert "家庭共济 aid" in result.stdout
    finally:
        await as_administrator(population.url, f"drop owned by {role}; drop role {role}")


async def test_its_connection_refuses_to_write(population: Population) -> None:
    database = await Database.open(population.url, pool_max=1, read_only=True)
    try:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await database.value("delete from person")
        async with population.database.reading() as connection:
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await connection.execute("delete from person")
    finally:
        await database.close()


async def test_a_pack_with_a_mistake_is_refused_with_its_line(
    world: tuple[Population, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    population, pack = world
    add_rules(pack, "[rules.aid]\nflor_fen = 1")
    result = await _command(monkeypatch, population.url, str(pack))
    assert result.exit_code == 1
    assert "13-hebei.toml:" in result.stderr
    assert "flor_fen" in result.stderr
