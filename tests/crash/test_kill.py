"""Processes killed in the middle of the work: each bill counts once, every answer is true."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import running_fleet, settled_books
from tests.crash.told import check_told
from tests.crash.village import Village, rush

BILLS = 1000
Mortal = tuple[Embedded, Endpoints]


async def test_a_thousand_bills_twice_while_the_worker_is_killed(
    mortal: Mortal, tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        killer = asyncio.create_task(fleet.kill_at_work("worker0", 5, services.database))
        bills = await rush(village, fleet.url, BILLS, 32)
        await killer
        counts = await settled_books(services.database)
        assert fleet.kills == 5
        assert counts.requests == len(bills) == BILLS
        assert await check_told(services.database, bills) == counts.settled
        assert counts.refused == BILLS - counts.settled > 0
        assert counts.aided > 0, "no relative's money was used: the run shows nothing"


async def test_the_app_is_killed_too_and_the_tills_repeat(mortal: Mortal, tmp_path: Path) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        killers = asyncio.gather(fleet.kill_often("app", 3), fleet.kill_often("worker0", 2))
        bills = await rush(village, fleet.url, 400, 32)
        await killers
        counts = await settled_books(services.database)
        assert fleet.kills == 5
        assert counts.requests == len(bills)
        assert await check_told(services.database, bills) == counts.settled


async def test_two_workers_share_the_lanes_and_one_is_asked_to_end(
    mortal: Mortal, tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal, workers=2) as (fleet, services):
        village = await Village.build(services, tmp_path)

        async def end_often() -> None:
            for name in ("worker0", "worker1", "worker0"):
                await asyncio.sleep(0.7)
                fleet.kill(name, signal.SIGTERM)

        ender = asyncio.create_task(end_often())
        bills = await rush(village, fleet.url, 400, 32)
        await ender
        counts = await settled_books(services.database)
        assert await check_told(services.database, bills) == counts.settled
        for name in ("worker0", "worker1"):
            assert "Traceback" not in fleet.log(name).read_text()
            assert "DeadlockDetected" not in fleet.log(name).read_text()
