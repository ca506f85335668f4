"""PostgreSQL killed in the middle of the work: what was promised is kept, a denial is true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.clients.till.client import NotReachable, Sale, Unknown
from app.clients.till.sale import sale_input
from app.kit.ids import NODES
from app.local.servers.embedded import Embedded
from app.local.servers.servers import wait_ready
from app.store.database import Database
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_database, running_fleet, settled_books
from tests.crash.told import check_told
from tests.crash.village import Village, rush, till

Mortal = tuple[Embedded, Endpoints]


async def test_the_database_is_killed_under_a_rush(mortal: Mortal, tmp_path: Path) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        killer = asyncio.create_task(fleet.kill_often("postgres", 3, pause_s=1.0))
        denied = asyncio.create_task(_impatient(village, fleet, killer.done))
        bills = await rush(village, fleet.url, 400, 24)
        await killer
        await settled_books(services.database)
        assert await check_told(services.database, bills)
        await _was_truly_denied(services.database.value, await denied)


async def test_a_crash_uses_no_numbers_up_with_which_ids_are_made(mortal: Mortal) -> None:
    """Else one comes round that a living process has, and two make the same ids."""
    embedded, found = mortal
    server = next(one for one in embedded.servers if one.name == "postgres")
    url = (await own_database(found)).database_url
    before = await _node(url)
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.spawn()
    wait_ready(server)
    assert await _node(url) == (before + 1) % NODES


async def _node(url: str) -> int:
    database = await Database.open(url)
    try:
        return database.ids.next() >> 12 & NODES - 1
    finally:
        await database.close()


async def test_sessions_ended_by_the_database_set_nothing_aside(
    mortal: Mortal, tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)

        async def end_sessions() -> None:
            for _ in range(15):
                await services.database.value(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where application_name in ('qinji-worker', 'qinji-app')"
                )
                await asyncio.sleep(0.1)

        ender = asyncio.create_task(end_sessions())
        denied = asyncio.create_task(_impatient(village, fleet, ender.done))
        bills = await rush(village, fleet.url, 100, 24)
        await ender
        await settled_books(services.database)
        assert await check_told(services.database, bills)
        await _was_truly_denied(services.database.value, await denied)


async def _impatient(village: Village, fleet: Fleet, over: Callable[[], bool]) -> list[str]:
    """Tills that take "nothing was done" at its word; gives the msgids they were told it of."""
    denied = []

    async def one(number: int) -> None:
        async with till(fleet.url, number) as at:
            while not over():
                bill, msgid = village.bill(), at.new_msgid()
                patient = bill.patient
                token = await village.token(patient, at.fixmedins_code)
                sale = Sale(patient.psn_no, token, bill.insutype, patient.place, bill.items)
                body = sale_input(sale, at.clock.now())
                try:
                    answer = await at.call("2102", body, msgid, patient.place, wait=3)
                except (NotReachable, Unknown):
                    await asyncio.sleep(0.1)
                    continue
                if "没有办理" in answer.err_msg:
                    denied.append(msgid)
                    await asyncio.sleep(0.05)

    await asyncio.gather(*(one(number) for number in range(900, 908)))
    return denied


async def _was_truly_denied(value: Callable[..., Awaitable[object]], denied: list[str]) -> None:
    stored = await value("select count(*) from request where msgid = any($1::varchar[])", denied)
    assert stored == 0, f"{stored} of {len(denied)} messages were done although it was denied"
