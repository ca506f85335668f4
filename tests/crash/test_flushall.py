"""Redis emptied or killed in the middle of the work: no accepted request is lost."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import aiohttp

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, settled_books
from tests.crash.told import check_told
from tests.crash.village import Village, rush
from tests.phone_world import API


async def test_redis_is_emptied_and_killed_under_a_rush(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)

        async def lose_redis() -> None:
            for _ in range(2):
                await asyncio.sleep(0.7)
                await services.cache.redis.flushall()
            await fleet.kill_often("redis", 2)

        loser = asyncio.create_task(lose_redis())
        bills = await rush(village, fleet.url, 500, 32)
        await loser
        counts = await settled_books(services.database)
        assert await check_told(services.database, bills) == counts.settled - counts.reversed
        assert any(bill.given_up for bill in bills), "no token died: Redis was lost too late"
        await _a_phone_gets_a_session(fleet)


async def test_what_waits_is_settled_though_redis_forgot_every_wake_up(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal, workers=0) as (fleet, services):
        village = await Village.build(services, tmp_path)
        rushing = asyncio.create_task(rush(village, fleet.url, 64, 32))
        waiting = 0
        while waiting < 32:
            waiting = await services.database.value("select count(*) from waiting")
            await asyncio.sleep(0.05)
        await services.cache.redis.flushall()
        await fleet.hire()
        bills = await rushing
        counts = await settled_books(services.database)
        assert await check_told(services.database, bills) == counts.settled - counts.reversed


async def test_an_app_whose_redis_has_frozen_is_ready(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal, workers=0) as (fleet, _):
        patience = aiohttp.ClientTimeout(total=4)  # a proxy has less
        async with aiohttp.ClientSession(timeout=patience) as proxy:
            fleet.kill("redis", signal.SIGSTOP)
            try:
                async with proxy.get(f"{fleet.url}/health/ready") as answer:
                    assert (answer.status, (await answer.json())["redis"]) == (200, "away")
            finally:
                fleet.kill("redis", signal.SIGCONT)


async def _a_phone_gets_a_session(fleet: Fleet) -> None:
    """What Redis held is made anew: a token of before is unknown, and the way in is told."""
    async with aiohttp.ClientSession() as phone:
        headers = {"Authorization": "Bearer of-before"}
        async with phone.get(f"{fleet.url}{API}/me", headers=headers) as answer:
            assert answer.status == 401
            assert (await answer.json())["reason"] == "LOGIN_REQUIRED"
