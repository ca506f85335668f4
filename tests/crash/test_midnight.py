"""The year turns for the whole running system: ``qinji up`` with a clock in the hand, a till that
sells on both sides of midnight, and the night's jobs, each at its hour."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clients.till.client import Answer, Item, Sale
from app.clients.till.sale import sale_input
from app.compose import Services, open_services
from app.kit.clock import local_date, machine, midnight
from app.kit.hand import take
from app.local.probes import answers_ready, free_port
from app.local.processes import spawn
from app.settings import PROJECT_ROOT, Settings
from app.store.database import Database
from tests.crash.fleet import own_home, settled_books, until
from tests.crash.village import insist, till

_NOW = machine()
_YEAR = 2026 if abs(date(2026, 12, 31) - _NOW.date()) > timedelta(days=7) else 2027
EVE, NEW_YEAR = date(_YEAR, 12, 31), date(_YEAR + 1, 1, 1)
"""Another day than today: what goes by the machine's clock is seen."""
_SON = "1301000000000004"
_SETTLED = "select settled_at, bill_time from settlement where kind = 1 order by id"
_NIGHT = {
    "the day is closed": "select exists (select from day_root where day = $1 and root is not null)",
    "the day's statement is made": "select count(*) > 0 from institution_statement where day = $1",
    "the account year is closed": (
        "select exists (select from account_run where kind = 2 and period = $1"
        " and ended_at is not null)"
    ),
}
_VERIFIED = "select count(*) > 0 from verification where begun_at > $1"
_MOMENTS = """
select format('select %L as at, %L as of from %I where %I between $1 and $2 limit 1',
    a.attname, c.relname, c.relname, a.attname)
from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.atttypid = 'timestamptz'::regtype and c.relkind = 'r' and a.attnum > 0
    and c.relnamespace = 'public'::regnamespace
"""
_BY_THE_DATABASE = {"sealing_key", "sealing_process", "tortoise_migrations"}
"""Which keys are in use, and by whom: between processes, in seconds (tests/test_clock.py)."""


@asynccontextmanager
async def up(home: Path, clock: str) -> AsyncIterator[Settings]:
    """A running ``qinji up`` with such a clock."""
    found = Settings(home=home, port=free_port(), database_url="", redis_url="")
    said = home / "up.txt"
    argv = [sys.executable, "-m", "app.cli", "up", "--clock", clock]
    process = spawn(argv, log=said, cwd=PROJECT_ROOT, env=_env(found))
    try:

        async def running() -> bool:
            assert process.poll() is None, said.read_text()
            ready = await asyncio.to_thread(answers_ready, f"http://127.0.0.1:{found.port}")
            return ready and (home / "run.json").exists()

        await until(running, "qinji up is ready")
        yield found
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 60)
        finally:
            process.kill()


def _env(found: Settings) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name[:6] != "QINJI_"}
    return env | {"QINJI_HOME": str(found.home), "QINJI_PORT": str(found.port)}


async def qinji(found: Settings, *words: str) -> tuple[int, str]:
    """``qinji`` with these words, beside what runs: its exit code and what it said."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", *words],
        cwd=PROJECT_ROOT,
        env=_env(found),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


async def sell(services: Services, at: Any) -> Answer:
    """A small bill of the demo's son."""
    person = await services.people.by_psn_no(_SON)
    assert person is not None
    await services.database.value(
        "update person set activated_at = $2 where id = $1", person.id, services.clock.now()
    )
    issued = await services.credentials.issue(person.id, None, "02121")
    shop = at.fixmedins_code
    scanned = await services.credentials.decode(issued.code, shop, issued.code[-8:], "T01", "02121")
    items = [Item("XQ99DEM001A001010100001", Decimal(1), Decimal("1.5"))]
    sale = Sale(_SON, scanned.token, person.insutype, person.insuplc_admdvs, items)
    input = sale_input(sale, at.clock.now())
    answer = await insist(at, "2102", input, at.new_msgid(), person.insuplc_admdvs)
    assert answer.ok, answer.err_msg
    return answer


async def test_the_year_turns_on_the_whole_running_system() -> None:
    with own_home() as home:
        async with up(home, f"{EVE}T23:40") as found:
            take(home / "clock.json")
            try:
                async with open_services(found) as services:
                    await _turn(found, services)
            finally:
                take(None)


async def _turn(found: Settings, services: Services) -> None:
    database = services.database
    before = len(await database.rows(_SETTLED))  # the demo's month
    async with till(f"http://127.0.0.1:{found.port}", 1) as at:
        await sell(services, at)
        code, said = await qinji(found, "clock", "set", f"{NEW_YEAR}T00:00:05", "--speed", "60")
        assert code == 0 and f"{NEW_YEAR}T00:00" in said and "x60" in said, said
        await sell(services, at)
    days = [
        (local_date(row["settled_at"]), local_date(row["bill_time"]))
        for row in (await database.rows(_SETTLED))[before:]
    ]
    assert days == [(EVE, EVE), (NEW_YEAR, NEW_YEAR)]
    code, said = await qinji(found, "clock", "set", f"{EVE}T23:59")
    assert code != 0 and "forward only" in said
    half_past_two = midnight(NEW_YEAR) + timedelta(hours=2, minutes=29)
    for hour in ("02:29", "02:59"):
        code, said = await qinji(found, "clock", "set", f"{NEW_YEAR}T{hour}", "--speed", "60")
        assert code == 0, said
        await until(lambda: _true(services, _VERIFIED, half_past_two), "the night's check has run")
    for what, sql in _NIGHT.items():
        await until(lambda sql=sql: _true(services, sql, EVE), what)  # type: ignore[misc]
    assert await _by_the_machine(database) == set()
    counts = await settled_books(database)
    assert counts.settled == before + 2
    code, said = await qinji(found, "ledger", "verify")
    assert code == 0 and "0 wrong" in said, said


async def _true(services: Services, what: str, *arguments: object) -> bool:
    return bool(await services.database.value(what, *arguments))


async def _by_the_machine(database: Database) -> set[tuple[str, str]]:
    """Columns that hold a moment of the machine's clock since this test began."""
    found = [await database.row(row[0], _NOW, machine()) for row in await database.rows(_MOMENTS)]
    return {(row["of"], row["at"]) for row in found if row and row["of"] not in _BY_THE_DATABASE}
