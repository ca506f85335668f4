"""A real installation holds nothing of the demo, takes nothing of it, and doesn't start with it."""

from __future__ import annotations

import asyncio
import csv
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from app.domain.registry.published import is_demo_key, is_published
from app.local.demo import FOLDER
from app.local.operator_demo_file import kept_password
from app.local.probes import UpError, answers_ready, free_port
from app.local.supervise import Supervisor
from app.settings import PROJECT_ROOT, Settings
from app.store.urls.postgres import credentials
from tests.crash.fleet import until
from tests.servers import as_owner, new_database

_PROGRAMS_OWN = {
    "tortoise_migrations",
    "feed",
    "seal_state",
    "registry_state",
    "tax_results",
    "key_canary",
    "sealing_key",
    "sealing_process",
    "person_reindexed",
    "visit_sealed",
    "node_number_last",
}
"""How far the program itself has come; everything else is somebody's data."""


@pytest.fixture
async def real(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The environment of a real installation on a database of its own."""
    async with new_database(database_url, "real") as url:
        yield {
            **{name: value for name, value in os.environ.items() if name[:6] != "QINJI_"},
            "QINJI_HOME": str(tmp_path),
            "QINJI_PORT": str(free_port()),
            "QINJI_DATABASE_URL": url,
            "QINJI_OWNER_DATABASE_URL": as_owner(url),
            "QINJI_REDIS_URL": redis_url,
            "QINJI_WECHAT_APPID": "wx0123456789",
        }


@contextmanager
def _running(env: dict[str, str], *module: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        env=env,
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


async def _said(env: dict[str, str], *module: str) -> tuple[int, str]:
    with _running(env, *module) as process:
        out, _ = await asyncio.to_thread(process.communicate, timeout=120)
        return process.returncode, out


async def _filled(url: str) -> dict[str, int]:
    """The tables that hold something, with how many rows."""
    connection = await asyncpg.connect(**credentials(url))
    try:
        names = await connection.fetch("select tablename from pg_tables where schemaname='public'")
        counts = {
            name: await connection.fetchval(f'select count(*) from "{name}"') for (name,) in names
        }
        assert "institution" in counts
        return {name: count for name, count in counts.items() if count}
    finally:
        await connection.close()


async def test_a_real_installation_starts_with_empty_tables(real: dict[str, str]) -> None:
    with _running(real, "app.cli", "up") as process:

        async def ready() -> bool:
            assert process.poll() is None, process.stdout and process.stdout.read()
            url = f"http://127.0.0.1:{real['QINJI_PORT']}"
            return await asyncio.to_thread(answers_ready, url)

        await until(ready, "the installation is ready")
        assert set(await _filled(real["QINJI_DATABASE_URL"])) <= _PROGRAMS_OWN
    assert kept_password(Path(real["QINJI_HOME"])) is None
    for name in ("app", "worker"):
        assert "database_role" not in (Path(real["QINJI_HOME"]) / "log" / f"{name}.log").read_text()


async def test_one_role_for_all_is_told_and_keeps_nothing_from_starting(
    real: dict[str, str],
) -> None:
    own = real["QINJI_OWNER_DATABASE_URL"]
    one = real | {"QINJI_DATABASE_URL": own, "QINJI_OWNER_DATABASE_URL": ""}
    with _running(one, "app.cli", "up") as process:
        url = f"http://127.0.0.1:{real['QINJI_PORT']}"
        await until(lambda: asyncio.to_thread(answers_ready, url), "the installation is ready")
        process.terminate()
        out, _ = await asyncio.to_thread(process.communicate, timeout=60)
    assert "QINJI_OWNER_DATABASE_URL" in out and "只靠触发器保护" in out
    for name in ("app", "worker"):
        log = (Path(real["QINJI_HOME"]) / "log" / f"{name}.log").read_text()
        assert "database_role_too_much" in log


@pytest.mark.parametrize(
    "kept",
    [
        "update person set psn_no = 'k-' || psn_no",
        "update institution set key_id = 'k-' || fixmedins_code",
    ],
)
async def test_the_demos_data_keep_a_real_installation_from_starting(
    real: dict[str, str], kept: str
) -> None:
    code, out = await _said(real | {"QINJI_DEMO": "1"}, "app.local.prepare")
    assert code == 0, out
    connection = await asyncpg.connect(real["QINJI_OWNER_DATABASE_URL"])
    try:
        parts = await connection.fetch(
            "select relid::regclass::text from pg_partition_tree($1)", "transfer"
        )
        for (part,) in parts:
            await connection.execute(f"alter table {part} disable trigger transfer_no_truncate")
        await connection.execute("alter table card_change disable trigger card_change_no_truncate")
        await connection.execute("truncate account, transfer, card cascade")
        await connection.execute(kept)
    finally:
        await connection.close()
    for module in (("app.cli", "up"), ("app.main",), ("worker.main",)):
        code, out = await _said(real, *module)
        assert code not in (0, None), module
        assert "real installation" in out and "H13010200003" in out and "正式环境" in out
        assert "Traceback" not in out and "secret" not in out


async def test_other_keys_than_the_databases_keep_everything_from_starting(
    real: dict[str, str],
) -> None:
    code, out = await _said(real, "app.local.prepare")  # the first start settles the keys
    assert code == 0, out
    for name in ("QINJI_DATA_KEY", "QINJI_INDEX_KEY"):
        for module in (("app.cli", "up"), ("app.main",), ("worker.main",)):
            code, out = await _said(real | {name: "ab" * 16}, *module)
            assert code not in (0, None), module
            assert f"{name} is not the key" in out and "不启动" in out
            assert "Traceback" not in out and "abab" not in out


def test_every_key_of_the_demo_is_known_as_such() -> None:
    with (FOLDER / "institutions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(is_demo_key(row["key_id"]) and is_published(row["secret"]) for row in rows)


def test_what_is_the_demo_is_decided_once() -> None:
    assert Settings().for_up().demo
    assert not Settings(wechat_appid="wx1").for_up().demo
    assert not Settings(demo=False).for_up().demo
    with pytest.raises(UpError, match=r"QINJI_DEMO.*QINJI_WECHAT_APPID"):
        Supervisor(Settings(demo=True, wechat_appid="wx1"))
