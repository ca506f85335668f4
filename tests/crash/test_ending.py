"""Programs that are asked to end: no call is broken off, no batch is left in the middle."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from pathlib import Path

from app.clients.till.client import NotReachable, Sale, TillClient, Unknown
from app.clients.till.sale import sale_input
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, settled_books, until
from tests.crash.village import OTHER, PHARMACY, Village, till
from tests.raw_calls import Raw

TILLS = 16
READY = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"
LIVE = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
Mortal = tuple[Embedded, Endpoints]


class Load:
    """Tills that each sell as fast as they are answered, over a connection that they keep, and
    count what came of each call."""

    def __init__(self, village: Village, url: str) -> None:
        self._village = village
        self._url = url
        self.came: Counter[str] = Counter()
        self.ending = False

    async def till(self, number: int) -> None:
        async with till(self._url, number, OTHER if number % 4 == 3 else PHARMACY) as at:
            at.retry_waits_s = ()
            while not self.ending:
                self.came[await self._sold(at)] += 1

    async def _sold(self, at: TillClient) -> str:
        bill = self._village.bill()
        token = await self._village.token(bill.patient, at.fixmedins_code)
        sale = Sale(bill.patient.psn_no, token, bill.insutype, bill.patient.place, bill.items)
        try:
            await at.call("2102", sale_input(sale, at.clock.now()), None, bill.patient.place)
        except NotReachable:  # nothing was sent: there is nobody just now
            await asyncio.sleep(0.02)
            return "nobody there"
        except Unknown as error:
            return f"broken off: {error.__cause__!r}"
        return "answered"

    async def more(self, answers: int) -> None:
        before = self.came["answered"]

        async def enough() -> bool:
            return self.came["answered"] >= before + answers

        await until(enough, "tills are answered")


async def test_no_call_is_broken_off_when_an_app_is_asked_to_end(
    mortal: Mortal, tmp_path: Path
) -> None:
    """Nobody tells these tills whether it is ready, and nothing lies between them and it."""
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        load = Load(await Village.build(services, tmp_path), fleet.url)
        async with asyncio.TaskGroup() as group:
            for number in range(TILLS):
                group.create_task(load.till(number))
            for _ in range(2):
                await load.more(60)
                await _ended_and_started(fleet)
            await load.more(20)
            load.ending = True
        assert not [what for what in load.came if what.startswith("broken off")], load.came
        assert load.came["nobody there"]
        assert "Traceback" not in fleet.log("app").read_text()
        await settled_books(services.database)


async def _ended_and_started(fleet: Fleet) -> None:
    pid = fleet.pid("app")
    fleet.kill("app", signal.SIGTERM)

    async def another() -> bool:
        return fleet.pid("app") != pid

    await until(another, "it is started again")


async def test_all_are_replaced_one_by_one_and_no_till_finds_nobody(
    mortal: Mortal, tmp_path: Path
) -> None:
    async with running_fleet(
        tmp_path, *mortal, workers=2, QINJI_PROCESSES="2", QINJI_DRAIN_S="0.2"
    ) as (fleet, services):
        load = Load(await Village.build(services, tmp_path), fleet.url)
        async with asyncio.TaskGroup() as group:
            for number in range(TILLS):
                group.create_task(load.till(number))
            for name in ("app", "worker0", "worker1"):
                await load.more(30)
                await fleet.replace(name)
            await load.more(30)
            load.ending = True
        assert set(load.came) == {"answered"}, load.came
        await settled_books(services.database)


async def test_it_says_first_that_it_ends_and_answers_on(mortal: Mortal, tmp_path: Path) -> None:
    async with running_fleet(tmp_path, *mortal, QINJI_DRAIN_S="300") as (fleet, _):
        kept, still = await Raw.open(fleet.url, LIVE), await Raw.open(fleet.url, LIVE)
        for raw in (kept, still):
            assert (await raw.answer())[1].get("connection", "keep-alive") != "close"
        fleet.kill("app", signal.SIGTERM)

        async def told() -> bool:
            raw = await Raw.open(fleet.url, READY)
            status, _, body = await raw.answer()
            raw.close()
            return status == 503 and json.loads(body)["status"] == "ending"

        await until(told, "it says that it ends")
        await kept.send(LIVE)
        status, headers, _ = await kept.answer()
        assert status == 200 and headers["connection"] == "close"
        await kept.ended()
        assert not still.over()
        fleet.kill("app", signal.SIGTERM)  # asked twice, it waits for nobody
        await still.ended()
