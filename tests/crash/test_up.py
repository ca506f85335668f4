"""``qinji up`` brings back whatever is killed, and takes everything with it when it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.client import Answer, Item, Sale
from app.clients.till.sale import sale_input
from app.compose import Services, open_services
from app.local.probes import answers_ready, free_port
from app.local.processes import alive, spawn, wait_gone
from app.settings import PROJECT_ROOT, Settings
from tests.books import check_books
from tests.crash.fleet import own_home, until
from tests.crash.village import insist, till

_SON = "1301000000000004"


@pytest.fixture
async def up() -> AsyncIterator[tuple[Settings, subprocess.Popen[bytes]]]:
    """A running ``qinji up`` with a home and servers of its own."""
    with own_home() as home:
        found = Settings(home=home, port=free_port(), database_url="", redis_url="")
        env = {name: value for name, value in os.environ.items() if name[:6] != "QINJI_"}
        env |= {"QINJI_HOME": str(home), "QINJI_PORT": str(found.port)}
        said = home / "up.txt"
        command = [sys.executable, "-m", "app.cli", "up"]
        process = spawn(command, log=said, cwd=PROJECT_ROOT, env=env)
        try:

            async def running() -> bool:
                assert process.poll() is None, said.read_text()
                ready = await asyncio.to_thread(answers_ready, _url(found))
                return ready and (home / "run.json").exists()

            await until(running, "qinji up is ready")
            yield found, process
        finally:
            process.terminate()
            try:
                process.wait(60)
            finally:
                process.kill()


async def test_everything_that_is_killed_comes_back(
    up: tuple[Settings, subprocess.Popen[bytes]],
) -> None:
    found, process = up
    async with open_services(found) as services, till(_url(found), 1) as at:
        lived = (await check_books(services.database)).settled  # the demo's month
        for count, name in enumerate(("worker", "app", "worker"), 1):
            os.kill(_pids(found)[name], signal.SIGKILL)
            answer = await _settle(services, at)
            assert answer.ok, answer.err_msg
            assert (await check_books(services.database)).settled == lived + count
    pids = _pids(found)
    assert all(alive(pid) for pid in pids.values())
    process.terminate()
    assert await asyncio.to_thread(process.wait, 60) == 0
    assert all(wait_gone(pid, 10) for pid in pids.values()), "something was left running"


def _url(found: Settings) -> str:
    return f"http://127.0.0.1:{found.port}"


def _pids(found: Settings) -> dict[str, int]:
    run: dict[str, Any] = json.loads((Path(found.home) / "run.json").read_text())
    pids: dict[str, int] = run["pids"]
    return pids


async def _settle(services: Services, at: Any) -> Answer:
    """A small bill of the demo's son, sent until it is answered."""
    person = await services.people.by_psn_no(_SON)
    assert person is not None
    opened = "update person set activated_at = now() where id = $1"
    await services.database.value(opened, person.id)
    person = await services.people.get(person.id)
    issued = await services.credentials.issue(person.id, None, "02121")
    shop, code = at.fixmedins_code, issued.code
    scanned = await services.credentials.decode(code, shop, "scan", "T01", "02121")
    place = person.insuplc_admdvs
    items = [Item("XQ99DEM001A001010100001", Decimal(1), Decimal("1.5"))]
    sale = Sale(_SON, scanned.token, person.insutype, place, items)
    return await insist(at, "2102", sale_input(sale, at.clock.now()), at.new_msgid(), place)
